"""The records of audits in `.harden/audits`: one file for each, never changed afterwards.

{
  "version": 1,
  "date": "2026-11-22",          the day in UTC
  "harden": "0.1.0", "level": "baseline",
  "commit": "…",                 of the repository, with "+" where files differ from it; empty without one
  "met": true,                   whether every criterion is; under --strict also of those that were not checked
  "strict": false,
  "criteria": [{"id": "user", "title": "…", "status": "met", "reasons": ["…"]}],
  "findings": {"fixed": 3, "unsafe": 0, "held": 1, "suppressed": 2},          "fixed": those that a fix would settle
  "exceptions": {"in force": 2, "expired": 0},
  "images": [{"name": "api", "id": "sha256:…", "users": ["10001:10001"], "capabilities": [], "setuid": 0}]
}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

FOLDER = Path(".harden") / "audits"
VERSION = 1


class RecordError(Exception):
    """A file in the folder of audits is no record of one."""


def history(root: Path) -> list[dict[str, Any]]:
    """Return the records below a project's root, the oldest first. Raises RecordError."""
    return [_read(path) for path in sorted((root / FOLDER).glob("*.json"), key=_order)]


def place_for(root: Path, day: date) -> Path:
    """Return a path for a new record: the day's name, numbered from the second one of a day on."""
    taken = {path.stem for path in (root / FOLDER).glob("*")}
    names = (day.isoformat() + (f"-{number}" if number > 1 else "") for number in count(1))
    return root / FOLDER / f"{next(name for name in names if name not in taken)}.json"


def write(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record where none is yet. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(record, indent=2) + "\n")


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_bytes())
        date.fromisoformat(record["date"])
        if record["version"] != VERSION or not isinstance(record["met"], bool):
            raise ValueError
        for criterion in record["criteria"]:
            if not isinstance(criterion["id"], str) or not isinstance(criterion["status"], str):
                raise TypeError
        if not all(isinstance(number, int) for number in record["findings"].values()):
            raise TypeError
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecordError(f"{path}: is no record of an audit") from None
    return dict(record)


def _order(path: Path) -> tuple[str, int]:
    day, number = path.stem[:10], path.stem[11:]
    return day, int(number) if number.isdecimal() else 1
