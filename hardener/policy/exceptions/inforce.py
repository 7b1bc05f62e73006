"""What of a file of exceptions counts in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from hardener.engine import clock
from hardener.model.exceptions import Accepted
from hardener.model.settings import Settings, Thresholds
from hardener.policy.exceptions.days import last
from hardener.policy.exceptions.entry import Entry
from hardener.policy.exceptions.reading import ExceptionsFile, find, read


def with_exceptions(settings: Settings, start: Path, read_file: Callable[[Path], ExceptionsFile] = read) -> Settings:
    """Return settings with the exceptions that are found upwards from a file or folder. Raises ConfigError."""
    path = find(start)
    if path is None:
        return settings
    return replace(settings, exceptions=tuple(accepted(read_file(path), settings.thresholds)))


def accepted(file: ExceptionsFile, limits: Thresholds) -> Iterator[Accepted]:
    """Yield the exceptions of a file that count, and those that did until a day that is past; no incomplete one."""
    today = clock.today()
    for entry in file.entries:
        until = last_day(entry, limits)
        if until is not None and not any(entry.faults(file.root, today)):
            yield _accepted(entry, file, until, expired=until < today)


def last_day(entry: Entry, limits: Thresholds) -> date | None:
    """Return the last day on which an exception counts; None where it does not say."""
    return last(entry.created, entry.expires, limits) if entry.created and entry.expires else None


def _accepted(entry: Entry, file: ExceptionsFile, until: date, *, expired: bool) -> Accepted:
    return Accepted(
        rule=entry.rule,
        capability=entry.capability,
        file=entry.file,
        service=entry.service,
        container=entry.container,
        reason=entry.reason,
        adr=entry.adr,
        until=until,
        expired=expired,
        root=file.root,
        place=f"{file.source.name}:{entry.line}",
    )
