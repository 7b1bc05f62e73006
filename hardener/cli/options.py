"""Options that decide settings, shared by the commands that have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from hardener.cli import completion
from hardener.cli.failed import FailedError
from hardener.model.settings import Level, SettingsOf
from hardener.policy.config import ConfigError, Loaded
from hardener.policy.configured import Configured
from hardener.policy.exclusion import exclusion
from hardener.policy.selection import selection
from hardener.policy.wrong import WrongError

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])


def paths_argument(command: Command) -> Command:
    """Add `PATHS`: files and folders, as text, for `./-` is a file and `-` is not."""
    return click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")(command)


def settings_options(command: Command) -> Command:
    """Add the options that override the configuration file, and the one that names it."""
    return _with(command, _options())


def requirement_options(command: Command) -> Command:
    """Add the options of `settings_options` for a command that has no files which could be left out."""
    return _with(command, [option for option in _options() if option is not _EXCLUDE])


def configured(*, config: Path | None, **given: Any) -> Callable[[Path], Loaded]:
    """Return what tells what holds for a file, or for the files in a folder.

    An option that is `given` replaces what configurations say of its subject. Raises FailedError, as what is
    returned does.
    """
    changes = {key: Level(value) if key == "level" else value for key, value in given.items() if value}

    def checked(ask: Callable[[], T]) -> T:
        try:
            return ask()
        except ConfigError as error:
            raise FailedError(str(error)) from None

    found = checked(lambda: Configured(config, changes))
    return lambda place: checked(lambda: found.of(place))


def settings_for(*, unsafe_fixes: bool = False, include_accepted: bool = False, **options: Any) -> SettingsOf:
    """Return the settings of each folder for a run, by the options of `settings_options`. Raises FailedError."""
    of = configured(**options)
    changes: dict[str, Any] = {"unsafe_fixes": unsafe_fixes} | ({"recorded": {}} if include_accepted else {})
    return lambda folder: replace(of(folder).settings, **changes)


def settled(place: Path, **options: Any) -> Loaded:
    """Return what holds for a file, or for the files in a folder. Raises FailedError."""
    return configured(**options)(place)


def names_in(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that an option has, which may be repeated and have several. Raises click.BadParameter."""
    names = tuple(name.strip() for value in values for name in value.split(","))
    if not all(names):
        raise click.BadParameter("a name is missing")
    return names


def _selection(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return _checked(selection, names_in(context, option, values))


def _exclusion(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return _checked(exclusion, values)


def _checked(check: Callable[[Iterable[str]], tuple[str, ...]], values: Iterable[str]) -> tuple[str, ...]:
    try:
        return check(values)
    except WrongError as wrong:
        raise click.BadParameter(wrong.message) from None


_EXCLUDE = click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    callback=_exclusion,
    help="Leave files out, in .gitignore's patterns.",
)

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Use this configuration for all files, instead of the nearest one above each.",
)
"""Adds the option that names a configuration; the command gets it as `config`."""


def _options() -> list[Callable[[Any], Any]]:
    return [
        click.option(
            "--select",
            multiple=True,
            metavar="RULE",
            callback=_selection,
            shell_complete=completion.rules,
            help="Only these rules: names or the beginnings of names, repeated or with commas between them.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="RULE",
            callback=_selection,
            shell_complete=completion.rules,
            help="Not these rules.",
        ),
        click.option(
            "--level", type=click.Choice([level.value for level in Level]), help="How much to ask for [baseline]."
        ),
        _EXCLUDE,
        config_option,
    ]


def _with(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    for option in reversed([*options]):
        command = option(command)
    return command
