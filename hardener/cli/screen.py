"""Lines for people on standard output and standard error, as wide and as colourful as each of them takes."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from hardener.cli.streams import in_colour, put, say, width
from hardener.report import terminal
from hardener.report.lines import Line

color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour [auto]."
)
"""Adds the option that says when to use colour; the command gets it as `color`."""


def rendered(lines: Iterable[Line], columns: int | None, color: str) -> str:
    """Return lines as text, for a screen of so many columns; plain where that is None."""
    return terminal.render(lines, width=columns, color=in_colour(color))


def show(lines: Iterable[Line], color: str = "auto") -> None:
    """Write lines to standard output."""
    put(rendered(lines, width(sys.stdout, color), color))


def mention(lines: Iterable[Line], color: str = "auto") -> None:
    """Write lines to standard error."""
    say(rendered(lines, width(sys.stderr, color), color))
