"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.

What these options would change is `major`, what is unsafe or held `minor`, a file that went wrong a `blocker`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hardener.engine import Notice, Outcome, Result
from hardener.report.fingerprints import fingerprint, fingerprint_of
from hardener.report.lines import is_error, left, texts
from hardener.text.terminal import printable


def report(result: Result, *, written: bool) -> str:
    """Return a JSON array, in ASCII, of the findings that are left and the files that went wrong."""
    issues = [_finding(outcome) for outcome in left(result, written=written)]
    issues += (_error(notice) for notice in result.errors)
    return array(issues)


def array(issues: Iterable[dict[str, Any]]) -> str:
    """Return a report of these issues, and a newline."""
    return json.dumps([*issues], indent=2) + "\n"


def issue(rule: str, description: str, name: str, severity: str, place: tuple[str, int]) -> dict[str, Any]:
    """Return an issue; `name` is its fingerprint, `place` a file or what stands for one, and a line."""
    return {
        "description": printable(description),
        "check_name": rule,
        "fingerprint": name,
        "severity": severity,
        "location": {"path": printable(place[0]), "lines": {"begin": place[1]}},
    }


def _finding(outcome: Outcome) -> dict[str, Any]:
    finding = outcome.finding
    severity = "major" if is_error(outcome) else "minor"
    place = finding.file, finding.line
    return issue(finding.rule, "; ".join(texts(outcome)), fingerprint(finding), severity, place)


def _error(notice: Notice) -> dict[str, Any]:
    name = fingerprint_of(notice.path, notice.message)
    return issue("error", notice.message, name, "blocker", (notice.path, notice.line or 1))
