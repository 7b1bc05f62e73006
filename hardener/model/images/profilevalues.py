"""What the values of a project's own profiles must be: each check refuses a value with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from hardener.text.yamlcursor import Cursor
from hardener.text.yamlplain import to_python

KINDS = ("data", "runtime", "scratch")

_IDS = re.compile(r"(?:0|[1-9][0-9]*):(?:0|[1-9][0-9]*)", re.ASCII)
_CAPABILITY = re.compile(r"[A-Z][A-Z_]+", re.ASCII)


class WrongProfileError(Exception):
    """A value is refused; `at` is where it stands."""

    def __init__(self, at: Cursor, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


def mapping_of(value: Cursor, known: Mapping[str, Callable[[Cursor], None]]) -> None:
    """Refuse what is no mapping, or has a key that is not known, or a value that its check refuses."""
    if value.kind != "mapping":
        raise WrongProfileError(value, "expected keys with values")
    for key, item in value.entries():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            raise WrongProfileError(item, f'unknown key "{key}"{f": did you mean {near[0]}?" if near else ""}')
        known[key](item)


def text(value: Cursor) -> None:
    """Refuse what is no text."""
    if not isinstance(to_python(value), str):
        raise WrongProfileError(value, "expected a text")


def truth(value: Cursor) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(to_python(value), bool):
        raise WrongProfileError(value, "expected true or false")


def one_of(words: tuple[str, ...]) -> Callable[[Cursor], None]:
    """Return a check that refuses all but some words."""

    def check(value: Cursor) -> None:
        if value.text not in words:
            raise WrongProfileError(value, f"expected {'one of ' if len(words) > 1 else ''}{', '.join(words)}")

    return check


def list_of(check_item: Callable[[Cursor], None]) -> Callable[[Cursor], None]:
    """Return a check that refuses what is no list, or has an item that is refused."""

    def check(value: Cursor) -> None:
        if value.kind != "sequence":
            raise WrongProfileError(value, "expected a list")
        for item in value.elements():
            check_item(item)

    return check


def ids(value: Cursor) -> None:
    """Refuse what is no `uid:gid` in quotes."""
    if not isinstance(to_python(value), str) or not _IDS.fullmatch(value.text or ""):
        raise WrongProfileError(value, f'expected "uid:gid" in quotes, found {value.text or "something else"}')


def users(value: Cursor) -> None:
    """Refuse what is no mapping of names to ids."""
    if value.kind != "mapping":
        raise WrongProfileError(value, "expected names with their ids")
    for _, item in value.entries():
        ids(item)


def variables(value: Cursor) -> None:
    """Refuse what is no mapping of names to texts."""
    if value.kind != "mapping":
        raise WrongProfileError(value, "expected names with their values")
    for _, item in value.entries():
        text(item)


def capability(value: Cursor) -> None:
    """Refuse what is no capability without CAP_."""
    if not _CAPABILITY.fullmatch(value.text or "") or (value.text or "").startswith("CAP_"):
        raise WrongProfileError(value, f'"{value.text}" is no capability as Docker names them, without CAP_')


def path(value: Cursor) -> None:
    """Refuse what is no absolute path without blanks."""
    if not (value.text or "").startswith("/") or " " in (value.text or ""):
        raise WrongProfileError(value, f'"{value.text}" is no absolute path')


def writable(value: Cursor) -> None:
    """Refuse what is no place with its kind."""
    mapping_of(value, {"path": path, "kind": one_of(KINDS), "volume": truth})
    if value.get("path") is None or value.get("kind") is None:
        raise WrongProfileError(value, "`path` and `kind` are needed")


def port(value: Cursor) -> None:
    """Refuse what is no port."""
    number = to_python(value)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 65536:
        raise WrongProfileError(value, "expected a port")


def or_null(check_value: Callable[[Cursor], None]) -> Callable[[Cursor], None]:
    """Return a check that takes null too."""
    return lambda value: None if value.is_null else check_value(value)
