"""YAML as plain Python data, for files of our own: templates and image profiles."""

from __future__ import annotations

import re
from typing import TypeAlias

from hardener.text.yamlcursor import Cursor

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"

_DEPTH = 100
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INTEGERS = (
    (re.compile(r"[-+]?[0-9]+"), 10),
    (re.compile(r"0o[0-7]+"), 8),
    (re.compile(r"0x[0-9a-fA-F]+"), 16),
)


def to_python(cursor: Cursor | None, *, depth: int = _DEPTH) -> Plain:
    """Return the data below a cursor by YAML 1.2's core schema, with aliases and merge keys followed.

    Nothing is None. Raises ValueError where it is nested too deeply, as a cycle of aliases is.
    """
    if cursor is None:
        return None
    if not depth:
        raise ValueError(f"nested deeper than {_DEPTH} levels")
    if cursor.kind == "mapping":
        return {key: to_python(value, depth=depth - 1) for key, value in cursor.entries()}
    if cursor.kind == "sequence":
        return [to_python(item, depth=depth - 1) for item in cursor.elements()]
    if not cursor.plain or cursor.tag == "tag:yaml.org,2002:str":
        return cursor.text
    if cursor.is_null:
        return None
    return cursor.truth if cursor.truth is not None else _number(cursor.node.value)


def _number(text: str) -> int | float | str:
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(text):
            return int(text, base)
    return float(text) if _FLOAT.fullmatch(text) else text
