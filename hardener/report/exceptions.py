"""Justified exceptions, by the days that are left: a table for people, JSON for programs.

The JSON is one object, as templates/schemas/exceptionlist.json has it:

{
  "version": 1,
  "exceptions": [{
    "number": 1,             in the file, counted from 1: what `harden exception renew` takes
    "line": 3, "status": "in force",        or "expired", "incomplete"
    "last_day": "2026-07-15", "days_left": 12,          null where it names no day; negative once it has expired
    "matches": true,         whether there is something in the project that it is about, as far as that could be read
    "faults": ["…"],         why it is incomplete
    "rule": "", "capability": "IPC_LOCK", "file": "", "service": "vault", "container": "", "reason": "…", "scope": "…",
    "alternatives": "…", "owner": "…", "adr": "…", "created": "2026-01-15", "expires": "2026-07-15", "monitoring": "…",
    "renewals": []
  }]
}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from hardener.engine import Outcome, clock
from hardener.model.exceptions import Accepted
from hardener.model.settings import Thresholds
from hardener.policy.exceptions.checking import DOUBLE, EXPIRED, IDLE, INCOMPLETE, SOON
from hardener.policy.exceptions.entry import Entry
from hardener.policy.exceptions.inforce import last_day
from hardener.policy.exceptions.reading import ExceptionsFile
from hardener.report.lines import Line, Role, line
from hardener.report.tables import columns

VERSION = 1

_WORDS = {
    EXPIRED: (Role.BAD, "expired"),
    INCOMPLETE: (Role.BAD, "incomplete"),
    SOON: (Role.CARE, "to expire soon"),
    IDLE: (Role.CARE, "about nothing"),
    DOUBLE: (Role.CARE, "about the same as another"),
}


class Row(NamedTuple):
    """An exception as it stands today."""

    entry: Entry
    last: date | None
    left: int | None
    """Days from today to the last one."""
    faults: tuple[str, ...]
    matches: bool | None
    """Whether it is about something; None where nobody knows."""

    @property
    def status(self) -> str:
        """Whether it counts, and why not."""
        return "incomplete" if self.faults else "expired" if self.left is None or self.left < 0 else "in force"


def rows(file: ExceptionsFile, limits: Thresholds, matched: Collection[Accepted] | None) -> list[Row]:
    """Return the exceptions of a file, the one with the fewest days left first.

    `matched` are those that are about something; None where nobody knows, for files could not be read.
    """
    today, places = clock.today(), None if matched is None else {one.place for one in matched}
    found = []
    for entry in file.entries:
        last = last_day(entry, limits)
        left = (last - today).days if last else None
        matches = None if places is None else f"{file.source.name}:{entry.line}" in places
        found.append(Row(entry, last, left, tuple(entry.faults(file.root, today)), matches))
    return sorted(found, key=lambda row: (row.last or date.min, row.entry.position))


def table(found: Sequence[Row]) -> Iterator[Line]:
    """Yield the table."""
    head = ("#", "DAYS LEFT", "LAST DAY", "WHAT", "OWNER", "RECORD")
    yield from columns([head, *map(_cells, found)])
    if not found:
        yield line((Role.GOOD, "no exceptions"))


def as_json(found: Iterable[Row]) -> str:
    """Return the object that this module's documentation describes, and a newline."""
    return json.dumps({"version": VERSION, "exceptions": [*map(_object, found)]}, indent=2) + "\n"


def summary(file: ExceptionsFile, told: Iterable[Outcome]) -> Line:
    """Return how many exceptions there are, and how many of them are not as they should be."""
    count = Counter(outcome.finding.rule for outcome in told)
    number = len(file.entries)
    words = [(Role.PLAIN, f"{number} exception{'' if number == 1 else 's'}")]
    for rule, (role, text) in _WORDS.items():
        words += [(Role.ASIDE, " · "), (role, f"{count[rule]} {text}")] if count[rule] else []
    return Line(tuple(words))


def _cells(row: Row) -> tuple[str, ...]:
    left = row.status if row.status != "in force" else str(row.left)
    what = row.entry.what if row.matches is not False or row.faults else f"{row.entry.what} (matches nothing)"
    return (str(row.entry.position + 1), left, str(row.last or "-"), what, row.entry.owner or "-", row.entry.adr or "-")


def _object(row: Row) -> dict[str, Any]:
    said = {key: value for key, value in asdict(row.entry).items() if key not in {"position", "start", "end"}}
    days = {key: value.isoformat() if value else None for key, value in said.items() if key in {"created", "expires"}}
    return {
        "number": row.entry.position + 1,
        **said,
        **days,
        "status": row.status,
        "last_day": row.last.isoformat() if row.last else None,
        "days_left": row.left,
        "matches": bool(row.matches),
        "faults": list(row.faults),
    }
