"""Options that decide settings, shared by the commands that have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from hardener.model.settings import Level
from hardener.policy.config import ConfigError, Loaded, load
from hardener.policy.exclusion import exclusion
from hardener.policy.selection import selection
from hardener.policy.wrong import WrongError

Command = TypeVar("Command", bound=Callable[..., Any])


class WrongConfigError(click.ClickException):
    """The configuration file cannot be used."""

    exit_code = 2


def paths_argument(command: Command) -> Command:
    """Add `PATHS`: files and folders, as text, for `./-` is a file and `-` is not."""
    return click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")(command)


def settings_options(command: Command) -> Command:
    """Add the options that override the configuration file, and the one that names it."""
    options = [
        click.option(
            "--select",
            multiple=True,
            metavar="RULE",
            callback=_selection,
            help="Only these rules: names or the beginnings of names, repeated or with commas between them.",
        ),
        click.option("--ignore", multiple=True, metavar="RULE", callback=_selection, help="Not these rules."),
        click.option(
            "--level", type=click.Choice([level.value for level in Level]), help="How much to ask for [baseline]."
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            callback=_exclusion,
            help="Leave files out, in .gitignore's patterns.",
        ),
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            metavar="FILE",
            help="Use this configuration instead of the nearest .harden.toml upwards.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def settled(start: Path, *, config: Path | None, **given: Any) -> Loaded:
    """Return the settings in force: an option that is `given` replaces what the file says of its subject.

    Raises WrongConfigError.
    """
    try:
        loaded = load(start, config)
    except ConfigError as error:
        raise WrongConfigError(str(error)) from None
    changes: dict[str, Any] = {key: Level(value) if key == "level" else value for key, value in given.items() if value}
    if "exclude" in changes:
        changes["exclude_from"] = None
    origins = {**loaded.origins, **{key: f"--{key}" for key in changes}}
    return replace(loaded, settings=replace(loaded.settings, **changes), origins=origins)


def _selection(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    names = [name.strip() for value in values for name in value.split(",")]
    if not all(names):
        raise click.BadParameter("a name is missing")
    return _checked(selection, names)


def _exclusion(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return _checked(exclusion, values)


def _checked(check: Callable[[Iterable[str]], tuple[str, ...]], values: Iterable[str]) -> tuple[str, ...]:
    try:
        return check(values)
    except WrongError as wrong:
        raise click.BadParameter(wrong.message) from None
