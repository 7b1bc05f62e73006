"""Kinds of values that a configuration has: how each is read and, beside that, what a JSON Schema says of it.

What a schema refuses, its reader refuses too. A reader may know more: which rules there are, what a pattern is.
Keywords are those of JSON Schema's draft 4, which TOML editors understand (github.com/tamasfe/taplo/issues/497).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hardener.policy.wrong import WrongError, at, mapping_of, strings, table_of

T = TypeVar("T")
K = TypeVar("K", bound=Iterable[str])

TEXT = {"type": "string", "pattern": r"\S"}
"""A string that is not blank."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value."""

    read: Callable[[object], T]
    """Returns what a value says. Raises WrongError."""
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table."""

    kind: Kind[Any]
    description: str
    default: object = None
    """What holds without it, as JSON has it; None where that is nothing."""
    needed: bool = False


def table(keys: Mapping[str, Key], make: Callable[..., T]) -> Kind[T]:
    """Return the kind of a table with these keys and no others, of which `make` makes a value.

    `make` gets the keys with `_` for `-`.
    """
    needed = [name for name, key in keys.items() if key.needed]

    def read(value: object) -> T:
        read_keys = table_of(value, {name: key.kind.read for name, key in keys.items()})
        if missing := next((name for name in needed if name not in read_keys), None):
            raise WrongError(f"{missing} is missing")
        return make(**{name.replace("-", "_"): said for name, said in read_keys.items()})

    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _property(key) for name, key in keys.items()},
        "additionalProperties": False,
    }
    return Kind(read, schema | ({"required": needed} if needed else {}))


def mapping(kind: Kind[T]) -> Kind[dict[str, T]]:
    """Return the kind of a table whose keys are free."""
    return Kind(
        lambda value: mapping_of(value, kind.read), {"type": "object", "additionalProperties": dict(kind.schema)}
    )


def tables(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """Return the kind of a list of tables: `[[name]]`, several times."""

    def read(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise WrongError("expected tables, each under a header in double brackets")
        return tuple(at(number, kind.read, item) for number, item in enumerate(value))

    return Kind(read, {"type": "array", "items": dict(kind.schema)})


def names(check: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple, **item: Any) -> Kind[tuple[str, ...]]:
    """Return the kind of a list of strings that are not blank; `check` says more, and `item` what a schema can say."""
    return Kind(lambda value: check(strings(value)), {"type": "array", "items": {**TEXT, **item}})


def number(least: int, most: int | None = None) -> Kind[int]:
    """Return the kind of a whole number."""
    expected = f"expected a number from {least} to {most}" if most is not None else f"expected a number from {least} up"

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise WrongError(expected)
        if most is not None and value > most:
            raise WrongError(expected)
        return value

    limits = {"minimum": least} | ({"maximum": most} if most is not None else {})
    return Kind(read, {"type": "integer", **limits})


def either(*words: str, **more: Any) -> dict[str, Any]:
    """Return the schema of a string that is one of these words or what else `more` says, for an editor to complete."""
    return {"anyOf": [{"enum": list(words)}, more]}


def _property(key: Key) -> dict[str, Any]:
    default = {} if key.default is None else {"default": key.default}
    return {"description": key.description, **default, **key.kind.schema}
