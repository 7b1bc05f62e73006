"""One node of a YAML document, with the exact characters that it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["scalar", "mapping", "sequence", "alias"]
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Node:
    """A scalar, collection or alias. Offsets are characters of the text, and `end` is exclusive.

    A block collection ends where its last leaf ends, not where the next token starts; a block scalar ends before the
    line break of its last line. An empty value stands directly after its `:` or `-` and has no width.
    """

    __slots__ = (
        "_positions",
        "anchor",
        "end",
        "items",
        "kind",
        "merges",
        "pairs",
        "properties",
        "start",
        "style",
        "tag",
        "target",
        "value",
    )

    kind: Kind
    properties: int
    """Where `&anchor` or `!tag` starts; the same as `start` where there are none."""
    start: int
    end: int
    anchor: str | None
    tag: str | None
    style: str
    """Of a scalar `'`, `"`, `|`, `>` or empty for plain; of a collection `block`, `flow` or `pair` (`[a: b]`)."""
    value: str
    """A scalar's text, or the name in an alias; empty for collections."""
    pairs: Sequence[tuple[Node, Node]]
    items: Sequence[Node]
    target: Node | None
    """What an alias stands for."""
    merges: tuple[Node, ...] | None
    """What `yamlcursor.merged` found that a mapping merges; None before that was asked."""
    _positions: dict[str, int]

    def __init__(  # noqa: PLR0913, PLR0917 - called in one place, once for every node of every file
        self,
        kind: Kind,
        properties: int,
        start: int,
        end: int,
        anchor: str | None,
        tag: str | None,
        style: str,
        value: str,
    ) -> None:
        self.kind = kind
        self.properties = properties
        self.start = start
        self.end = end
        self.anchor = anchor
        self.tag = tag
        self.style = style
        self.value = value
        self.pairs = ()
        self.items = ()
        self.target = None
        self.merges = None

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.start}-{self.end}, {self.value!r})"

    @property
    def plain(self) -> bool:
        """Whether it is a scalar without quotes or block header."""
        return self.kind == "scalar" and not self.style

    @property
    def block(self) -> bool:
        """Whether it is a collection in block style."""
        return self.style == "block"

    @property
    def null(self) -> bool:
        """Whether it is an empty, `~` or `null` value."""
        return self.value in _NULLS and self.plain and self.tag in {None, NULL_TAG}

    def followed(self) -> Node:
        """The node itself, or what it is an alias of."""
        return self if self.target is None else self.target

    def position(self, key: str) -> int | None:
        """The index in `pairs` of the first pair whose key has this text."""
        try:
            return self._positions.get(key)
        except AttributeError:
            named = [(name.value, i) for i, (name, _) in enumerate(self.pairs) if name.kind == "scalar"]
            self._positions = dict(reversed(named))
            return self._positions.get(key)

    def inside(self) -> Iterator[Node]:
        """The node and everything in it, in the order of the text; aliases are not followed."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if node.pairs:
                waiting += (part for pair in reversed(node.pairs) for part in reversed(pair))
            elif node.items:
                waiting += reversed(node.items)


NULL_TAG = "tag:yaml.org,2002:null"
