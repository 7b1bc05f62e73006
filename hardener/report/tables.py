"""Tables: columns for a terminal, cells for Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hardener.report.lines import Line, Role
from hardener.text.terminal import printable

_REFERENCE = re.compile(r"([@#!]|\bGH(?=-\d)|www(?=\.))(?=\S)", re.IGNORECASE)


def columns(rows: Sequence[Sequence[str]], *, detail: bool = False) -> Iterator[Line]:
    """Yield rows with their columns one below the other; the first is the head, and no table without a second."""
    if len(rows) < 2:
        return
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = tuple(max(map(len, column)) for column in zip(*shown, strict=True))
    for number, row in enumerate(shown):
        role = Role.PLAIN if number else Role.ASIDE
        yield Line(tuple((role, cell) for cell in row), detail=detail, columns=widths)


def cell(text: str) -> str:
    """Return text that Markdown shows as it is, in one cell of a table; it is no link and calls nobody.

    GitHub and GitLab look for `@name`, `#1`, `GH-1` and `!1` after Markdown's escapes are gone, so there is a character
    of no width behind the sign.
    """
    shown = "".join(f"\\{char}" if char in r"\`*_{}[]<>()#+!|~@&" else char for char in printable(text))
    return _REFERENCE.sub(r"\1&#8203;", shown).replace("://", "\\://")
