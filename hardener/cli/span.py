"""Spans of time as people write them."""

from __future__ import annotations

import re

import click

_UNITS = {"s": 1, "m": 60, "h": 3600}
_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smh]?)")


def seconds(_context: click.Context, _option: click.Parameter, value: str) -> float:
    """Return the seconds of `10s`, `1.5m`, `2h` or a bare number. Raises click.BadParameter."""
    match = _FORM.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is no span of time: write 10s, 1.5m or 2h")
    return float(match[1]) * _UNITS[match[2] or "s"]
