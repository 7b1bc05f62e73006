"""One exception as its file has it, complete or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

NEEDED = ("reason", "scope", "alternatives", "owner", "adr", "created", "expires", "monitoring")
PLACES = ("file", "service", "container")
SUBJECT = ("rule", "capability", *PLACES)
"""What an exception is about: two that agree in these are about the same."""

_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/]", re.ASCII | re.IGNORECASE)
"""The start of a URL with a host (RFC 3986, section 3)."""


def is_there(adr: str, root: Path) -> bool:
    """Return whether a decision record is a file below `root`, or a URL with a host, which is not asked for."""
    if _URL.match(adr):
        return True
    try:
        return (root / adr).is_file()
    except OSError:  # a name that is too long, a folder that may not be looked into
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in the file about one exception; empty and None for what does not."""

    position: int
    """In the list, from 0."""
    start: int
    """Offset, in characters, of where it stands; and `end`."""
    end: int
    line: int
    """Counted from 1."""
    rule: str = ""
    capability: str = ""
    file: str = ""
    service: str = ""
    container: str = ""
    reason: str = ""
    scope: str = ""
    alternatives: str = ""
    owner: str = ""
    adr: str = ""
    created: date | None = None
    expires: date | None = None
    monitoring: str = ""
    renewals: tuple[str, ...] = ()
    """The reasons that were given before this one, the oldest first."""

    @property
    def subject(self) -> tuple[str, ...]:
        """The values of SUBJECT."""
        return tuple(getattr(self, key) for key in SUBJECT)

    @property
    def what(self) -> str:
        """What it is about, in words: `IPC_LOCK, service vault`."""
        where = (f"{place} {getattr(self, place)}" for place in PLACES if getattr(self, place))
        return ", ".join([self.rule or self.capability, *where])

    def faults(self, root: Path, today: date) -> Iterator[str]:
        """Yield why it does not count, whatever day it names: what it lacks, or what there is not.

        `root` is the folder that its paths start from.
        """
        missing = [f"`{key}`" for key in NEEDED if not getattr(self, key)]
        if missing:
            yield f"it lacks {', '.join(missing)}"
        if not any(getattr(self, place) for place in PLACES):
            yield "it names no place: neither `file` nor `service` nor `container`"
        if self.adr and not is_there(self.adr, root):
            yield f"there is no file {self.adr}"
        if self.created and self.created > today:
            yield f"it is made on {self.created}, a day to come"
