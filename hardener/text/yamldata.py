"""The guard: what the data must be after some changes, worked out without any text, and held against a new tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hardener.text.changes import Exclude, Include, Put, Remove, Replace, Value, YamlChange
from hardener.text.yamlnode import Node
from hardener.text.yamlscalar import plain_text, stands_for
from hardener.text.yamltree import Tree


class _Impossible(Exception):  # noqa: N818 - ends up as the word that `check` returns
    """A change does not fit the data."""


@dataclass(slots=True, eq=False)
class _Slot:
    """One place for a value: an old node as it was, an old collection with changes in it, or a new value."""

    old: Node | None
    key: str = ""
    made: Value | None = None
    parts: list[_Slot] | None = None
    """The contents of a collection that a change looked into; entries that go stay here, marked."""
    kind: str = ""
    """`mapping` or `sequence` once `parts` are there."""
    named: dict[str, _Slot] = field(default_factory=dict)
    new: bool = False
    gone: bool = False

    def open(self, kind: str) -> list[_Slot]:
        """Turn it into a collection of slots: a null becomes an empty one, a scalar a list of itself."""
        if self.parts is not None:
            if self.kind != kind:
                raise _Impossible(f"a {self.kind} cannot be a {kind}")
            return self.parts
        old = self.old
        if old is None or old.null:
            parts = []
        elif old.kind == "scalar" and kind == "sequence":
            parts = [_Slot(old)]
        elif old.kind != kind:
            raise _Impossible(f"a {old.kind} cannot be a {kind}")
        elif kind == "mapping":
            parts = [_Slot(value, key.value) for key, value in old.pairs]
            if len({part.key for part in parts}) < len(parts):
                raise _Impossible("a key is set twice")
            self.named = {part.key: part for part in parts}
        else:
            parts = [_Slot(item) for item in old.items]
        self.parts, self.kind = parts, kind
        return parts

    def step(self, step: str | int, *, make: bool) -> _Slot | None:
        """The slot one step further; a missing key is made only on demand."""
        if isinstance(step, int):
            items = self.open("sequence")
            if step >= len(items):
                raise _Impossible(f"there is no item {step}")
            return items[step]
        if not make and (self.old is None or self.old.kind == "scalar") and self.parts is None:
            return None
        parts = self.open("mapping")
        found = self.named.get(step)
        if found is None and make:
            found = self.named[step] = _Slot(None, step, new=True)
            parts.append(found)
        return found

    def live(self) -> list[_Slot]:
        """The contents that stay."""
        return [part for part in self.parts or () if not part.gone]

    def prune(self) -> bool:
        """Let go of collections that removals left empty; return whether this one goes."""
        if self.parts:
            lost = [part.prune() for part in self.parts]
            self.gone = self.gone or (any(lost) and all(lost))
        return self.gone


def check(old: Tree, changes: Sequence[YamlChange], new: Tree) -> str | None:
    """Return how `new` differs from `old` with the changes made, or None where it does not.

    New keys may stand anywhere; everything else must be as before, in its order, with its quotes, tags and anchors.
    """
    if len(old.documents) != len(new.documents):
        return f"there are {len(new.documents)} documents instead of {len(old.documents)}"
    try:
        slots = _expected(old, changes)
    except _Impossible as reason:
        return str(reason)
    for number, (before, after) in enumerate(zip(old.documents, new.documents, strict=True)):
        slot = slots.get(number) or _Slot(before)
        where = "nothing is left of the document" if slot.gone or after is None else _difference(slot, after, ())
        if where and not (before is None and after is None):
            return f"document {number + 1}: {where}"
    return None


def _expected(old: Tree, changes: Sequence[YamlChange]) -> dict[int, _Slot]:
    slots: dict[int, _Slot] = {}
    for change in changes:
        number = change.path[0]
        assert isinstance(number, int)  # noqa: S101 - a path starts with a document
        if not 0 <= number < len(old.documents) or old.documents[number] is None:
            raise _Impossible(f"there is no document {number + 1}")
        _apply(slots.setdefault(number, _Slot(old.documents[number])), change)
    for slot in slots.values():
        slot.prune()
    return slots


def _apply(slot: _Slot, change: YamlChange) -> None:
    for step in change.path[1:]:
        found = slot.step(step, make=isinstance(change, Put | Include))
        if found is None:
            if isinstance(change, Replace):
                raise _Impossible(f"there is no {step}")
            return
        slot = found
    match change:
        case Put(value=value):
            _set(slot, value)
        case Replace(old=text, new=value):
            if slot.old is None or slot.old.kind != "scalar" or slot.old.value != text:
                raise _Impossible(f"{text!r} does not stand there")
            _set(slot, value)
        case Include(item=item):
            if not (_is_bare(slot) and slot.old and _reads_alike(slot.old, item)):
                slot.open("sequence").append(_Slot(None, made=item, new=True))
        case Exclude(item=text):
            _exclude(slot, text)
        case Remove():
            slot.gone = True


def _set(slot: _Slot, value: str | int) -> None:
    if slot.parts is not None or (slot.old is not None and slot.old.kind != "scalar"):
        raise _Impossible("a collection cannot become a scalar")
    if slot.old is None or not stands_for(slot.old, value):
        slot.made = value


def _is_bare(slot: _Slot) -> bool:
    """Whether it is a scalar so far, which may stand for a list of itself."""
    return slot.parts is None and slot.old is not None and slot.old.kind == "scalar" and not slot.old.null


def _exclude(slot: _Slot, text: str) -> None:
    if slot.parts is None and slot.old is not None and slot.old.kind == "scalar" and slot.old.value != text:
        return
    for part in slot.open("sequence"):
        value = part.old.followed() if part.old else None
        if value is not None and value.kind == "scalar" and value.value == text:
            part.gone = True


def _difference(slot: _Slot, node: Node, path: tuple[str, ...]) -> str | None:
    """What differs first, in words; None where nothing does."""
    if slot.made is not None:
        kept = (slot.old.anchor, slot.old.tag) if slot.old else (None, None)
        same = (node.anchor, node.tag) == kept and _is_value(node, slot.made)
        return None if same else f"{_name(path)} is not {slot.made!r}"
    if slot.parts is None:
        return None if slot.old is not None and _same(slot.old, node) else f"{_name(path)} has changed"
    old = slot.old if slot.old is not None and slot.old.kind == slot.kind else None
    if node.kind != slot.kind or (old and (node.anchor, node.tag) != (old.anchor, old.tag)):
        return f"{_name(path)} is no longer the same {slot.kind}"
    if slot.kind == "mapping":
        return _mapping_difference(slot, node, path)
    return _sequence_difference(slot, node, path)


def _mapping_difference(slot: _Slot, node: Node, path: tuple[str, ...]) -> str | None:
    live = slot.live()
    values = {key.value: value for key, value in node.pairs if key.kind == "scalar"}
    if len(values) != len(node.pairs) or len(values) != len(live):
        return f"{_name(path)} has other keys"
    order = [key.value for key, _ in node.pairs if key.value in slot.named and not slot.named[key.value].new]
    if order != [part.key for part in live if not part.new]:
        return f"the keys of {_name(path)} are not the same, or in another order"
    for part in live:
        value = values.get(part.key)
        where = f"{part.key} is missing" if value is None else _difference(part, value, (*path, part.key))
        if where:
            return where
    return None


def _sequence_difference(slot: _Slot, node: Node, path: tuple[str, ...]) -> str | None:
    old = [part for part in slot.live() if not part.new]
    included: list[Value] = []
    for part in slot.live():
        if not part.new or part.made is None or part.made in included:
            continue
        if not any(other.old and _reads_alike(other.old.followed(), part.made) for other in old):
            included.append(part.made)
    if len(node.items) != len(old) + len(included):
        return f"{_name(path)} has {len(node.items)} items instead of {len(old) + len(included)}"
    for index, part in enumerate(old):
        where = _difference(part, node.items[index], (*path, str(index)))
        if where:
            return where
    missing = [made for made, item in zip(included, node.items[len(old) :], strict=True) if not _is_value(item, made)]
    return f"{_name(path)} lacks {missing[0]!r}" if missing else None


def _name(path: tuple[str, ...]) -> str:
    return ".".join(path) or "the root"


def _same(one: Node, two: Node) -> bool:
    """Whether two nodes are the same in everything but positions."""
    if (
        one.value != two.value
        or one.style != two.style
        or one.kind != two.kind
        or one.anchor != two.anchor
        or one.tag != two.tag
    ):
        return False
    if one.kind == "scalar":
        return True
    if len(one.pairs) != len(two.pairs) or len(one.items) != len(two.items):
        return False
    for (key, value), (other_key, other_value) in zip(one.pairs, two.pairs, strict=True):
        if not (_same(key, other_key) and _same(value, other_value)):
            return False
    return not one.items or all(map(_same, one.items, two.items))


def _is_value(node: Node, value: Value) -> bool:
    """Whether a node is exactly this value to every YAML version."""
    if isinstance(value, str | int):
        return stands_for(node, value) if node.tag is None else node.plain and node.value == plain_text(value)
    if node.anchor is not None or node.tag is not None:
        return False
    if isinstance(value, Mapping):
        pairs = {key.value: part for key, part in node.pairs if stands_for(key, key.value)}
        return len(node.pairs) == len(value) == len(pairs) and all(
            key in pairs and _is_value(pairs[key], part) for key, part in value.items()
        )
    return node.kind == "sequence" and len(node.items) == len(value) and all(map(_is_value, node.items, value))


def _reads_alike(node: Node, value: Value | None) -> bool:
    """Whether a list that has `node` has this item already: scalars are compared by their text alone."""
    if isinstance(value, str | int):
        return node.kind == "scalar" and node.tag is None and node.value == plain_text(value)
    if isinstance(value, Mapping):
        return len(node.pairs) == len(value) and all(
            key.value in value and _reads_alike(part.followed(), value[key.value]) for key, part in node.pairs
        )
    if value is None or node.kind != "sequence" or len(node.items) != len(value):
        return False
    return all(_reads_alike(item.followed(), part) for item, part in zip(node.items, value, strict=True))
