"""`harden policy export`: the requirements for other policy engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hardener.cli.failed import FailedError
from hardener.cli.options import requirement_options, settled
from hardener.cli.streams import put, tell
from hardener.model.images.ownprofiles import find_folder, read_profiles
from hardener.policy.export.bundle import DATA, files, limits
from hardener.policy.export.writing import OccupiedError, stale, write
from hardener.text.terminal import printable


@click.group
def policy() -> None:
    """Hand the requirements to other tools."""


@policy.command(short_help="Write them as Rego for conftest and OPA.")
@click.option("--format", "form", type=click.Choice(["rego"]), default="rego", help="What to write [rego].")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("policy"),
    metavar="DIR",
    help="Where to write it [policy, where conftest looks].",
)
@click.option("--force", is_flag=True, help="Overwrite files that are not as an export wrote them.")
@requirement_options
def export(*, form: str, output: Path, force: bool, **options: Any) -> None:
    """Write the requirements as policies for Open Policy Agent, to be run with conftest.

    Level, rules, exceptions and image profiles are those of the current folder. Files that an export wrote are
    written anew; any other, or one that was changed since, stops it before anything is written.
    """
    texts = _texts(form, **options)
    try:
        written = write(output, texts, force=force)
        left = list(stale(output, texts))
    except OccupiedError as error:
        names = ", ".join(printable(str(path)) for path in error.paths)
        raise FailedError(f"not as an export wrote it: {names} (--force overwrites)") from None
    except OSError as error:
        raise FailedError(f"{printable(str(error.filename or output))}: {error.strerror}") from None
    put("".join(f"{printable(str(path))}\n" for path in written))
    for path in left:
        tell(f"{path}: from an earlier export, and still in force: delete it")
    tell(f"Rules without a policy ({output / 'README.md'} says why): {', '.join(limits()['not_exported'])}")
    tell(f"Run them: conftest test --policy {output} --data {output / DATA.parent} FILES")


def _texts(form: str, **options: Any) -> dict[Path, str]:
    """Return what to write. Raises FailedError and FailedError."""
    settings = settled(Path(), **options).settings
    profiles = read_profiles(find_folder(Path.cwd()))
    for error in profiles.errors:
        raise FailedError(printable(f"{error.path}:{error.line or 1}: {error.message}"))
    if settings.overrides:
        tell("Settings for some files or services only are not exported: policies see neither.")
    return {"rego": files}[form](settings, profiles.documents)
