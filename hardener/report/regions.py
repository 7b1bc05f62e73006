"""Places in a text as SARIF has them: lines, and columns in UTF-16 code units, both counted from 1."""

from __future__ import annotations

from bisect import bisect_right

UNIT = "utf16CodeUnits"
"""What the columns count (SARIF 2.1.0, 3.14.27)."""


class Regions:
    r"""Regions of one text, without its byte order mark; lines end with `\n`, as they do by default in SARIF."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        # Behind the last line there is no other: a place at the very end is one column past its newline (3.30.2).
        while 0 < (after := text.find("\n", self._starts[-1]) + 1) < len(text):
            self._starts.append(after)

    def region(self, start: int, end: int) -> dict[str, int]:
        """Return the region from one offset, in characters, up to another; where they are equal it has no length."""
        start_line, start_column = self._place(start)
        end_line, end_column = self._place(end)
        return {"startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column}

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        before = self._text[self._starts[line - 1] : offset]
        return line, len(before) + sum(char > "\uffff" for char in before) + 1
