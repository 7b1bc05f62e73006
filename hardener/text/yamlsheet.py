"""The lines of a YAML text, and the edits to them that are collected before any is made."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby

from hardener.text.edits import Edit
from hardener.text.yamltree import BREAKS, Tree

_BREAK = re.compile(f"\r\n|[{BREAKS}]")
_COMMENTED_ITEM = re.compile(r"#\s*-(\s|$)")


class Sheet:
    """A text as rows, which end where YAML says that a line ends; rows count from 0, offsets are characters."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.text = tree.text
        self._has_returns = "\r" in tree.text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(tree.text))]
        self._replacements: list[Edit] = []
        self._lines_below: list[tuple[int, list[str]]] = []
        self._dropped_rows: set[int] = set()

    def row(self, offset: int) -> int:
        """The row in which the character at `offset` stands."""
        return bisect_right(self._starts, offset) - 1

    def row_start(self, row: int) -> int:
        """The offset of the row's first character."""
        return self._starts[row]

    def row_end(self, row: int) -> int:
        """The offset of the line break that ends the row, or of the end of the text."""
        if row + 1 == len(self._starts):
            return len(self.text)
        following = self._starts[row + 1]
        return following - (2 if self.text.startswith("\r\n", following - 2) else 1)

    def column(self, offset: int) -> int:
        """How many characters stand before `offset` in its row."""
        return offset - self._starts[self.row(offset)]

    def first_in_row(self, offset: int) -> bool:
        """Whether only blanks stand before `offset` in its row."""
        return not self.text[self._starts[self.row(offset)] : offset].strip(" \t")

    def newline(self, row: int) -> str:
        """The line ending to write beside this row: its own or its neighbour's, else that of most lines."""
        if not self._has_returns:
            return "\n"
        for near in (row, row - 1):
            ending = self.text[self.row_end(near) : self._starts[near + 1]] if 0 <= near < len(self._starts) - 1 else ""
            if ending in {"\n", "\r\n"}:
                return ending
        return self._usual_newline

    @cached_property
    def _usual_newline(self) -> str:
        windows = self.text.count("\r\n")
        return "\r\n" if windows > self.text.count("\n") - windows else "\n"

    def last_row_of(self, end: int, column: int, *, list_at_key: bool = False) -> int:
        """The row of the last line that belongs to what ends at `end` and stands in a collection at `column`.

        Comments below belong to it when they are indented deeper; with `list_at_key` (a list whose dashes stand at
        the column of the keys) also at `column`, where they comment out an item.
        """
        belongs = row = self.row(end)
        at_column: list[int] = []
        commented_item = False
        while row + 1 < len(self._starts):
            row += 1
            content = self.text[self._starts[row] : self.row_end(row)]
            comment = content.lstrip(" \t")
            if not comment:
                at_column, commented_item = [], False
                continue
            depth = len(content) - len(comment)
            if comment[0] != "#" or depth < column or (depth == column and not list_at_key):
                break
            if depth > column and not at_column:
                belongs = row
                continue
            at_column.append(row)
            commented_item = commented_item or bool(_COMMENTED_ITEM.match(comment))
            if commented_item:
                belongs = row
        return belongs

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` in the place of the characters from `start` up to `end`."""
        self._replacements.append(Edit(start, end, new))

    def write_below(self, row: int, lines: Sequence[str]) -> None:
        """Add whole lines, given without line endings, below a row."""
        self._lines_below.append((row, list(lines)))

    def drop(self, start: int, end: int, belongs: int, column: int) -> None:
        """Take out the rows from that of `start` to that of `end`.

        Comments that stand on rows of their own, down to row `belongs`, stay and move to `column`.
        """
        last = self.row(end)
        for row in range(self.row(start), belongs + 1):
            comment = self.own_comment(row)
            if comment is None:
                if row <= last:
                    self._dropped_rows.add(row)
            elif comment != self._starts[row] + column:
                self.replace(self._starts[row], comment, " " * column)

    def own_comment(self, row: int) -> int | None:
        """The offset of the comment that alone fills the row; None where there is none."""
        comments = self.tree.comments
        index = bisect_left(comments, (self._starts[row], 0))
        if index == len(comments) or comments[index][0] > self.row_end(row):
            return None
        return comments[index][0] if self.first_in_row(comments[index][0]) else None

    def comment_between(self, start: int, end: int) -> bool:
        """Whether a comment starts in this span."""
        comments = self.tree.comments
        index = bisect_left(comments, (start, 0))
        return index < len(comments) and comments[index][0] < end

    def edits(self) -> list[Edit]:
        """All edits in the order of the text."""
        runs = list(self._dropped_runs())
        firsts = [first for first, _ in runs]
        below: list[Edit] = []
        for row, lines in sorted(self._lines_below, key=lambda pair: pair[0]):
            index = bisect_right(firsts, row) - 1
            dropped = index >= 0 and row <= runs[index][1]
            below.append(self._insertion(runs[index] if dropped else (row + 1, row), lines))
        removals = [self._removal(first, last) for first, last in runs]
        return sorted([*self._replacements, *below, *removals], key=lambda edit: (edit.start, edit.end))

    def _dropped_runs(self) -> Iterator[tuple[int, int]]:
        rows = sorted(self._dropped_rows)
        for _, group in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
            run = [row for _, row in group]
            yield run[0], run[-1]

    def _insertion(self, run: tuple[int, int], lines: list[str]) -> Edit:
        """Lines that stand in front of a run of rows; they hang on to the row above where there is one."""
        first, last = run
        newline = self.newline(first - 1 if first else 0)
        if first:
            at = self.row_end(first - 1)
            return Edit(at, at, "".join(newline + line for line in lines))
        at = self._starts[last + 1] if last + 1 < len(self._starts) else len(self.text)
        return Edit(at, at, "".join(line + newline for line in lines))

    def _removal(self, first: int, last: int) -> Edit:
        if last + 1 < len(self._starts):
            return Edit(self._starts[first], self._starts[last + 1], "")
        above = self.row_end(first - 1) if first else 0
        return Edit(self._starts[first] if self._block_scalar_ends(above) else above, len(self.text), "")

    def _block_scalar_ends(self, offset: int) -> bool:
        """Whether the line break here is part of a text, so that it must stay even at the end of the file."""
        nodes = (node for root in self.tree.documents if root for node in root.inside())
        return any(node.end == offset and node.style in {"|", ">"} for node in nodes)
