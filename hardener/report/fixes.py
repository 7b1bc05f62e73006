"""SARIF's fixes: the edits of a run as replacements (SARIF 2.1.0, 3.55 to 3.57).

The changes to one file are made together and were checked together, and a file whose change requires another file's
goes with that one. So one fix has all of it. It stands with the first finding that it settles, and the others refer to
that one: if each had it, applying every fix of a log would insert the same text twice.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from hardener.engine import FileChange, Result, State
from hardener.model.finding import Finding, Key
from hardener.report.regions import Regions
from hardener.text.edits import Edit, in_order

BASE = "%SRCROOT%"
"""What names are relative to: the folder that the run started in."""


def fixes(result: Result, regions: Mapping[str, Regions]) -> list[tuple[dict[str, Any], list[Key]]]:
    """Return each fix with the findings that it settles; `regions` has those of each file that changes."""
    settled = [outcome.finding for outcome in result.outcomes if outcome.state is State.FIXED]
    changes = {change.source.name: change for change in result.changes if change.edits}
    leaders = _leaders(changes, settled)
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in settled:
        if finding.file in leaders:
            findings[leaders[finding.file]].append(finding)
    parts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, change in changes.items():
        parts[leaders[name]].append(_change(change, regions[name]))
    return [
        (_fix(several, parts[leader]), [finding.key for finding in several]) for leader, several in findings.items()
    ]


def artifact(name: str) -> dict[str, str]:
    """Return the location of a file (3.4): bytes that are not UTF-8 and what a URI cannot have as escapes."""
    path = quote(os.fsencode(name))
    return {"uri": f"file://{path}"} if name.startswith("/") else {"uri": path, "uriBaseId": BASE}


def text(words: str) -> dict[str, str]:
    """Return a message: braces are doubled (3.11.5), and what a file holds makes no link (3.11.6)."""
    return {"text": words.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _leaders(changes: Iterable[str], settled: Iterable[Finding]) -> dict[str, str]:
    """Return for each file that changes one that stands for it and for all that go together with it."""
    groups = {name: {name} for name in changes}
    for finding in settled:
        for required in finding.requires:
            one, other = groups.get(finding.file), groups.get(required.file)
            if one and other and one is not other:
                one |= other
                groups |= dict.fromkeys(other, one)
    return {name: min(group) for name, group in groups.items()}


def _fix(findings: Sequence[Finding], changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    rules = ", ".join(dict.fromkeys(finding.rule for finding in findings))
    what = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    return {"description": text(f"Fix {what}: {rules}"), "artifactChanges": changes}


def _change(change: FileChange, regions: Regions) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": regions.region(edit.start, edit.end), "insertedContent": {"text": edit.new}}
        for edit in _apart(change.edits)
    ]
    return {"artifactLocation": artifact(change.source.name), "replacements": replacements}


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Return the same edits with those that touch made one: no reader has to know which of them goes first."""
    apart: list[Edit] = []
    for edit in in_order(edits):
        if apart and apart[-1].end == edit.start:
            edit = Edit(apart[-1].start, edit.end, apart.pop().new + edit.new)  # noqa: PLW2901 - it takes both places
        apart.append(edit)
    return apart
