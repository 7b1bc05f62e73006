"""What `harden compliance` says, control by control: lines for people, Markdown for documents, JSON for programs.

The JSON is one object, in ASCII, as templates/schemas/compliance.json has it:

{
  "version": 1,              this description; keys may be added to it, none change their meaning
  "date": "2026-11-22",      the day of the run, in UTC
  "harden": "0.1.0",
  "summary": {"met": 9, "fixed": 4, "exception": 1, "open": 2, "not-checked": 6, "not-decidable": 12,
              "not-applicable": 30},
  "frameworks": [{
    "key": "cis-docker", "name": "CIS Docker", "title": "…", "version": "1.6.0", "date": "…", "url": "…", "scope": "…",
    "sources": [{"url": "…", "read": "2026-11-22", "note": "…"}],           where numbers and titles were read
    "summary": {…},                                                        as above
    "controls": [{
      "id": "5.4", "title": "…", "aliases": {"1.4.0 and 1.5.0": "5.3"},
      "decides": "whole",    how far files decide it: or "part", "violations", "nothing", "unchecked"
      "rules": ["…"],        those that bear on it
      "status": "met",       or another key of the summary
      "reason": "…",         why nothing is said of it, or what files leave open; else empty
      "until": null,         the first day on which an exception ends
      "evidence": [{"kind": "finding", "place": "compose.yaml:4", "rule": "…", "text": "…", "state": "held",
                    "proof": ["…"]}]
    }]
  }]
}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from hardener import __version__
from hardener.policy.compliance import Assessment, Evidence, Status
from hardener.policy.frameworks import Decides, Framework
from hardener.report.lines import Line, Role, joined, line
from hardener.report.tables import cell

VERSION = 1
SHOWN = 3
"""Pieces of evidence that people are shown of a control, unless they ask for all."""

Assessed: TypeAlias = Mapping[str, Sequence[Assessment]]
"""By the key of the framework."""

_ROLES = {
    Status.MET: Role.GOOD,
    Status.FIXED: Role.GOOD,
    Status.EXCEPTION: Role.CARE,
    Status.OPEN: Role.BAD,
    Status.NOT_CHECKED: Role.CARE,
    Status.NOT_DECIDABLE: Role.ASIDE,
    Status.NOT_APPLICABLE: Role.ASIDE,
}
WORDS = {
    Status.MET: "met",
    Status.FIXED: "fixed by this change",
    Status.EXCEPTION: "exception",
    Status.OPEN: "open",
    Status.NOT_CHECKED: "not checked",
    Status.NOT_DECIDABLE: "not decidable from files",
    Status.NOT_APPLICABLE: "not applicable",
}


def text(frameworks: Iterable[Framework], assessed: Assessed, *, verbose: bool) -> Iterator[Line]:
    """Yield each framework with its controls; of a control's evidence the first pieces, all of it if `verbose`."""
    for framework in frameworks:
        found = assessed[framework.key]
        yield line((Role.PLACE, f"{framework.title} {framework.version}"))
        yield _detail(Role.ASIDE, "", framework.scope)
        if reason := _for_all(found):
            yield line((Role.ASIDE, f"{WORDS[Status.NOT_APPLICABLE]}: {reason}"))
        else:
            for each in found:
                yield from _control(each, verbose=verbose)
            yield _summary(found)
        yield line()


def markdown(frameworks: Iterable[Framework], assessed: Assessed, today: date) -> str:
    """Return a table for each framework, with all evidence, for a document or a pull request."""
    lines = [f"Compliance, as of {today}, by harden {__version__}", ""]
    for framework in frameworks:
        found = assessed[framework.key]
        summary = "".join(word for _, word in _summary(found).words)
        lines += [f"## {cell(f'{framework.title} {framework.version}')}", "", cell(framework.scope), "", summary, ""]
        if reason := _for_all(found):
            lines += [cell(f"{WORDS[Status.NOT_APPLICABLE]}: {reason}"), ""]
            continue
        lines += ["| Control | Title | Status | Evidence |", "|---|---|---|---|"]
        lines += (f"| {' | '.join(_cells(each))} |" for each in found)
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(frameworks: Iterable[Framework], assessed: Assessed, today: date) -> str:
    """Return the object that this module's documentation describes, and a newline."""
    data = {
        "version": VERSION,
        "date": today.isoformat(),
        "harden": __version__,
        "summary": _counts(each for found in assessed.values() for each in found),
        "frameworks": [_framework(framework, assessed[framework.key]) for framework in frameworks],
    }
    return json.dumps(data, indent=2) + "\n"


def _for_all(found: Sequence[Assessment]) -> str:
    """Return why none of a framework's controls applies; empty where one may."""
    applies = any(each.status is not Status.NOT_APPLICABLE for each in found)
    return "" if applies or not found else found[0].reason


def _control(each: Assessment, *, verbose: bool) -> Iterator[Line]:
    yield line(
        (Role.RULE, each.control.id), (Role.PLAIN, f" {each.control.title}: "), (_ROLES[each.status], _said(each))
    )
    if each.reason:
        yield _detail(Role.ASIDE, "", each.reason)
    for version, number in each.control.aliases.items() if verbose else ():
        yield _detail(Role.ASIDE, f"in {version}", number)
    shown = each.evidence if verbose else each.evidence[:SHOWN]
    for evidence in shown:
        yield _detail(Role.PLAIN, _label(evidence), evidence.text)
        for proof in evidence.proof if verbose else ():
            yield _detail(Role.ASIDE, "    evidence", proof)
    if left := len(each.evidence) - len(shown):
        yield _detail(Role.ASIDE, "", f"and {left} more (--verbose)")


def _said(each: Assessment) -> str:
    if each.status is Status.EXCEPTION:
        return f"exception until {each.until}" if each.until else "exception without an end"
    in_part = " in part" if each.control.decides is Decides.PART else ""
    return WORDS[each.status] + (in_part if each.status in (Status.MET, Status.FIXED) else "")


def _label(evidence: Evidence) -> str:
    verified = "verify" if evidence.kind == "verify" else ""
    state = evidence.state if evidence.kind in ("finding", "verify") else ""
    return " ".join(filter(None, [verified, evidence.place, evidence.rule, state]))


def _cells(each: Assessment) -> Iterator[str]:
    yield cell(each.control.id)
    yield cell(each.control.title)
    yield cell(_said(each))
    words = [cell(each.reason)] if each.reason else []
    yield "<br>".join([*words, *(cell(f"{_label(evidence)}: {evidence.text}") for evidence in each.evidence)])


def _summary(found: Iterable[Assessment]) -> Line:
    words = ((_ROLES[status], f"{count} {WORDS[status]}") for status, count in _count(found).items() if count)
    return Line(tuple(joined(words)))


def _count(found: Iterable[Assessment]) -> dict[Status, int]:
    count = Counter(each.status for each in found)
    return {status: count[status] for status in Status}


def _counts(found: Iterable[Assessment]) -> dict[str, int]:
    return {status.value: count for status, count in _count(found).items()}


def _framework(framework: Framework, found: Sequence[Assessment]) -> dict[str, Any]:
    named = {key: getattr(framework, key) for key in ("key", "name", "title", "version", "date", "url", "scope")}
    return {
        **named,
        "sources": [source._asdict() for source in framework.sources],
        "summary": _counts(found),
        "controls": [_as_data(each) for each in found],
    }


def _as_data(each: Assessment) -> dict[str, Any]:
    control = each.control
    return {
        "id": control.id,
        "title": control.title,
        "aliases": dict(control.aliases),
        "decides": control.decides.value,
        "rules": [bearing.rule for bearing in control.rules],
        "status": each.status.value,
        "reason": each.reason,
        "until": each.until.isoformat() if each.until else None,
        "evidence": [evidence._asdict() for evidence in each.evidence],
    }


def _detail(role: Role, label: str, words: str) -> Line:
    return Line(((role, f"{label}: " if label else ""), (role, words)), detail=True)
