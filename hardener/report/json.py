"""The report for programs: one JSON object, in ASCII, as templates/schemas/findings.json has it.

{
  "version": 1,              this description; keys may be added to it, none change their meaning
  "summary": {
    "files": 12,             files that were looked at
    "written": false,        whether what is "fixed" stands in the files (else it would, with --write)
    "fixed": 7, "unsafe": 3, "held": 2, "suppressed": 0, "errors": 0
  },
  "findings": [{             by file, then by position
    "rule": "compose-user", "file": "compose.yaml", "subject": "service web",
    "line": 4, "column": 3,  counted from 1, columns in characters
    "start": 40, "end": 43,  offsets in characters of the text without its byte order mark
    "message": "…",
    "state": "fixed",        or "unsafe" (left out: needs --unsafe-fixes), "held", "suppressed"
    "safety": "safe",        of its fix: or "unsafe", "held"
    "reason": "…",           why it is unsafe, held or suppressed; else empty
    "evidence": ["…"], "caveat": "…",
    "requires": [{"rule": "…", "file": "…", "subject": "…"}]
  }],
  "files": [{"path": "compose.yaml", "edits": 2}],                  files that change
  "errors": [{"path": "…", "line": null, "message": "…"}],
  "skipped": [{"path": "…", "line": null, "message": "…"}]          files that are not ours
}
"""

from __future__ import annotations

import json
from typing import Any

from hardener.engine import Notice, Outcome, Result, State

VERSION = 1


def report(result: Result, *, written: bool) -> str:
    """Return the object that this module's documentation describes, and a newline."""
    count = {state.value: sum(outcome.state is state for outcome in result.outcomes) for state in State}
    data = {
        "version": VERSION,
        "summary": {"files": result.files, "written": written, **count, "errors": len(result.errors)},
        "findings": [_finding(outcome) for outcome in result.outcomes],
        "files": [{"path": change.source.name, "edits": len(change.edits)} for change in result.changes],
        "errors": [_notice(notice) for notice in result.errors],
        "skipped": [_notice(notice) for notice in result.skipped],
    }
    return json.dumps(data, indent=2) + "\n"


def _finding(outcome: Outcome) -> dict[str, Any]:
    finding = outcome.finding
    return {
        "rule": finding.rule,
        "file": finding.file,
        "subject": finding.subject,
        "line": finding.line,
        "column": finding.column,
        "start": finding.start,
        "end": finding.end,
        "message": finding.message,
        "state": outcome.state.value,
        "safety": finding.safety.value,
        "reason": outcome.reason or finding.reason,
        "evidence": list(finding.evidence),
        "caveat": finding.caveat or "",
        "requires": [key._asdict() for key in finding.requires],
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"path": notice.path, "line": notice.line, "message": notice.message}
