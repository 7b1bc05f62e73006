"""How a YAML file is written, read off the file itself, and values written the same way."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from hardener.text.changes import Scalar, Value
from hardener.text.yamlnode import Node
from hardener.text.yamlscalar import comment_beside, written
from hardener.text.yamlsheet import Sheet

Habits: TypeAlias = Counter[tuple[str, int]]
"""How often a mapping or sequence stands how much deeper than the keys of the mapping that it is in."""

_STEP = 2


class Style:
    """The indentation and quotes that new text in one document follows.

    What stands in the same mapping decides, then most of the document, then most of the file. Where there is nothing
    to go by, mappings and the dashes of lists are indented by two, and quotes are double.
    """

    def __init__(self, sheet: Sheet, root: Node, in_file: Callable[[], Habits]) -> None:
        self._sheet = sheet
        self._root = root
        self._in_file = in_file
        self.json_quote = quotes_of(key for key, _ in root.pairs) if root.style == "flow" else ""
        """The quotes around every key and string of a document in JSON; empty where it is none."""
        self.quote = "'" if "'" in sheet.tree.quotes and '"' not in sheet.tree.quotes else '"'

    def step(self, mapping: Node) -> int:
        """How much deeper than the mapping's keys a mapping under one of them stands."""
        return self._decide(mapping, "mapping") or _STEP

    def dash(self, mapping: Node) -> int:
        """How much deeper than the mapping's keys the dashes of a list under one of them stand."""
        found = self._decide(mapping, "sequence")
        return self.step(mapping) if found is None else found

    def indents(self, mapping: Node, values: Iterable[Value]) -> tuple[int, int]:
        """Both `step` and `dash`, as far as these values under the mapping's keys need them."""
        if all(isinstance(value, str | int) for value in values):
            return 0, 0
        return self.step(mapping), self.dash(mapping)

    def _decide(self, mapping: Node, kind: str) -> int | None:
        return (
            _usual(habits(self._sheet, [mapping]), kind)
            or _usual(self._in_document, kind)
            or _usual(self._in_file(), kind)
            or (None,)
        )[0]

    @cached_property
    def _in_document(self) -> Habits:
        mappings = self._sheet.tree.mappings
        first = bisect_left(mappings, self._root.start, key=lambda mapping: mapping.start)
        last = bisect_left(mappings, self._root.end, key=lambda mapping: mapping.start)
        return habits(self._sheet, mappings[first:last])

    def key(self, name: str, siblings: Iterable[Node] = ()) -> str:
        """A key as text, quoted where all its siblings are."""
        return self.scalar(name, siblings)

    def scalar(self, value: Scalar, siblings: Iterable[Node] = ()) -> str:
        """A scalar in block style as text, quoted where all its siblings are."""
        quoted = quotes_of(siblings)
        return written(value, quoted or self.quote, flow=False, quoted=bool(quoted))

    def flow(self, value: Value, quoted: str = "") -> str:
        """Any value on one line; with `quoted`, keys and strings stand in these quotes, as in JSON."""
        if isinstance(value, str | int):
            return written(value, quoted or self.quote, flow=True, quoted=bool(quoted))
        if isinstance(value, Mapping):
            inner = (f"{self.flow(key, quoted)}: {self.flow(part, quoted)}" for key, part in value.items())
            return "{" + ", ".join(inner) + "}"
        return "[" + ", ".join(self.flow(item, quoted) for item in value) + "]"

    def entry(self, key: str, value: Value, column: int, indents: tuple[int, int]) -> list[str]:
        """The lines of a key, already as text, and its value, in block style at `column`.

        `indents` are those of mappings and of dashes (see `step` and `dash`).
        """
        margin = " " * column
        if isinstance(value, str | int):
            return [f"{margin}{key}: {self.scalar(value)}"]
        if not value:
            return [f"{margin}{key}: {self.flow(value)}"]
        deeper = column + indents[0 if isinstance(value, Mapping) else 1]
        return [f"{margin}{key}:", *self.lines(value, deeper, indents)]

    def lines(self, value: Mapping[str, Value] | Sequence[Value], column: int, indents: tuple[int, int]) -> list[str]:
        """The lines of a mapping or list in block style, with its keys or dashes at `column`."""
        if isinstance(value, Mapping):
            entries = (self.entry(self.key(key), part, column, indents) for key, part in value.items())
            return [line for entry in entries for line in entry]
        return [line for item in value for line in self.item(item, column, 1, indents)]

    def item(
        self, value: Value, column: int, gap: int, indents: tuple[int, int], siblings: Iterable[Node] = ()
    ) -> list[str]:
        """The lines of an item of a list whose dash stands at `column`, with `gap` blanks behind it."""
        dash = " " * column + "-" + " " * gap
        if isinstance(value, str | int):
            return [dash + self.scalar(value, siblings) + comment_beside(value)]
        if not value:
            return [dash + self.flow(value)]
        first, *rest = self.lines(value, len(dash), indents)
        return [dash + first.lstrip(" "), *rest]


def habits(sheet: Sheet, mappings: Iterable[Node]) -> Habits:
    """Return how the block collections in these mappings are indented."""
    column = sheet.column
    return Counter(
        (value.kind, column(value.start) - column(mapping.start))
        for mapping in mappings
        if mapping.block
        for _, value in mapping.pairs
        if value.block
    )


def _usual(counted: Habits, kind: str) -> tuple[int] | None:
    """The most frequent offset of this kind of collection."""
    offsets = [(count, offset) for (found, offset), count in counted.items() if found == kind]
    return (max(offsets)[1],) if offsets else None


def quotes_of(nodes: Iterable[Node]) -> str:
    """The quotes that all these scalars have; empty where some are plain, or where there are none."""
    styles = {node.style if node.kind == "scalar" else "" for node in nodes}
    return styles.pop() if len(styles) == 1 and styles <= {"'", '"'} else ""
