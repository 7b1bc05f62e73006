"""The records of audits in `.harden/audits`: one file for each, never changed afterwards.

{
  "version": 1,
  "date": "2026-11-22",          the day in UTC
  "harden": "0.1.0", "level": "baseline",
  "commit": "…",                 that the repository's files stand on; empty without one
  "met": true,                   whether every criterion is; under --strict also of those that were not checked
  "strict": false,
  "criteria": [{"id": "user", "title": "…", "status": "met", "reasons": ["…"]}],
  "findings": {"fixed": 3, "unsafe": 0, "held": 1, "suppressed": 2},          "fixed": those that a fix would settle
  "exceptions": 2,               those in force that grant something
  "images": [{"name": "api", "id": "sha256:…", "users": ["10001:10001"], "capabilities": [], "setuid": 0}]
}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from hardener import __version__
from hardener.engine import Result, State, clock
from hardener.policy.audit import Judged, Looked, Status

FOLDER = Path(".harden") / "audits"
VERSION = 1


class RecordError(Exception):
    """A file in the folder of audits is no record of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """An audit that was made on this day."""

    result: Result
    looked: Looked
    judged: Sequence[Judged]
    level: str
    commit: str
    strict: bool
    """Whether what was not checked counts as not met."""

    @property
    def met(self) -> bool:
        """Whether every criterion is."""
        failing = {Status.NOT_MET, Status.NOT_CHECKED} if self.strict else {Status.NOT_MET}
        return all(each.status not in failing for each in self.judged)

    def record(self) -> dict[str, Any]:
        """Return its record."""
        count = Counter(outcome.state for outcome in self.result.outcomes)
        granted = {one for subject in self.result.subjects for one in subject.granted}
        return {
            "version": VERSION,
            "date": clock.today().isoformat(),
            "harden": __version__,
            "level": self.level,
            "commit": self.commit,
            "met": self.met,
            "strict": self.strict,
            "criteria": [
                {
                    "id": each.criterion.id,
                    "title": each.criterion.title,
                    "status": each.status.value,
                    "reasons": list(each.reasons),
                }
                for each in self.judged
            ],
            "findings": {state.value: count[state] for state in State},
            "exceptions": len(granted),
            "images": [image._asdict() for image in self.looked.images],
        }


def history(root: Path) -> list[dict[str, Any]]:
    """Return the records below a project's root, the oldest first. Raises RecordError."""
    return [_read(path) for path in sorted((root / FOLDER).glob("*.json"), key=_order)]


def keep(root: Path, day: date, record: Mapping[str, Any]) -> Path:
    """Write a record where none is yet, under the day's name, numbered from its second one on; return its path.

    Raises OSError.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, indent=2) + "\n"
    while True:
        taken = {path.stem for path in folder.iterdir()}
        names = (day.isoformat() + (f"-{number}" if number > 1 else "") for number in count(1))
        path = folder / f"{next(name for name in names if name not in taken)}.json"
        with suppress(FileExistsError):  # another audit was faster
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            return path


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_bytes())
        date.fromisoformat(record["date"])
        if record["version"] != VERSION or not isinstance(record["met"], bool):
            raise ValueError
        for criterion in record["criteria"]:
            if not isinstance(criterion["id"], str) or not isinstance(criterion["status"], str):
                raise TypeError
        if not all(isinstance(number, int) and number >= 0 for number in record["findings"].values()):
            raise TypeError
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecordError(f"{path}: is no record of an audit") from None
    return dict(record)


def _order(path: Path) -> tuple[str, int]:
    day, number = path.stem[:10], path.stem[11:]
    return day, int(number) if number.isdecimal() else 1
