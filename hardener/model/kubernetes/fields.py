"""Reading one field of a manifest, as the API server reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.text.yamlcursor import Cursor

_DECIMAL = re.compile(r"0|[1-9][0-9]*")
"""A leading zero would make it octal (YAML 1.1)."""


def value_at(cursor: Cursor, *keys: str) -> Cursor | None:
    """Return what stands below `cursor` at `keys`; None where there is nothing or an explicit null."""
    found: Cursor | None = cursor
    for key in keys:
        found = None if found is None else found.get(key)
    return None if found is None or found.is_null else found


def text_at(cursor: Cursor, *keys: str) -> str:
    """Return the text of the scalar below `cursor` at `keys`; empty where there is none."""
    value = value_at(cursor, *keys)
    return "" if value is None else value.text or ""


def items_at(cursor: Cursor, *keys: str) -> Iterator[Cursor]:
    """Yield the items of the list below `cursor` at `keys`; none where there is no list."""
    value = value_at(cursor, *keys)
    yield from () if value is None else value.elements()


def not_boolean(value: Cursor | None) -> str:
    """Return why a value that should be true or false cannot be read as one; empty where it can, or is missing."""
    if value is None or value.truth is not None:
        return ""
    return f"`{value.path[-1]}: {value.text}` is no plain true or false"


def span_of(value: Cursor | None) -> tuple[int, int] | None:
    """Return where a key stands with its value; None where there is none."""
    return None if value is None else (value.key_start, value.end)


def number(value: Cursor | None) -> int | None:
    """Return the decimal number that stands there unquoted; None for anything else."""
    text = value.text if value is not None and value.plain else None
    return int(text) if text and _DECIMAL.fullmatch(text) else None


def is_true(value: Cursor | None) -> bool:
    """Return whether an unquoted `true` stands there."""
    return value is not None and value.truth is True
