"""Changes to a file of exceptions, through our own text layer: comments and layout stay, and the result is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hardener.policy.config import ConfigError
from hardener.policy.exceptions.entry import Entry
from hardener.policy.exceptions.reading import ExceptionsFile, understood
from hardener.text import yamldata, yamledit
from hardener.text.changes import Include, Put, Remove, YamlChange
from hardener.text.edits import splice
from hardener.text.source import Source
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamltree import parse

EMPTY = """\
# Justified exceptions: who may deviate from a rule or have a capability, where, why and until when.
# `harden exception --help` says how to add, renew and remove them; one that is incomplete or expired does not count.
version: 1
"""
_LIST = (0, "exceptions")


class EditError(Exception):
    """A change that cannot be made to the file as it stands; its text says why."""


def empty(path: Path) -> ExceptionsFile:
    """Return the file of exceptions that is made at `path` where there is none; nothing is written."""
    return understood(replace(Source.from_text(path.as_posix(), EMPTY), path=path, raw=b""))


def added(file: ExceptionsFile, said: Mapping[str, str]) -> str:
    """Return the file's text with another exception at the end, which says this. Raises EditError."""
    text = _changed(file, [Include(_LIST, dict(said))])
    entries = _entries(file, text)
    if len(entries) != len(file.entries) + 1 or any(_said(entries[-1], key) != said[key] for key in said):
        raise EditError("it would not say what it should")
    return text


def renewed(file: ExceptionsFile, entry: Entry, reason: str, today: date, expires: date) -> str:
    """Return the file's text with an exception that is made anew today, and its old reason kept. Raises EditError."""
    at = (*_LIST, entry.position)
    past = f"{entry.created or 'unknown'} to {entry.expires or 'unknown'}: {entry.reason or 'no reason'}"
    changes: list[YamlChange] = [
        Put((*at, "reason"), reason),
        Put((*at, "created"), today.isoformat()),
        Put((*at, "expires"), expires.isoformat()),
        Include((*at, "renewals"), past),
    ]
    text = _changed(file, changes)
    now = _entries(file, text)[entry.position]
    if (now.reason, now.created, now.expires, now.renewals) != (reason, today, expires, (*entry.renewals, past)):
        raise EditError("it would not say what it should")
    return text


def removed(file: ExceptionsFile, entry: Entry) -> str:
    """Return the file's text without an exception; comments that stand on lines of their own stay. Raises EditError."""
    text = _changed(file, [Remove((*_LIST, entry.position))])
    left = [each for each in file.entries if each is not entry]
    if [each.what for each in _entries(file, text)] != [each.what for each in left]:
        raise EditError("it would take others with it")
    return text


def _changed(file: ExceptionsFile, changes: Sequence[YamlChange]) -> str:
    try:
        text = splice(file.source.text, yamledit.render(file.tree, changes))
        difference = yamldata.check(file.tree, changes, parse(text))
    except RefusedError as refused:
        raise EditError(refused.reason) from None
    except UnparsableError as error:
        difference = str(error)
    if difference is not None:
        raise EditError(difference)
    return text


def _entries(file: ExceptionsFile, text: str) -> tuple[Entry, ...]:
    try:
        return understood(replace(file.source, text=text)).entries
    except ConfigError as error:
        raise EditError(error.message) from None


def _said(entry: Entry, key: str) -> str:
    return str(getattr(entry, key))
