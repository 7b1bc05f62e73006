"""The file `.harden/accepted.yaml`, which `harden config accept-current` writes: findings that are no failures.

version: 1
findings:
  - {file: "api/Dockerfile", rule: "dockerfile-no-sudo", subject: "stage 0", message: "installs sudo", on: 2026-11-22}

Paths are relative to the folder that holds `.harden`. A finding has a line of its own, so that git merges two lists.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hardener.model.images import profilevalues as values
from hardener.model.images.profilevalues import WrongProfileError
from hardener.model.recorded import Print, Recorded
from hardener.policy.config import ConfigError
from hardener.policy.listfile import VERSION, day_value, listed
from hardener.text.source import Reader, UnreadableError
from hardener.text.yamlcursor import Cursor

NAME = Path(".harden") / "accepted.yaml"
LIMIT = 20_000_000
"""Bytes of such a file; a larger one is refused."""

_HEAD = f"""\
# What `harden config accept-current` found and recorded: `harden --check` passes with it, and fails with anything new.
version: {VERSION}
findings:
"""


def read(path: Path) -> Mapping[Path, tuple[Recorded, ...]]:
    """Return what a file records, by the real path of what a finding is in. Raises ConfigError."""
    try:
        source = Reader(path.parent, limit=LIMIT).read(path)
    except UnreadableError as error:
        raise ConfigError(path, None, error.reason) from None
    top = os.path.realpath(path.parent.parent)
    found: defaultdict[Path, list[Recorded]] = defaultdict(list)
    for record in (_record(item, top, path) for item in listed(source, "findings", _finding).items):
        found[record.print.path].append(record)
    return {path: tuple(records) for path, records in found.items()}


def updated(records: Iterable[Recorded], found: Iterable[Print], place: Path, today: date) -> list[Recorded]:
    """Return the records with those of what is found and has none yet, which are of this day and stand in `place`."""
    known = {record.print: record for record in records}
    return [*known.values(), *(Recorded(one, today, place) for one in dict.fromkeys(found) if one not in known)]


def text_of(records: Iterable[Recorded], root: Path) -> str:
    """Return the text of a file that has these records; `root` is the folder that holds its `.harden`."""
    lines = sorted(_line(record, root) for record in records)
    return _HEAD + "".join(lines) if lines else _HEAD.replace("findings:", "findings: []")


def _line(record: Recorded, root: Path) -> str:
    file = Path(os.path.relpath(record.print.path, os.path.realpath(root))).as_posix()
    rule, subject, message = (json.dumps(text, ensure_ascii=False) for text in record.print[1:])
    named = f"file: {json.dumps(file)}, rule: {rule}, subject: {subject}, message: {message}"
    return f"  - {{{named}, on: {record.day}}}\n"


def _record(item: Cursor, top: str, place: Path) -> Recorded:
    said = {key: value.text or "" for key, value in item.entries()}
    file = Path(os.path.realpath(os.path.join(top, said["file"])))  # noqa: PTH118 - Path keeps `..` behind links
    return Recorded(Print(file, said["rule"], said["subject"], said["message"]), date.fromisoformat(said["on"]), place)


def _finding(item: Cursor) -> None:
    keys: dict[str, Any] = dict.fromkeys(("file", "rule", "subject", "message"), values.text)
    values.mapping_of(item, keys | {"on": day_value})
    if missing := next((key for key in (*keys, "on") if item.get(key) is None), None):
        raise WrongProfileError(item, f"{missing} is missing")
