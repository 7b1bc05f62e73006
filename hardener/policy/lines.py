"""Where the keys of a TOML text stand: tomllib keeps no positions, and an error without a line is half an error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Keys: TypeAlias = tuple[str, ...]


def lines_of(text: str) -> dict[Keys, int]:
    """Return the line, counted from 1, of the statement in which each key of a valid TOML `text` is first set.

    Keys are full paths: `("users", "service:web")`. A statement may span lines; its first one counts.
    """
    found: dict[Keys, int] = {}
    table: Keys = ()
    for line, statement, is_header in _statements(text):
        if is_header:
            table = max(_paths(statement), key=len)
            names: Iterator[Keys] = iter([table])
        else:
            names = (table + path for path in _paths(statement))
        for path in names:
            for depth in range(1, len(path) + 1):
                found.setdefault(path[:depth], line)
    return found


def _statements(text: str) -> Iterator[tuple[int, Mapping[str, object], bool]]:
    """Yield each statement's first line, its data and whether it opens a table."""
    lines = text.replace("\r\n", "\n").split("\n")
    first = 0
    for last in range(len(lines)):
        try:
            data = tomllib.loads("\n".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue  # it goes on in the next line
        if data:
            yield first + 1, data, lines[first].lstrip().startswith("[")
        first = last + 1


def _paths(data: object) -> Iterator[Keys]:
    """Yield the path of every key in nested tables, a table before what is in it."""
    if isinstance(data, list):
        for item in data:
            yield from _paths(item)
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        yield (key,)
        for rest in _paths(value):
            yield (key, *rest)
