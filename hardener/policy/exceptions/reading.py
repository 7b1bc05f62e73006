"""The file `.harden/exceptions.yaml`: found, read, and refused as a whole with the line that is wrong.

version: 1
exceptions:
  - capability: IPC_LOCK                 # or rule: compose-read-only
    service: vault                       # of a Compose file; or container: of a pod; and file: all are globs
    reason: mlock() keeps the keys out of swap
    scope: the vault service, nothing else
    alternatives: encrypted swap, which the hosts do not have
    owner: platform team
    adr: docs/adr/0007-vault-ipc-lock.md # or a URL
    created: 2026-01-15
    expires: 2026-07-15                  # the last day, in UTC; six months after `created` at most
    monitoring: alert on mlock failures in Vault's log
    renewals: []                         # the reasons before this one, written by `harden exception renew`

templates/schemas/exceptions.json is its JSON Schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast

from hardener.model.capabilities import NAMES, plain
from hardener.model.images import profilevalues as values
from hardener.model.images.profilevalues import WrongProfileError
from hardener.policy.config import ConfigError
from hardener.policy.exceptions.days import day, problem
from hardener.policy.exceptions.entry import Entry
from hardener.policy.listfile import day_value, listed
from hardener.policy.wrong import hint
from hardener.rules import catalog
from hardener.text.find import nearest
from hardener.text.source import Reader, Source, UnreadableError
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamltree import Tree, parse

NAME = Path(".harden") / "exceptions.yaml"


class ExceptionsFile(NamedTuple):
    """A file of exceptions that can be used."""

    source: Source
    tree: Tree
    entries: tuple[Entry, ...]

    @property
    def root(self) -> Path:
        """The folder that holds `.harden`, with symbolic links resolved."""
        return self.source.path.parent.parent


def find(start: Path) -> Path | None:
    """Return the nearest `.harden/exceptions.yaml` upwards from a file or folder, none above a project's root."""
    return nearest(start, NAME)


def read(path: Path) -> ExceptionsFile:
    """Return what a file of exceptions says. Raises ConfigError."""
    try:
        source = Reader(path.parent).read(path)
    except UnreadableError as error:
        raise ConfigError(path, None, error.reason) from None
    return understood(source)


def understood(source: Source) -> ExceptionsFile:
    """Return what a text of exceptions says. Raises ConfigError."""
    tree, items = listed(source, "exceptions", _entry)
    return ExceptionsFile(source, tree, tuple(_made(item, number, tree) for number, item in enumerate(items)))


def wrong_value(key: str, text: str) -> str:
    """Return what is wrong with a value of one of an exception's keys; empty where nothing is."""
    try:
        value = parse(json.dumps(text, ensure_ascii=False)).root(0)
        _KNOWN[key](cast(Cursor, value))
    except WrongProfileError as wrong:
        return wrong.message
    except UnparsableError:
        return "has a character that YAML does not allow"
    return ""


def _entry(item: Cursor) -> None:
    values.mapping_of(item, _KNOWN)
    both = item.get("rule") is not None and item.get("capability") is not None
    if both or (item.get("rule") is None and item.get("capability") is None):
        raise WrongProfileError(item, f"names {'a rule and a' if both else 'no rule and no'} capability: name one")
    created, expires = (value and day(value.text or "") for value in (item.get("created"), item.get("expires")))
    if created and expires and (wrong := problem(created, expires)):
        raise WrongProfileError(item.get("expires") or item, wrong)


def _made(item: Cursor, position: int, tree: Tree) -> Entry:
    said: dict[str, Any] = {key: _text(value) for key, value in item.entries() if key != "renewals"}
    said |= {key: day(said[key]) for key in ("created", "expires") if key in said}
    said |= {"capability": plain(said["capability"])} if "capability" in said else {}
    renewals = item.get("renewals")
    said["renewals"] = tuple(map(_text, renewals.elements())) if renewals else ()
    return Entry(position=position, start=item.start, end=item.end, line=tree.line(item.start), **said)


def _text(value: Cursor) -> str:
    return " ".join((value.text or "").split())


def _words(value: Cursor) -> None:
    if value.text is None or value.is_null or not _text(value):
        raise WrongProfileError(value, "expected a text")
    if not _text(value).isprintable():
        raise WrongProfileError(value, "has a character that cannot be shown")


def _rule(value: Cursor) -> None:
    if value.text not in catalog():
        raise WrongProfileError(value, f'no rule is called "{value.text}"{hint(value.text or "", catalog())}')


def _capability(value: Cursor) -> None:
    name = plain(value.text or "")
    if name not in NAMES:
        raise WrongProfileError(value, f'unknown capability "{value.text}"{hint(name, NAMES)}')


def _path(value: Cursor) -> None:
    _words(value)
    path = PurePosixPath(value.text or "")
    if path.is_absolute() or ".." in path.parts:
        raise WrongProfileError(value, "expected a path from the folder that holds `.harden`")


_KNOWN: Mapping[str, Callable[[Cursor], None]] = {
    "rule": _rule,
    "capability": _capability,
    "file": _path,
    "service": _words,
    "container": _words,
    "reason": _words,
    "scope": _words,
    "alternatives": _words,
    "owner": _words,
    "adr": _path,
    "created": day_value,
    "expires": day_value,
    "monitoring": _words,
    "renewals": values.list_of(_words),
}
