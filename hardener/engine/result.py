"""What a run found and would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from hardener.model.finding import Finding
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


class Examined(NamedTuple):
    """Something that rules looked at as a whole, whether they found something or not."""

    file: str
    dialect: str
    subject: str
    """As findings name it; what they say of a part of it goes on behind a comma."""
    whole: str
    """What it is started with: the workload of a container, else itself."""
    line: int
    """Where it begins, counted from 1."""


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
