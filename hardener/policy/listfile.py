"""The files in `.harden` that hold one list: read, and refused as a whole with the line that is wrong.

version: 1
KEY: [...]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hardener.model.images import profilevalues as values
from hardener.model.images.profilevalues import WrongProfileError
from hardener.policy.config import ConfigError
from hardener.policy.exceptions.days import day
from hardener.text.conflicts import UNRESOLVED, conflict_line
from hardener.text.source import Source
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamltree import Tree, parse

VERSION = "1"
_MISSING = f"`version: {VERSION}` is missing"


class Listed(NamedTuple):
    """What such a file holds."""

    tree: Tree
    items: tuple[Cursor, ...]


def listed(source: Source, key: str, check: Callable[[Cursor], None]) -> Listed:
    """Return the items of a file's list, each as `check` accepts it. Raises ConfigError."""
    if (conflict := conflict_line(source.text)) is not None:
        raise ConfigError(source.path, conflict, UNRESOLVED)
    try:
        tree = parse(source.text)
    except UnparsableError as error:
        raise ConfigError(source.path, error.line, error.reason) from None
    if tree.problems:
        raise ConfigError(source.path, tree.line(tree.problems[0].offset), tree.problems[0].reason)
    if len(tree.documents) > 1:
        raise ConfigError(source.path, None, "has several documents: one is expected")
    root = tree.root(0)
    if root is None:
        raise ConfigError(source.path, 1, f"is empty: {_MISSING}")
    try:
        return Listed(tree, _items(root, key, check))
    except WrongProfileError as wrong:
        raise ConfigError(source.path, tree.line(wrong.at.key_start), _of_its_key(wrong)) from None


def day_value(value: Cursor) -> None:
    """Refuse what is no day. Raises WrongProfileError."""
    if day(value.text or "") is None:
        raise WrongProfileError(value, f'"{value.text or ""}" is no day, as 2026-12-31 is')


def _of_its_key(wrong: WrongProfileError) -> str:
    """Return what is wrong, after the key that it is said of; one that is not known is named already."""
    key = wrong.at.key
    return wrong.message if key is None or wrong.message.startswith("unknown key") else f"{key.value}: {wrong.message}"


def _items(root: Cursor, key: str, check: Callable[[Cursor], None]) -> tuple[Cursor, ...]:
    values.mapping_of(root, {"version": values.one_of((VERSION,)), key: values.or_null(values.list_of(check))})
    if root.get("version") is None:
        raise WrongProfileError(root, _MISSING)
    found = root.get(key)
    return tuple(found.elements()) if found else ()
