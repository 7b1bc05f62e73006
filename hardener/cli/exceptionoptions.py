"""What options about an exception say: texts in one line, and days."""

from __future__ import annotations

from datetime import date

import click

from hardener.policy.exceptions.days import day
from hardener.policy.exceptions.reading import wrong_value


def value_of(_context: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """Return what an option of an exception's key says. Raises click.BadParameter."""
    return None if text is None else checked(str(option.name), text)


def checked(key: str, text: str) -> str:
    """Return a value of one of an exception's keys, in one line. Raises click.BadParameter."""
    if wrong := wrong_value(key, text):
        raise click.BadParameter(wrong)
    return " ".join(text.split())


def day_of(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    """Return the day that an option names. Raises click.BadParameter."""
    if text is None:
        return None
    named = day(text)
    if named is None:
        raise click.BadParameter(f'"{text}" is no day, as 2026-12-31 is')
    return named
