"""Lines in colour: the only importer of rich."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.padding import Padding
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


def coloured(lines: Iterable[Line], width: int, indent: int) -> str:
    """Return the lines with escape sequences, those that are `filled` broken at blanks to fit the width."""
    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard",
        no_color=False,
        width=width,
        legacy_windows=False,
        _environ={},  # where TERM is dumb, rich would take 80 for the width
    )
    with console.capture() as capture:
        for line in lines:
            text = Text.assemble(*((printable(words), STYLES[role]) for role, words in line.words))
            if line.hang:
                text = _hanging(console, text, line.hang, width - indent * line.detail)
            if line.detail:
                console.print(Padding(text, (0, 0, 0, indent * line.detail), expand=False))
            else:
                console.print(text, soft_wrap=not line.filled)
    return capture.get()


def _hanging(console: Console, text: Text, hang: int, width: int) -> Text:
    """Return a text broken to fit the width, all but its first `hang` characters in a column beside them."""
    label, rest = text.divide([hang])
    first, *more = rest.wrap(console, max(width - hang, 1)) or [rest]
    return Text("\n").join([label + first, *(Text(" " * hang) + row for row in more)])
