"""The file of exceptions as the commands about it find and write it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import ParamSpec

import click

from hardener.cli.options import settled
from hardener.cli.streams import say
from hardener.engine import clock, project_root
from hardener.policy.config import ConfigError
from hardener.policy.exceptions.days import day, last, latest, problem
from hardener.policy.exceptions.editing import EditError, empty
from hardener.policy.exceptions.reading import NAME, ExceptionsFile, find, read
from hardener.text.write import WriteError, write

P = ParamSpec("P")

_MISSING = f"there is no {NAME} here or above: `harden exception add` makes one"


class UnusableError(click.ClickException):
    """The file of exceptions cannot be used or changed."""

    exit_code = 2


def found() -> ExceptionsFile:
    """Return the file of exceptions above the current folder. Raises UnusableError."""
    file = looked_for()
    if file is None:
        raise UnusableError(_MISSING)
    return file


def found_or_none() -> ExceptionsFile:
    """Return the file of exceptions above the current folder, or one without any, and say so. Raises UnusableError."""
    file = looked_for()
    if file is None:
        say(f"{_MISSING}\n")
    return file or made()


def made() -> ExceptionsFile:
    """Return the file of exceptions that `add` makes at the project's root; nothing is written."""
    return empty(project_root(Path.cwd()).resolve() / NAME)


def looked_for() -> ExceptionsFile | None:
    """Return the file of exceptions above the current folder; None where there is none. Raises UnusableError."""
    path = find(Path.cwd())
    try:
        return None if path is None else read(path)
    except ConfigError as error:
        raise UnusableError(str(error)) from None


def edited(change: Callable[P, str], *args: P.args, **given: P.kwargs) -> str:
    """Return the file's new text. Raises UnusableError where the change cannot be made."""
    try:
        return change(*args, **given)
    except EditError as error:
        raise UnusableError(f"{NAME} cannot be changed: {error}; change it by hand") from None


def save(file: ExceptionsFile, text: str) -> None:
    """Write the file's new text. Raises UnusableError."""
    try:
        if file.source.raw:
            write(file.source, text)
            return
        file.source.path.parent.mkdir(exist_ok=True)
        with file.source.path.open("x", encoding="utf-8", newline="") as new:
            new.write(text)
    except WriteError as error:
        raise UnusableError(f"{NAME}: {error.reason}") from None
    except OSError as error:
        raise UnusableError(f"{NAME}: cannot be written ({error.strerror})") from None


def day_of(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    """Return the day that an option names. Raises click.BadParameter."""
    if text is None:
        return None
    named = day(text)
    if named is None:
        raise click.BadParameter(f'"{text}" is no day, as 2026-12-31 is')
    return named


def last_possible(root: Path, expires: date | None) -> date:
    """Return the last day of an exception that is made today: the one that is wanted, else the last one possible.

    Raises click.BadParameter for a day that cannot be.
    """
    today = clock.today()
    most = last(today, latest(today), settled(root, config=None).settings.thresholds)
    if expires is None:
        return most
    if wrong := problem(today, expires):
        raise click.BadParameter(wrong, param_hint="--expires")
    if expires > most:
        raise click.BadParameter(f"the configuration allows it to last until {most}", param_hint="--expires")
    return expires
