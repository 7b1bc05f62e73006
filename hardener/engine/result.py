"""What a run found and would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hardener.engine.examined import Examined
from hardener.model.exceptions import Accepted
from hardener.model.finding import Finding
from hardener.model.recorded import Recorded
from hardener.text.edits import Edit
from hardener.text.source import Source


class State(StrEnum):
    """What became of a finding in this run."""

    FIXED = "fixed"
    """Part of the new text."""
    UNSAFE = "unsafe"
    """Left out: it needs `--unsafe-fixes`."""
    HELD = "held"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finding and what became of it."""

    finding: Finding
    state: State
    reason: str = ""
    """Why it is not fixed; empty where it is."""
    until: date | None = None
    """The last day, in UTC, on which a suppressed one is accepted; None where that has no end."""
    exception: Accepted | None = None
    """The justified exception that accepts it; None where it is not suppressed, or otherwise."""
    recorded: Recorded | None = None
    """The record that accepts it; None where it is not suppressed, or otherwise."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's old text with the edits that make the new one."""

    source: Source
    edits: tuple[Edit, ...]
    text: str
    """The new text, without a byte order mark; `source.encode(text)` gives the file's bytes."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A word about a file as a whole: why it was passed over, or what went wrong with it."""

    path: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """All that a run found and would do; nothing is written yet."""

    outcomes: tuple[Outcome, ...]
    """By file, then by position."""
    changes: tuple[FileChange, ...]
    """In the order in which they must be written: a file that others require comes first."""
    errors: tuple[Notice, ...]
    """Files that could not be read or parsed."""
    skipped: tuple[Notice, ...]
    """Files that are not ours, with the reason."""
    files: int
    """How many files were looked at."""
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)
    """What the files with findings held when they were read, by name."""
    subjects: tuple[Examined, ...] = ()
    """By file, then by position."""
    matched: frozenset[Accepted] = frozenset()
    """The justified exceptions that are about something in the files, whether or not they have expired."""
    outdated: tuple[Recorded, ...] = ()
    """Records of findings that are there no longer."""
