"""Where the keys of a TOML text stand: tomllib keeps no positions, and an error without a line is half an error."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

Keys: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of keys, and the places of tables in a list, counted from 0."""

_ENDS = ("]", "}", '"""', "'''")
"""What a statement that spans lines ends with; a look at each other line too would take seconds for a long list."""


def lines_of(text: str) -> dict[Keys, int]:
    """Return the line, counted from 1, of the statement in which each key of a valid TOML `text` is first set.

    Keys are full paths: `("users", "service:web")`, `("overrides", 0, "level")`. A statement may span lines; its first
    one counts, also for what stands in a list in it.
    """
    found: dict[Keys, int] = {}
    table: Keys = ()
    lists: Counter[Keys] = Counter()
    for line, statement, is_header in _statements(text):
        if is_header:
            table = _table(statement, lists)
            names: Iterator[Keys] = iter([table])
        else:
            names = (table + path for path in _paths(statement))
        for path in names:
            for depth in range(1, len(path) + 1):
                found.setdefault(path[:depth], line)
    return found


def _table(header: Mapping[str, Any], lists: Counter[Keys]) -> Keys:
    """Return the table that a header opens; `lists` counts the tables of each list, and this one too."""
    table: Keys = ()
    inner: Any = header
    while inner:
        ((name, inner),) = inner.items()
        table = (*table, name)
        if isinstance(inner, list):
            lists[table] += 1
            (inner,) = inner
        if lists[table]:
            table = (*table, lists[table] - 1)
    return table


def _statements(text: str) -> Iterator[tuple[int, Mapping[str, Any], bool]]:
    """Yield each statement's first line, its data and whether it opens a table."""
    lines = text.replace("\r\n", "\n").split("\n")
    first = 0
    for last, line in enumerate(lines):
        if last > first and not any(end in line for end in _ENDS):
            continue
        try:
            data = tomllib.loads("\n".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue  # it goes on in the next line
        if data:
            yield first + 1, data, lines[first].lstrip().startswith("[")
        first = last + 1


def _paths(data: object) -> Iterator[Keys]:
    """Yield the path of every key in nested tables, a table before what is in it."""
    listed = enumerate(data) if isinstance(data, list) else ()
    entries: Iterable[tuple[str | int, Any]] = data.items() if isinstance(data, dict) else listed
    for key, value in entries:
        if isinstance(key, str) or isinstance(value, dict):
            yield (key,)
        for rest in _paths(value):
            yield (key, *rest)
