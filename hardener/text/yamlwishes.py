"""The changes to a document, gathered by the node that each concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hardener.text.changes import Exclude, Include, Path, Put, Remove, Replace, Value, YamlChange
from hardener.text.yamlnode import Node
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamlscalar import Commented, plain_text


@dataclass(slots=True)
class Wish:
    """What all changes together ask of the value at one path, and of what is in it."""

    set: Put | Replace | None = None
    include: list[Include] = field(default_factory=list)
    exclude: list[Exclude] = field(default_factory=list)
    remove: Remove | None = None
    inner: dict[str | int, Wish] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    gone: bool = False
    """Whether nothing of the value is left: set by `settle`."""
    dropped: frozenset[int] = frozenset()
    """The positions in a list or mapping of what goes: set by `settle`."""

    def makes(self) -> bool:
        """Whether it asks for something to be there, not only for something to go."""
        return bool(self.set or self.include or any(inner.makes() for inner in self.inner.values()))

    def changes(self) -> Iterator[YamlChange]:
        """All changes that make up this wish."""
        own = (self.set, *self.include, *self.exclude, self.remove)
        yield from (change for change in own if change is not None)
        for wish in self.inner.values():
            yield from wish.changes()

    def refuse(self, reason: str) -> RefusedError:
        """The refusal of everything in this wish."""
        return RefusedError(reason, [(change, reason) for change in self.changes()])


def gather(changes: Sequence[YamlChange]) -> dict[int, Wish]:
    """Return what the changes ask, by document."""
    roots: dict[int, Wish] = {}
    for change in changes:
        document = _document(change.path)
        wish = roots[document] if document in roots else roots.setdefault(document, Wish())
        before = change.before if isinstance(change, Put | Include) else ()
        for step in change.path[1:]:
            inner = wish.inner
            wish = inner[step] if step in inner else inner.setdefault(step, Wish())
            wish.before = wish.before or before
        match change:
            case Put() | Replace():
                wish.set = change
            case Include():
                wish.include.append(change)
            case Exclude():
                wish.exclude.append(change)
            case Remove():
                wish.remove = change
    return roots


def _document(path: Path) -> int:
    if not path or not isinstance(path[0], int):
        raise ValueError(f"{path!r} does not start with the number of a document")
    return path[0]


def settle(node: Node, wish: Wish) -> None:
    """Decide from the leaves upwards what goes, for the wish and all in it."""
    for step, inner in wish.inner.items():
        child = child_at(node, step)
        if child is not None:
            settle(child[1], inner)
    dropped = set(_excluded(node, wish))
    for step, inner in wish.inner.items():
        child = child_at(node, step)
        if child is not None and inner.gone:
            dropped.add(child[0])
    wish.dropped = frozenset(dropped)
    emptied = bool(dropped) and len(dropped) == max(1, len(node.pairs) + len(node.items))
    wish.gone = wish.remove is not None or (emptied and not wish.makes())


def child_at(node: Node, step: str | int) -> tuple[int, Node] | None:
    """The position in a list or mapping that a path's step leads to, with the value there."""
    if isinstance(step, int):
        return (step, node.items[step]) if node.kind == "sequence" and step < len(node.items) else None
    index = node.position(step)
    return None if index is None else (index, node.pairs[index][1])


def _excluded(node: Node, wish: Wish) -> Iterator[int]:
    texts = {change.item for change in wish.exclude}
    if not texts:
        return
    for index, item in enumerate(node.items if node.kind == "sequence" else [node]):
        value = item.followed()
        if value.kind == "scalar" and value.value in texts:
            yield index


def fresh(wish: Wish, rank: Callable[[str], int]) -> Value | None:
    """The value that the wish makes where there is none; None where it only takes away. Raises RefusedError."""
    if isinstance(wish.set, Replace):
        raise wish.refuse(f"{wish.set.old!r} does not stand there")
    if wish.set is not None:
        return wish.set.value
    if wish.include:
        return additions((), wish)
    if any(isinstance(step, int) for step in wish.inner):
        raise wish.refuse("there is no such item in the list")
    made = {str(step): fresh(inner, rank) for step, inner in wish.inner.items()}
    ordered = sorted(((key, value) for key, value in made.items() if value is not None), key=lambda pair: rank(pair[0]))
    return dict(ordered) or None


def additions(items: Sequence[Node], wish: Wish) -> list[Value]:
    """The items of the wish that a list does not have yet, each once."""
    known: list[Value] = []
    for change in wish.include:
        if change.item not in known and not any(means(item.followed(), change.item) for item in items):
            comment = change.comment if isinstance(change.item, str) else ""
            known.append(Commented(str(change.item), comment) if comment else change.item)
    return known


def comments(node: Node | None, wish: Wish) -> Iterator[str]:
    """Yield the comments of all items that the wish puts into a value, or into what it makes where there is none."""
    there = [] if node is None or node.null else node.items if node.kind == "sequence" else [node]
    yield from (item.comment for item in additions(there, wish) if isinstance(item, Commented))
    for step, inner in wish.inner.items():
        child = child_at(node, step) if node is not None else None
        yield from comments(child[1] if child else None, inner)


def means(node: Node, value: Value) -> bool:
    """Whether the node is this value; scalars are compared by their text, keys in any order."""
    if isinstance(value, str | int):
        return node.kind == "scalar" and node.tag is None and node.value == plain_text(value)
    if isinstance(value, Sequence):
        return len(node.items) == len(value) and all(
            means(item.followed(), part) for item, part in zip(node.items, value, strict=True)
        )
    return len(node.pairs) == len(value) and all(
        key.value in value and means(inner.followed(), value[key.value]) for key, inner in node.pairs
    )
