"""Edits inside a block collection: whole lines come and go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hardener.text.yamlnode import Node
from hardener.text.yamlsheet import Sheet
from hardener.text.yamltree import BREAKS

_BLANK_ROWS = re.compile(rf"[ \t{BREAKS}]*")
_DASH = re.compile(rf"(?:[ \t{BREAKS}]+|(?<=[ \t{BREAKS}])#[^{BREAKS}]*)*-")
_QUESTION = re.compile(r"\?[ \t]+\Z")


class BlockError(Exception):
    """The collection cannot be edited faithfully."""


@dataclass(slots=True)
class BlockEdits:
    """What is to happen to one block collection, written into the sheet by `write`."""

    sheet: Sheet
    node: Node
    dropped: frozenset[int]
    added: list[str] = field(default_factory=list)
    """New lines for the end, indented."""
    added_before: dict[int, list[str]] = field(default_factory=dict)
    """New lines for in front of the entry at a position, which stays."""

    @property
    def column(self) -> int:
        """Where its keys or dashes stand."""
        return self.sheet.column(self.node.start)

    def write(self) -> None:
        """Collect the edits. Raises BlockError."""
        spans = self._spans()
        if len(self.dropped) == len(spans):
            self._replace_all(spans)
            return
        self._drop(spans)
        for index, lines in self.added_before.items():
            self._insert_before(spans, index, lines)
        if self.added:
            self._append(spans)

    def _spans(self) -> list[tuple[int, int]]:
        """From where its key or dash starts to where its value ends, for each entry."""
        if self.node.kind == "mapping":
            return [(key.properties, max(key.end, value.end)) for key, value in self.node.pairs]
        spans: list[tuple[int, int]] = []
        for item in self.node.items:
            match = _DASH.match(self.sheet.text, spans[-1][1] if spans else self.node.start)
            if match is None:
                raise BlockError("the dash of an item is not where it should be")
            spans.append((match.end() - 1, max(match.end(), item.end)))
        return spans

    def _explicit(self, start: int) -> bool:
        row = self.sheet.row_start(self.sheet.row(start))
        return self.node.kind == "mapping" and bool(_QUESTION.search(self.sheet.text[row:start]))

    def _last_row(self, index: int, spans: list[tuple[int, int]]) -> int:
        value = self._value(index)
        at_key = self.node.kind == "mapping" and value.block and value.kind == "sequence"
        return self.sheet.last_row_of(
            spans[index][1], self.column, list_at_key=at_key and self.sheet.column(value.start) == self.column
        )

    def _drop(self, spans: list[tuple[int, int]]) -> None:
        leading = 0
        if self.dropped and not self.sheet.first_in_row(self.node.start):
            leading = next(index for index in range(len(spans)) if index not in self.dropped)
            if leading:
                self._drop_leading(spans[0][0], spans[leading - 1][1])
        for index in sorted(self.dropped):
            if self._explicit(spans[index][0]):
                raise BlockError("the key is written with `?`")
            if index >= leading:
                self._refuse_feeding_blanks(index, spans)
                self.sheet.drop(*spans[index], self._last_row(index, spans), self.column)

    def _refuse_feeding_blanks(self, index: int, spans: list[tuple[int, int]]) -> None:
        """Blank lines below what goes would become text of a block scalar above that keeps its own."""
        before = max((kept for kept in range(index) if kept not in self.dropped), default=None)
        below = self.sheet.row_end(self.sheet.row(spans[index][1])) + 1
        if before is None or self.sheet.text[below : below + 1].strip(" \t" + BREAKS):
            return
        leaf = last_leaf(self._value(before))
        if leaf.style in {"|", ">"} and "+" in self.sheet.text[leaf.start : leaf.start + 3]:
            raise BlockError("the block scalar above keeps the blank lines that follow it")

    def _value(self, index: int) -> Node:
        return self.node.pairs[index][1] if self.node.kind == "mapping" else self.node.items[index]

    def _drop_leading(self, start: int, end: int) -> None:
        """Entries that share their row with a dash: the next one takes their place."""
        self._refuse_comments(start, end)
        match = _BLANK_ROWS.match(self.sheet.text, self.sheet.row_end(self.sheet.row(end)))
        self.sheet.replace(start, match.end() if match else end, "")

    def _refuse_comments(self, start: int, end: int) -> None:
        first, last = self.sheet.row(start), self.sheet.row(end)
        if any(self.sheet.own_comment(row) is not None for row in range(first, last + 1)):
            raise BlockError("a comment stands among the lines that would go")

    def _replace_all(self, spans: list[tuple[int, int]]) -> None:
        """Nothing of the old stays, and something new comes."""
        start, end = spans[0]
        if self.sheet.first_in_row(self.node.start):
            self._drop(spans)
            self.sheet.write_below(self.sheet.row(start), self.added)
            return
        end = spans[-1][1]
        self._refuse_comments(start, end)
        row = self.sheet.row(end)
        self.sheet.replace(start, self.sheet.row_end(row), self.sheet.newline(row).join(self.added).lstrip(" "))

    def _insert_before(self, spans: list[tuple[int, int]], index: int, lines: Sequence[str]) -> None:
        kept = [before for before in range(index) if before not in self.dropped]
        start = spans[index][0]
        if kept and not self._unended(spans[kept[-1]][1]):
            self.sheet.write_below(self._last_row(kept[-1], spans), lines)
            return
        if self._explicit(start):
            raise BlockError("the next key is written with `?`")
        newline = self.sheet.newline(self.sheet.row(start))
        margin = " " * self.column
        text = "".join(line + newline for line in lines).lstrip(" ") + margin
        self.sheet.replace(start, start, text)

    def _append(self, spans: list[tuple[int, int]]) -> None:
        last = max(index for index in range(len(spans)) if index not in self.dropped)
        if not self._unended(spans[last][1]):
            self.sheet.write_below(self._last_row(last, spans), self.added)
            return
        if self.node.kind == "sequence" or last in self.added_before:
            raise BlockError("the block scalar at the end of the file has no line ending to put something below")
        self._insert_before(spans, last, self.added)

    def _unended(self, end: int) -> bool:
        """Whether a block scalar ends here that a line below would make longer: at the end of the text, no break."""
        if end < len(self.sheet.text) or not self.sheet.text or self.sheet.text[-1] in BREAKS:
            return False
        leaf = last_leaf(self.node)
        return leaf.style in {"|", ">"} and "-" not in self.sheet.text[leaf.start : leaf.start + 4].split("\n")[0]


def last_leaf(node: Node) -> Node:
    """The last scalar, alias or flow collection in a node."""
    while node.block and (node.pairs or node.items):
        node = node.pairs[-1][1] if node.pairs else node.items[-1]
    return node
