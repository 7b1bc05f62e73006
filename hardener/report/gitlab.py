"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.

What these options would change is `major`, what is unsafe or held `minor`, a file that went wrong a `blocker`.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from hardener.engine import Notice, Outcome, Result
from hardener.report.fingerprints import fingerprint
from hardener.report.lines import is_error, left, texts
from hardener.text.terminal import printable


def report(result: Result, *, written: bool) -> str:
    """Return a JSON array, in ASCII, of the findings that are left and the files that went wrong."""
    issues = [_finding(outcome) for outcome in left(result, written=written)]
    issues += (_error(notice) for notice in result.errors)
    return json.dumps(issues, indent=2) + "\n"


def _finding(outcome: Outcome) -> dict[str, Any]:
    finding = outcome.finding
    severity = "major" if is_error(outcome) else "minor"
    return {
        "description": "; ".join(texts(outcome)),
        "check_name": finding.rule,
        "fingerprint": fingerprint(finding),
        "severity": severity,
        "location": _location(finding.file, finding.line),
    }


def _error(notice: Notice) -> dict[str, Any]:
    name = sha256(f"{notice.path}\0{notice.message}".encode(errors="surrogatepass")).hexdigest()
    return {
        "description": printable(notice.message),
        "check_name": "error",
        "fingerprint": name,
        "severity": "blocker",
        "location": _location(notice.path, notice.line or 1),
    }


def _location(file: str, line: int) -> dict[str, Any]:
    return {"path": printable(file), "lines": {"begin": line}}
