"""What should hold in a YAML document, said without text: the vocabulary that rules use.

A path starts with the number of the document in its stream, then keys (str) and list positions (int):
`(0, "services", "web", "cap_drop")`. It is the path as a reader of the data walks it, through aliases and merge keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
Scalar: TypeAlias = str | int | bool
Value: TypeAlias = "Scalar | Mapping[str, Value] | Sequence[Value]"


@dataclass(frozen=True, slots=True)
class Put:
    """The value at `path` is this scalar; missing parents are made.

    A new key stands at the end of its mapping or, where one of the keys `before` exists, in front of the first of them.
    """

    path: Path
    value: Scalar
    before: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Include:
    """The list at `path` has `item`; a missing list is made, a scalar or null there becomes a list.

    A scalar item that is new gets `comment` (one line, without the sign) beside it, where the line has room for one.
    """

    path: Path
    item: Value
    before: tuple[str, ...] = field(default=(), compare=False)
    comment: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Exclude:
    """The list at `path` has no scalar item with the text `item`; a list that this empties goes, and so do parents."""

    path: Path
    item: str


@dataclass(frozen=True, slots=True)
class Remove:
    """There is nothing at `path`; parents that this empties go too."""

    path: Path


@dataclass(frozen=True, slots=True)
class Replace:
    """The scalar at `path`, whose text is `old`, is `new`."""

    path: Path
    old: str
    new: Scalar


YamlChange: TypeAlias = Put | Include | Exclude | Remove | Replace
