"""Mappings that parse, but that have no one meaning as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hardener.text.yamlnode import Node


class Problem(NamedTuple):
    """A key that readers may understand differently."""

    offset: int
    kind: str
    """`complex key` (mostly a template's `{{ x }}`) or `duplicate key`."""
    reason: str


def key_problems(mapping: Node) -> Iterator[Problem]:
    """Yield the keys of a mapping that are no scalars, or that stand there twice."""
    pairs = mapping.pairs
    names = {key.value for key, _ in pairs if key.kind == "scalar"}
    if len(names) == len(pairs):
        return
    seen: set[str] = set()
    for key, _ in pairs:
        if key.kind == "alias":
            yield Problem(key.start, "complex key", f"*{key.value} is used as a key")
        elif key.kind != "scalar":
            yield Problem(key.start, "complex key", f"a {key.kind} is used as a key")
        elif key.value in seen:
            yield Problem(key.start, "duplicate key", f"{key.value} is set twice")
        seen.add(key.value)
