"""Justified exceptions in a run: which findings they accept, which findings are back, and what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hardener.model.document import Document
from hardener.model.evidence import Verdict
from hardener.model.exceptions import Accepted, over
from hardener.model.finding import Finding
from hardener.model.settings import Settings


class Justifications:
    """The exceptions about rules that may concern the findings of one file."""

    def __init__(self, document: Document, settings: Settings) -> None:
        self._path = document.source.path
        self._exceptions = [one for one in settings.exceptions if one.rule]

    def accepting(self, finding: Finding) -> Accepted | None:
        """Return the exception in force that accepts a finding: the one that lasts longest."""
        found = [one for one in self._about(finding) if not one.expired]
        return max(found, key=lambda one: one.until, default=None)

    def told(self, finding: Finding) -> Finding:
        """Return the finding; where an exception accepted it until a day that is past, it says so and is not safe."""
        past = sorted((one for one in self._about(finding) if one.expired), key=lambda one: one.until, reverse=True)
        if not past or self.accepting(finding):
            return finding
        verdict = over(Verdict(finding.safety, finding.reason, finding.evidence), past)
        message = f"{finding.message}; {past[0].past}"
        return finding._replace(message=message, safety=verdict.safety, reason=verdict.reason)

    def _about(self, finding: Finding) -> list[Accepted]:
        same = (one for one in self._exceptions if one.rule == finding.rule)
        return [one for one in same if one.concerns(self._path, finding.subject)]


def matched(exceptions: Iterable[Accepted], found: Mapping[Document, Sequence[Finding]]) -> Iterator[Accepted]:
    """Yield the exceptions that are about something in these files: a finding, or a service or container."""
    for one in exceptions:
        places = (
            (document.source.path, subject)
            for document, findings in found.items()
            for subject in (_with_rule(findings, one.rule) if one.rule else _subjects(document))
        )
        if any(one.concerns(path, subject) for path, subject in places):
            yield one


def _with_rule(findings: Iterable[Finding], rule: str) -> Iterator[str]:
    return (finding.subject for finding in findings if finding.rule == rule)


def _subjects(document: Document) -> Iterator[str]:
    return (subject.subject for subject in document.subjects)
