"""Which findings of a run people accept: by a comment, by a justified exception, or as they were on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hardener.engine.justify import Justifications
from hardener.engine.result import Notice
from hardener.engine.settle import wanted
from hardener.engine.suppress import Suppressions
from hardener.model.document import UNSUPPORTED, Document
from hardener.model.exceptions import Accepted
from hardener.model.finding import Finding, Key
from hardener.model.project import Project
from hardener.model.recorded import Recorded, print_of
from hardener.model.settings import Settings
from hardener.rules import catalog
from hardener.text.source import Reader


class Acceptance(NamedTuple):
    """Why a finding is accepted, and for how long."""

    reason: str
    until: date | None = None
    exception: Accepted | None = None
    recorded: Recorded | None = None


@dataclass(slots=True)
class Judged:
    """The findings of a file, as they are told, and those among them that are accepted."""

    findings: list[Finding]
    accepted: dict[Key, Acceptance]
    notices: list[Notice]
    known_again: frozenset[Recorded]
    """The records that one of the findings is known by."""


def judge(document: Document, findings: Iterable[Finding], settings: Settings) -> Judged:
    """Return what people accept of a file's findings: the first word counts that accepts one."""
    suppressions, justified = Suppressions(document), Justifications(document, settings)
    path = document.source.path
    records = {record.print: record for record in settings.recorded.get(path, ())}
    told = [justified.told(suppressions.told(finding)) for finding in findings]
    known = {finding.key: record for finding in told if (record := records.get(print_of(finding, path)))}
    accepted = {}
    for finding in told:
        if reason := suppressions.reason_for(finding):
            accepted[finding.key] = Acceptance(reason, suppressions.until(finding))
        elif exception := justified.accepting(finding):
            accepted[finding.key] = Acceptance(exception.words, exception.until, exception)
        elif record := known.get(finding.key):
            accepted[finding.key] = Acceptance(record.words, recorded=record)
    return Judged(told, accepted, suppressions.notices, frozenset(known.values()))


def give_up_needed(
    found: Mapping[Document, Sequence[Finding]], judged: Mapping[Document, Judged], unsafe: Collection[Document]
) -> None:
    """Accept no record any more of what a new finding's fix requires: that one would be held for an old one's sake.

    `found` is what the run is about, `unsafe` are the files whose unsafe fixes are applied too.
    """
    every = {finding.key: (document, finding) for document, findings in found.items() for finding in findings}
    pending = [
        finding
        for document, findings in found.items()
        for finding in findings
        if finding.key not in judged[document].accepted and wanted(finding, document in unsafe)
    ]
    while pending:
        for key in pending.pop().requires:
            document, required = every.get(key, (None, None))
            if document is None or required is None:
                continue
            acceptance = judged[document].accepted.get(key)
            if acceptance is not None and acceptance.recorded is not None:
                del judged[document].accepted[key]
                pending.append(required)


def outdated_notices(records: Sequence[Recorded], reader: Reader) -> list[Notice]:
    """Return a note on each file of records that has some of findings which are there no longer."""
    notices = []
    for place in dict.fromkeys(record.place for record in records):
        those = [record.print for record in records if record.place == place]
        first = f"{those[0].rule} of {those[0].subject} in {reader.name(those[0].path)}"
        what = (
            f"an accepted finding is there no longer ({first}): `harden config accept-current` drops it"
            if len(those) == 1
            else f"{len(those)} accepted findings are there no longer (the first is {first}): "
            "`harden config accept-current` drops them"
        )
        notices.append(Notice(reader.name(place), what))
    return notices


def outdated(records: Iterable[Recorded], project: Project, judged: Mapping[Document, Judged]) -> Iterator[Recorded]:
    """Yield the records that nothing found matches: of rules that were asked, in files that were read or are gone."""
    known_again = frozenset[Recorded]().union(*(one.known_again for one in judged.values()))
    read = {document.source.path: document for document in judged}
    for record in records:
        document, rule = read.get(record.print.path), record.print.rule
        asked = rule == UNSUPPORTED or rule not in catalog() or (document and project.selects(rule, document))
        looked = asked if document else not record.print.path.exists()
        if looked and record not in known_again:
            yield record
