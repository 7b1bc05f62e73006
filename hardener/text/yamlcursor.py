"""YAML as a reader of the data sees it: through aliases and merge keys, one step at a time.

Every step is taken only when asked for, so that a cycle of aliases or an exploding one costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hardener.text.changes import Path
from hardener.text.yamlnode import Kind, Node


@dataclass(slots=True, eq=False)  # not frozen: one is made at every step, and that would take thrice as long
class Cursor:
    """One value of the data, where a reader comes across it; never changed."""

    path: Path
    """The way a reader took, through aliases and merge keys."""
    site: Node
    """What stands there in the text; an alias is not followed."""
    key: Node | None = None
    """The key that it stands under; None for a root or an item of a list."""
    supplied_by_merge: bool = False
    """Whether its own mapping does not have it, but one that is merged into it."""
    _values: dict[str, Cursor | None] | None = None
    """What `get` found: the same few keys are asked for by one rule after the other."""

    @property
    def node(self) -> Node:
        """The value itself, after following an alias."""
        return self.site.followed()

    @property
    def kind(self) -> Kind:
        """`scalar`, `mapping` or `sequence`."""
        return self.node.kind

    @property
    def key_start(self) -> int:
        """Where its key stands, or the value itself where it has none."""
        return self.site.start if self.key is None else self.key.start

    @property
    def start(self) -> int:
        """Where the value, or the alias that stands for it, starts."""
        return self.site.start

    @property
    def end(self) -> int:
        """Where the value, or the alias that stands for it, ends."""
        return self.site.end

    @property
    def text(self) -> str | None:
        """A scalar's text without quotes; None for anything else."""
        node = self.site.followed()
        return node.value if node.kind == "scalar" else None

    @property
    def tag(self) -> str | None:
        """The tag that is written at the value, in full: `!reset`, `tag:yaml.org,2002:str`."""
        return self.site.followed().tag

    @property
    def plain(self) -> bool:
        """Whether it is a scalar without quotes or block header."""
        return self.node.plain

    @property
    def is_null(self) -> bool:
        """Whether it is empty, `~` or `null`."""
        return self.site.followed().null

    @property
    def truth(self) -> bool | None:
        """What every YAML version reads as true or false; None for anything else, `yes` included."""
        if not self.plain:
            return None
        return {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}.get(
            self.node.value
        )

    def get(self, key: str) -> Cursor | None:
        """The value under `key`: the mapping's own, else the first that a merge key supplies."""
        if self._values is None:
            self._values = {}
        if key not in self._values:
            self._values[key] = self._value(key)
        return self._values[key]

    def _value(self, key: str) -> Cursor | None:
        node = self.site.followed()
        found = supplier(node, key)
        if found is None:
            return None
        mapping, index = found
        name, value = mapping.pairs[index]
        return Cursor((*self.path, key), value, name, mapping is not node)

    def entries(self) -> list[tuple[str, Cursor]]:
        """All keys that are scalars, with their values: own ones first, then those that merge keys supply."""
        found: dict[str, Cursor] = {}
        for mapping in merged(self.node):
            for key, value in mapping.pairs:
                if key.kind == "scalar" and key.value not in found and not is_merge_key(key):
                    found[key.value] = Cursor((*self.path, key.value), value, key, mapping is not self.node)
        return list(found.items())

    def elements(self) -> list[Cursor]:
        """The items of a list; empty for anything else."""
        return [Cursor((*self.path, index), item) for index, item in enumerate(self.node.items)]


def is_merge_key(key: Node) -> bool:
    """Whether it is the `<<` that merges other mappings into its own."""
    return key.value == "<<" and key.plain


def merged(mapping: Node) -> Iterator[Node]:
    """The mapping and those that it merges, in the order in which they are asked for a key; each comes once.

    https://yaml.org/type/merge.html: own keys win, and earlier mappings of a list win over later ones.
    """
    if mapping.kind == "mapping":
        yield mapping
        yield from _merges(mapping)


def _merges(mapping: Node) -> tuple[Node, ...]:
    if mapping.merges is None:
        mapping.merges = tuple(_found_merges(mapping))
    return mapping.merges


def _found_merges(mapping: Node) -> Iterator[Node]:
    seen = {id(mapping)}
    waiting = list(reversed(list(merge_sources(mapping))))
    while waiting:
        node = waiting.pop()
        if node.kind != "mapping" or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting += reversed(list(merge_sources(node)))


def merge_sources(mapping: Node) -> Iterator[Node]:
    """The nodes that the mapping's `<<` names, aliases followed."""
    index = mapping.position("<<")
    if index is None or not is_merge_key(mapping.pairs[index][0]):
        return
    value = mapping.pairs[index][1].followed()
    if value.kind == "sequence":
        yield from (item.followed() for item in value.items)
    else:
        yield value


def supplier(mapping: Node, key: str) -> tuple[Node, int] | None:
    """The mapping that supplies `key`, itself or one that it merges, with the index of the pair."""
    for node in (mapping, *_merges(mapping)):
        index = node.position(key)
        if index is not None and not (key == "<<" and is_merge_key(node.pairs[index][0])):
            return node, index
    return None
