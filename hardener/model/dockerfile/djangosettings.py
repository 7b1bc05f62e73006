"""Where a Django project writes, read from the text of its settings module without running it."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

_MODULE = re.compile(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""")

_FOLDERS = frozenset({"MEDIA_ROOT", "STATIC_ROOT", "FILE_UPLOAD_TEMP_DIR"})
"""https://docs.djangoproject.com/en/5.2/ref/settings/"""

_FILES = frozenset({"filename"})
"""Keys of LOGGING's handlers that name a file."""

_OF_ENVIRONMENT = frozenset({"os.environ.get", "environ.get", "os.getenv", "getenv"})


def module_of(manage: str) -> str:
    """Return the settings module that a `manage.py` names; empty where it names none."""
    match = _MODULE.search(manage)
    return match[1] if match else ""


def written_folders(text: str, file: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the folders that settings with this text, which lie at `file` in an image, have their program write to.

    `environment` is the image's; a variable that is not in it has the default that the settings name.

    Only what follows from `__file__`, plain strings and names set before is told; anything else is passed over.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    names: dict[str, str] = {"__file__": file, **{f"${name}": value for name, value in environment.items()}}
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            continue
        value = _value(statement.value, names)
        names.pop(target.id, None)
        if value is not None:
            names[target.id] = value
        if target.id in _FOLDERS and value:
            yield from _absolute(value)
        elif target.id in ("LOGGING", "CACHES"):
            yield from _in_dictionary(statement.value, names)
        elif target.id == "DATABASES":
            yield from _of_databases(statement.value, names)


def _in_dictionary(node: ast.expr, names: Mapping[str, str]) -> Iterator[str]:
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Dict):
            continue
        for key, value in zip(inner.keys, inner.values, strict=True):
            word = key.value if isinstance(key, ast.Constant) else None
            path = _value(value, names)
            if word in _FILES and path:
                yield from _absolute(posixpath.dirname(path))
            elif word == "LOCATION" and path:
                yield from _absolute(path)


def _of_databases(node: ast.expr, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the folders of SQLite's files: it makes its journal beside them."""
    for inner in (found for found in ast.walk(node) if isinstance(found, ast.Dict)):
        values = {
            key.value: _value(value, names)
            for key, value in zip(inner.keys, inner.values, strict=True)
            if isinstance(key, ast.Constant)
        }
        if (values.get("ENGINE") or "").endswith((".sqlite3", ".spatialite")) and (path := values.get("NAME")):
            yield from _absolute(posixpath.dirname(path))


def _absolute(path: str) -> Iterator[str]:
    if path.startswith("/") and path.strip("/"):
        yield posixpath.normpath(path)


def _value(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """Return the text or path that an expression stands for; None where that is not plain."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return names.get(name)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined([_value(left, names), _value(right, names)])
        case ast.Attribute(value=inner, attr="parent"):
            path = _value(inner, names)
            return str(PurePosixPath(path).parent) if path else None
        case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(depth))):
            path = _value(inner, names)
            parents = PurePosixPath(path).parents if path else ()
            return str(parents[depth]) if 0 <= depth < len(parents) else None
        case ast.Call(func=function, args=arguments, keywords=[]):
            return _called(function, arguments, names)
    return None


def _called(function: ast.expr, arguments: list[ast.expr], names: Mapping[str, str]) -> str | None:
    if isinstance(function, ast.Attribute) and function.attr in ("resolve", "absolute") and not arguments:
        return _value(function.value, names)
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if arguments and ast.unparse(function) in _OF_ENVIRONMENT:
        return names.get(f"${_value(arguments[0], names)}") or _value(arguments[-1], names)
    values = [_value(argument, names) for argument in arguments]
    if name in ("Path", "abspath", "realpath", "str", "fspath", "normpath") and len(values) == 1:
        return values[0]
    if name == "dirname" and len(values) == 1 and values[0] is not None:
        return posixpath.dirname(values[0])
    if name in ("join", "joinpath"):
        first = [_value(function.value, names)] if name == "joinpath" and isinstance(function, ast.Attribute) else []
        return _joined(first + values)
    return None


def _joined(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return posixpath.normpath(posixpath.join(*known)) if known and len(known) == len(parts) else None
