"""`harden config`: the settings in force, what may be set, and accepting what is found today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from hardener.cli.options import config_option, configured, paths_argument, settings_options
from hardener.cli.streams import put, say
from hardener.engine.read import exclusions
from hardener.policy.config import Loaded
from hardener.report import configuration
from hardener.text.find import find
from hardener.text.terminal import printable


@click.group
def config() -> None:
    """Look at the configuration."""


@config.command
@paths_argument
@settings_options
def show(paths: tuple[str, ...], **options: Any) -> None:
    """Show the settings in force for PATHS (default: the current folder), and where each of them comes from.

    For a file, its overrides are part of them. For a folder, configurations below it are named: they decide about the
    files below them.
    """
    of = configured(**options)
    blocks = [_block(Path(path), of) for path in paths or ["."]]
    if len(blocks) > 1:
        blocks = [[f"# {path}:", *block] for path, block in zip(paths, blocks, strict=True)]
    put("\n".join("".join(f"{printable(line)}\n" for line in block) for block in blocks))


@config.command
def schema() -> None:
    """Print the JSON Schema of the configuration, with which editors complete and check it."""
    from hardener.policy.keys import schema as of_all_keys  # noqa: PLC0415 - no other command shows it

    put(of_all_keys())


@config.command("accept-current")
@paths_argument
@config_option
def accept_current(paths: tuple[str, ...], config: Path | None) -> None:
    """Record what is found in PATHS (default: the current folder), so that only new findings fail --check.

    The records are in .harden/accepted.yaml of the project, for others to have them too. What they name is left alone
    by --diff and --write, as what a comment accepts; `harden --include-accepted` takes it up. They hold for as long as
    a file says the same, wherever in it; what is found no longer is dropped here.
    """
    from hardener.cli.accept import accept  # noqa: PLC0415 - no other command writes records

    say(accept([*map(Path, paths)] or [Path()], configured(config=config)))


def _block(path: Path, of: Callable[[Path], Loaded]) -> list[str]:
    loaded = of(path)
    if not path.is_dir():
        return [*configuration.lines(loaded, path.resolve())]
    return [*configuration.lines(loaded), *_others(path, loaded, of)]


def _others(folder: Path, here: Loaded, of: Callable[[Path], Loaded]) -> Iterator[str]:
    """Yield the configurations of files below a folder that are not the folder's own."""
    found = find([folder], exclusions(lambda below: of(below).settings))
    paths = dict.fromkeys(of(file.path.parent).path for file in found)
    yield from (f"# {path} decides about what is below it" for path in paths if path not in (None, here.path))
