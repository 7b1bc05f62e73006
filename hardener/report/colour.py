"""Lines as a terminal shows them: the only importer of rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hardener.report.lines import Line, Role
from hardener.text.terminal import printable

STYLES = {
    Role.PLAIN: "",
    Role.PLACE: "bold",
    Role.RULE: "cyan",
    Role.GOOD: "green",
    Role.CARE: "yellow",
    Role.BAD: "red",
    Role.ASIDE: "dim",
}
"""Of the sixteen colours only, which people choose themselves for their terminal."""
GAP = 2
"""Blanks between the columns of a table."""


def laid_out(lines: Iterable[Line], width: int, indent: int, *, color: bool) -> str:
    """Return the lines, those that are `filled` broken at blanks to fit the width; colours are escape sequences."""
    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard" if color else None,
        no_color=not color,
        width=width,
        legacy_windows=False,
        _environ={},  # where TERM is dumb, rich would take 80 for the width
    )
    with console.capture() as capture:
        for line in lines:
            left = indent * line.detail
            texts = [Text(printable(words), STYLES[role]) for role, words in line.words]
            text = Text().join(texts)
            if line.columns:
                console.print(Padding(_row(texts, line.columns, width - left), (0, 0, 0, left), expand=False))
            elif line.detail or line.hang:
                shown = _hanging(console, text, line.hang, width - left) if line.hang else text
                console.print(Padding(shown, (0, 0, 0, left), expand=False))
            elif line.cropped:
                console.print(text, no_wrap=True, overflow="ellipsis")
            else:
                console.print(text, soft_wrap=not line.filled)
    return capture.get()


def _hanging(console: Console, text: Text, hang: int, width: int) -> Text:
    """Return a text broken to fit the width, all but its first `hang` characters in a column beside them."""
    label, rest = text.divide([hang])
    first, *more = rest.wrap(console, max(width - hang, 1)) or [rest]
    return Text("\n").join([label + first, *(Text(" " * hang) + row for row in more)])


def _row(cells: Sequence[Text], columns: Sequence[int], width: int) -> Table:
    """Return a table's row; where its columns do not fit the width, the widest ones are broken."""
    widths = list(columns)
    while sum(widths) + GAP * (len(widths) - 1) > width and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    row = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for column in widths:
        row.add_column(width=column, overflow="fold")
    row.add_row(*cells)
    return row
