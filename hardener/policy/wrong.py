"""What is wrong with a configuration, said without knowing yet in which line it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")


class WrongError(ValueError):
    """A value that cannot be; `keys` leads to it from the value that was looked at: names, and places in a list."""

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.keys = keys


def hint(name: str, known: Iterable[str]) -> str:
    """Return `: did you mean "…"?` with the known name nearest to `name`, or nothing if none is near."""
    near = get_close_matches(name, sorted(known), n=1)
    return f': did you mean "{near[0]}"?' if near else ""


def table(value: object) -> Mapping[str, object]:
    """Return a value that is a table. Raises WrongError."""
    if not isinstance(value, dict):
        raise WrongError("expected a table")
    return value


def table_of(value: object, known: Mapping[str, Callable[[object], T]]) -> dict[str, T]:
    """Return a table's values, each read by its key's reader. Raises WrongError, also for a key without one."""
    for key in table(value):
        if key not in known:
            near = hint(key, known) or f"; the keys here are {', '.join(known)}"
            raise WrongError(f'unknown key "{key}"{near}', key)
    return {key: at(key, known[key], item) for key, item in table(value).items()}


def mapping_of(value: object, read: Callable[[object], T]) -> dict[str, T]:
    """Return a table whose keys are free and whose values are all read by `read`. Raises WrongError."""
    return {key: at(key, read, item) for key, item in table(value).items()}


def at(key: str | int, read: Callable[[object], T], value: object) -> T:
    """Return `read(value)`; what it finds wrong is said of `key`. Raises WrongError."""
    try:
        return read(value)
    except WrongError as wrong:
        raise WrongError(wrong.message, key, *wrong.keys) from None


def strings(value: object) -> tuple[str, ...]:
    """Return a list of strings that are not blank. Raises WrongError."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise WrongError("expected a list of strings")
    if not all(item.strip() for item in value):
        raise WrongError("an item is blank")
    return tuple(value)
