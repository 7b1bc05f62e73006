"""A file's diff by the services in it, with the colours of its language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, String

from hardener.engine import FileChange
from hardener.text.diff import unified
from hardener.text.terminal import printable

MOST_COLOURED = 2_000_000
"""Characters of a text that is shown in colours; a lexer takes seconds for more."""

_LANGUAGES = {"dockerfile": "docker", "compose": "yaml", "kubernetes": "yaml"}
_CLASSES = {Comment: "c", Name.Tag: "k", Keyword: "k", String: "s", Number: "n", Name.Variable: "n"}
_RANGES = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_Span = tuple[str, str]


class DiffLine(NamedTuple):
    """One line of a diff, or the gap between two pieces of it where the sign is empty."""

    sign: str
    old: int | None
    """Its number in the old text, counted from 1; None for a line that is new."""
    new: int | None
    code: Markup

    @property
    def gutter(self) -> str:
        """What stands before the line: its numbers and the sign."""
        return f"{self.old or '':>4} {self.new or '':>4} {self.sign} "


def diff_lines(change: FileChange, dialect: str) -> list[DiffLine]:
    """Return the lines of a file's diff, with the gaps between its pieces."""
    colours = [_coloured(text, dialect) for text in (change.source.text, change.text)]
    return list(_lines(unified(change.source, change.edits, change.text), colours))


def within(lines: Sequence[DiffLine], first: int, until: int | None) -> list[DiffLine]:
    """Return what a diff says of the lines from `first` up to `until`, in numbers of the old text.

    What is new belongs to the line above it.
    """
    chosen: list[DiffLine] = []
    above = 0
    for line in lines:
        above = above if line.old is None else line.old
        if first <= above and (until is None or above < until):
            chosen.append(line)
    pieces = [piece for piece in _pieces(chosen) if any(line.sign in "+-" for line in piece)]
    return [line for number, piece in enumerate(pieces) for line in ([_GAP] if number else []) + piece]


_GAP = DiffLine("", None, None, Markup(""))


def _pieces(lines: Sequence[DiffLine]) -> list[list[DiffLine]]:
    pieces: list[list[DiffLine]] = [[]]
    for line in lines:
        if line.sign:
            pieces[-1].append(line)
        else:
            pieces.append([])
    return pieces


def _lines(diff: str, colours: Sequence[Sequence[Markup]]) -> Iterator[DiffLine]:
    old = new = 0
    for text in diff.split("\n")[2:]:
        if ranges := _RANGES.match(text):
            if old:
                yield _GAP
            old, new = (int(ranges[start]) + (ranges[count] == "0") for start, count in ((1, 2), (3, 4)))
        elif text[:1] in {" ", "-"}:
            yield DiffLine(text[0], old, new if text[0] == " " else None, colours[0][old - 1])
            old, new = old + 1, new + (text[0] == " ")
        elif text[:1] == "+":
            yield DiffLine("+", None, new, colours[1][new - 1])
            new += 1


def _coloured(text: str, dialect: str) -> list[Markup]:
    """Return each line of a text as HTML, its words marked with what they are."""
    text = text.replace("\r\n", "\n")
    if len(text) > MOST_COLOURED:
        return [_span("", line) for line in text.split("\n")]
    lines: list[list[_Span]] = [[]]
    # what prepares a text for a lexer makes line ends of lone carriage returns, which would shift every line
    for _, kind, value in _lexer(dialect).get_tokens_unprocessed(text):
        style = next((name for group, name in _CLASSES.items() if kind[: len(group)] == group), "")
        first, *rest = value.split("\n")
        lines[-1].append((style, first))
        lines += ([(style, line)] for line in rest)
    return [Markup().join(_span(style, value) for style, value in line if value) for line in lines]


def _span(style: str, value: str) -> Markup:
    shown = printable(value, keep="\t")
    return Markup('<i class="{}">{}</i>').format(style, shown) if style else escape(shown)


@cache
def _lexer(dialect: str) -> Lexer:
    return get_lexer_by_name(_LANGUAGES[dialect], stripnl=False, ensurenl=False)
