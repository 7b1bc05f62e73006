"""Results as the engine would return them, made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hardener.engine import FileChange, Notice, Outcome, Result, State
from hardener.model.finding import Finding, Safety
from hardener.text.edits import Edit, splice
from hardener.text.source import Source

COMPOSE = "services:\n  web:\n    image: web\n"
HARDENED = COMPOSE + "    read_only: true\n"


def finding(**given: Any) -> Finding:
    """Return a finding of compose-read-only on line 2 of compose.yaml, except for what is given."""
    facts: dict[str, Any] = {
        "rule": "compose-read-only",
        "file": "compose.yaml",
        "subject": "service web",
        "message": "its root file system is writable",
        "start": 12,
        "end": 15,
        "line": 2,
        "column": 3,
        "subject_line": 2,
        "safety": Safety.SAFE,
    }
    return Finding(**facts | given)


def fixed(**given: Any) -> Outcome:
    return Outcome(finding(**given), State.FIXED)


def unsafe(**given: Any) -> Outcome:
    reason = "the image is unknown"
    return Outcome(finding(**{"safety": Safety.UNSAFE, "reason": reason} | given), State.UNSAFE, reason)


def held(reason: str = "a merge key supplies it", **given: Any) -> Outcome:
    return Outcome(finding(**{"safety": Safety.HELD, "reason": reason} | given), State.HELD, reason)


def change(name: str = "compose.yaml", old: str = COMPOSE, added: str = "    read_only: true\n") -> FileChange:
    """Return the change that adds a text at the end of a file in the current folder."""
    edits = (Edit(len(old), len(old), added),)
    source = Source.from_bytes(Path(name).resolve(), name, old.encode())
    return FileChange(source, edits, splice(old, edits))


def result(
    *outcomes: Outcome,
    changes: tuple[FileChange, ...] = (),
    errors: tuple[Notice, ...] = (),
    skipped: tuple[Notice, ...] = (),
    files: int = 1,
) -> Result:
    return Result(outcomes, changes, errors, skipped, files)
