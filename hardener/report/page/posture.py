"""What each service, workload and stage is protected by, before and after: the rows of the page's picture."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from hardener.engine import Examined, Outcome, Result, State
from hardener.report.controls import CONTROLS, control_of

_NUMBER = re.compile(r" \(\d+\)$")
"""Stands behind a subject's name where a rule speaks about it several times."""


class Mark(StrEnum):
    """What stands in a cell, the worst last."""

    NONE = "none"
    """No rule about such a file was asked for this control."""
    MET = "met"
    ACCEPTED = "accepted"
    FIXED = "fixed"
    UNSAFE = "unsafe"
    HELD = "held"


_MARKS = {
    State.SUPPRESSED: Mark.ACCEPTED,
    State.FIXED: Mark.FIXED,
    State.UNSAFE: Mark.UNSAFE,
    State.HELD: Mark.HELD,
}


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is started or built, with everything that was found of it."""

    anchor: str
    """Names it within the page."""
    file: str
    dialect: str
    name: str
    line: int
    until: int | None
    """The line before which its text ends; None at the end of the file."""
    cells: Mapping[str, Mark]
    """By control."""
    outcomes: tuple[Outcome, ...]

    @property
    def marks(self) -> list[Mark]:
        """What its cells hold, each once."""
        return sorted(set(self.cells.values()), key=[*Mark].index)


def rows(result: Result) -> list[Row]:
    """Return a row for each service, workload and stage, by file.

    A workload's containers are in its row. A stage that nothing was found in is left out unless it is the last one.
    """
    wholes = {(subject.file, subject.subject): subject.whole for subject in result.subjects}
    found: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in result.outcomes:
        found[outcome.finding.file, _whole(wholes, outcome)].append(outcome)
    subjects = _subjects(result)
    made = []
    for number, (subject, until) in enumerate(subjects):
        outcomes = found.pop((subject.file, subject.subject), [])
        if subject.dialect == "dockerfile" and until is not None and not outcomes:
            continue
        made.append(_row(number, subject, until, outcomes))
    loose = (_row(len(subjects) + number, _of(seen), None, seen) for number, seen in enumerate(found.values()))
    return made + list(loose)


def _whole(wholes: Mapping[tuple[str, str], str], outcome: Outcome) -> str:
    """Return the service, workload or stage that a finding is about, though it may name a part of it."""
    subject = outcome.finding.subject
    parts = _NUMBER.sub("", subject).split(", ")
    beginnings = (", ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((wholes[key] for start in beginnings if (key := (outcome.finding.file, start)) in wholes), subject)


def _subjects(result: Result) -> list[tuple[Examined, int | None]]:
    """Return the subjects that have a row, each with the line before which its text ends."""
    own = [subject for subject in result.subjects if subject.whole == subject.subject]
    return [
        (subject, after.line if after and after.file == subject.file else None)
        for subject, after in zip_longest(own, own[1:])
    ]


def _of(outcomes: Sequence[Outcome]) -> Examined:
    """Return what stands for a file or a part of it that is held as a whole."""
    finding = outcomes[0].finding
    dialect = finding.rule.partition("-")[0]
    return Examined(finding.file, dialect, finding.subject, finding.subject, finding.subject_line, frozenset())


def _row(number: int, subject: Examined, until: int | None, outcomes: Sequence[Outcome]) -> Row:
    return Row(
        f"s{number}",
        subject.file,
        subject.dialect,
        subject.subject,
        subject.line,
        until,
        dict(_cells(subject.rules, outcomes)),
        tuple(outcomes),
    )


def _cells(asked: frozenset[str], outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Mark]]:
    worst: defaultdict[str, Mark] = defaultdict(lambda: Mark.NONE)
    for outcome in outcomes:
        control = control_of().get(outcome.finding.rule)
        if control:
            worst[control.id] = max(worst[control.id], _MARKS[outcome.state], key=[*Mark].index)
    for control in CONTROLS:
        checked = Mark.NONE if asked.isdisjoint(control.rules) else Mark.MET
        yield control.id, max(worst[control.id], checked, key=[*Mark].index)
