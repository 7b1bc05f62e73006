"""Tables: columns for a terminal, cells for Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hardener.report.lines import Line, Role
from hardener.text.terminal import printable


def columns(rows: Sequence[Sequence[str]], *, detail: bool = False) -> Iterator[Line]:
    """Yield rows with their columns one below the other; the first is the head, and no table without a second."""
    if len(rows) < 2:
        return
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(rows[0]) - 1)]
    for number, row in enumerate(shown):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield Line(((Role.PLAIN if number else Role.ASIDE, "  ".join([*cells, row[-1]]).rstrip()),), detail=detail)


def cell(text: str) -> str:
    """Return text that Markdown shows as it is, in one cell of a table."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>()#+!|~@" else char for char in printable(text))
