"""The file of exceptions as the commands about it find and write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import ParamSpec

import click

from hardener import engine
from hardener.cli.failed import FailedError
from hardener.cli.options import configured, settled
from hardener.cli.screen import mention
from hardener.cli.streams import say
from hardener.engine import Result, clock, project_root
from hardener.model.settings import Level, Settings, Thresholds
from hardener.policy.config import ConfigError
from hardener.policy.exceptions.days import last, latest, problem
from hardener.policy.exceptions.editing import EditError, empty
from hardener.policy.exceptions.inforce import accepted
from hardener.policy.exceptions.reading import NAME, ExceptionsFile, find, read
from hardener.report import terminal
from hardener.rules import catalog
from hardener.text.write import WriteError, create, write

P = ParamSpec("P")

_MISSING = f"there is no {NAME} here or above: `harden exception add` makes one"


def found() -> ExceptionsFile:
    """Return the file of exceptions above the current folder. Raises FailedError."""
    file = looked_for()
    if file is None:
        raise FailedError(_MISSING)
    return file


def found_or_none() -> ExceptionsFile:
    """Return the file of exceptions above the current folder, or one without any, and say so. Raises FailedError."""
    file = looked_for()
    if file is None:
        say(f"{_MISSING}\n")
    return file or made()


def made() -> ExceptionsFile:
    """Return the file of exceptions that `add` makes at the project's root; nothing is written."""
    return empty(project_root(Path.cwd()).resolve() / NAME)


def looked_for(start: Path = Path()) -> ExceptionsFile | None:
    """Return the file of exceptions above a file or folder; None where there is none. Raises FailedError."""
    path = find(start)
    try:
        return None if path is None else read(path)
    except ConfigError as error:
        raise FailedError(str(error)) from None


def edited(change: Callable[P, str], *args: P.args, **given: P.kwargs) -> str:
    """Return the file's new text. Raises FailedError where the change cannot be made."""
    try:
        return change(*args, **given)
    except EditError as error:
        raise FailedError(f"{NAME} cannot be changed: {error}; change it by hand") from None


def save(file: ExceptionsFile, text: str) -> None:
    """Write the file's new text. Raises FailedError."""
    try:
        if file.source.raw:
            write(file.source, text)
        else:
            create(file.source.path, text)
    except WriteError as error:
        raise FailedError(f"{NAME}: {error.reason}") from None


def limits(root: Path) -> Thresholds:
    """Return what the configuration of a project says of how long exceptions may last. Raises FailedError."""
    return settled(root, config=None).settings.thresholds


def last_possible(root: Path, expires: date | None) -> date:
    """Return the last day of an exception that is made today: the one that is wanted, else the last one possible.

    Raises click.BadParameter for a day that cannot be.
    """
    today = clock.today()
    most = last(today, latest(today), limits(root))
    if expires is None:
        return most
    if wrong := problem(today, expires):
        raise click.BadParameter(wrong, param_hint="--expires")
    if expires > most:
        raise click.BadParameter(f"the configuration allows it to last until {most}", param_hint="--expires")
    return expires


def looked_at(file: ExceptionsFile) -> Result:
    """Return what all rules find in a project, whatever its configuration selects: so what exceptions are about.

    Tells of files that could not be read. Raises FailedError.
    """
    of = configured(config=None)
    exceptions = tuple(accepted(file, limits(file.root)))

    def everything(folder: Path) -> Settings:
        return replace(
            of(folder).settings,
            select=tuple(catalog()),
            ignore=(),
            overrides=(),
            level=Level.RESTRICTED,
            exceptions=exceptions,
        )

    result = engine.run([file.root], everything, root=file.root)
    mention(terminal.errors(result))
    return result
