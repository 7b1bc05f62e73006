"""Edits inside a flow collection: `[a, b]` and `{a: 1}`, on one line or on many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from hardener.text.yamlnode import Node
from hardener.text.yamlsheet import Sheet
from hardener.text.yamltree import BREAKS

_SKIPPED = rf"(?:[ \t{BREAKS}]+|(?<=[ \t{BREAKS}])#[^{BREAKS}]*)*"
_COMMA = re.compile(f"{_SKIPPED},")
_REST_OF_ROW = re.compile(rf"[ \t]*,?[ \t]*(?:(?<=[ \t])#[^{BREAKS}]*)?(?=[{BREAKS}])")


class FlowError(Exception):
    """The collection cannot be edited without losing a comment."""


@dataclass(slots=True)
class FlowEdits:
    """What is to happen to one flow collection, written into the sheet by `write`."""

    sheet: Sheet
    node: Node
    dropped: frozenset[int]
    added: list[str] = field(default_factory=list)
    """New entries, as text, for the end."""
    added_before: dict[int, list[str]] = field(default_factory=dict)
    """New entries for in front of the entry at a position, which stays."""

    def write(self) -> None:
        """Collect the edits. Raises FlowError."""
        spans = self._spans()
        kept = [index for index in range(len(spans)) if index not in self.dropped]
        if not kept:
            start, end = (spans[0][0], spans[-1][1]) if spans else (self.node.start + 1, self.node.end - 1)
            if self.sheet.comment_between(start, end):
                raise FlowError("a comment stands in the collection that would be replaced")
            self.sheet.replace(start, end, ", ".join(self.added))
            return
        for index, texts in self.added_before.items():
            self._insert_before(spans[index][0], texts)
        hanging_comma = self._drop_runs(spans)
        self._append(spans, kept[-1], hanging_comma)

    def _spans(self) -> list[tuple[int, int]]:
        if self.node.kind == "sequence":
            return [(item.properties, item.end) for item in self.node.items]
        return [(key.properties, max(key.end, value.end)) for key, value in self.node.pairs]

    def _insert_before(self, start: int, texts: Sequence[str]) -> None:
        between = ", "
        if self.sheet.first_in_row(start):
            row = self.sheet.row(start)
            between = "," + self.sheet.newline(row) + self.sheet.text[self.sheet.row_start(row) : start]
        self.sheet.replace(start, start, "".join(text + between for text in texts))

    def _drop_runs(self, spans: list[tuple[int, int]]) -> int | None:
        """Take out what is dropped; return where a comma is left hanging in front of nothing."""
        hanging = None
        for _, group in groupby(enumerate(sorted(self.dropped)), key=lambda pair: pair[1] - pair[0]):
            run = [index for _, index in group]
            first, last = run[0], run[-1]
            start, end = spans[first][0], spans[last][1]
            if self.sheet.first_in_row(start) and _REST_OF_ROW.match(self.sheet.text, end):
                self.sheet.drop(start, end, self.sheet.row(end), self.sheet.column(start))
                if last == len(spans) - 1:
                    hanging = self._comma_after(spans[first - 1][1])
                continue
            if first:
                start = spans[first - 1][1]
            else:
                end = spans[last + 1][0]
            if self.sheet.comment_between(start, end):
                raise FlowError("a comment stands between the entries of the collection")
            self.sheet.replace(start, end, "")
        return hanging

    def _comma_after(self, end: int) -> int | None:
        match = _COMMA.match(self.sheet.text, end, self.node.end)
        return match.end() - 1 if match else None

    def _append(self, spans: list[tuple[int, int]], last_kept: int, hanging_comma: int | None) -> None:
        sheet = self.sheet
        trailing_comma = self._comma_after(spans[-1][1]) is not None
        start, end = spans[last_kept]
        own_row = (
            sheet.first_in_row(start)
            and _REST_OF_ROW.match(sheet.text, end)
            and sheet.row(self.node.start) != sheet.row(start)
        )
        if not self.added or not own_row:
            if hanging_comma is not None and not trailing_comma:
                sheet.replace(hanging_comma, hanging_comma + 1, "")
            sheet.replace(end, end, "".join(f", {text}" for text in self.added))
            return
        if self._comma_after(end) is None:
            sheet.replace(end, end, ",")
        margin = sheet.text[sheet.row_start(sheet.row(start)) : start]
        lines = [f"{margin}{text}," for text in self.added]
        if not trailing_comma:
            lines[-1] = lines[-1][:-1]
        sheet.write_below(sheet.row(end), lines)
