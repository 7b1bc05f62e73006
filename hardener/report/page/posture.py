"""What each service, workload and stage is protected by, before and after: the rows of the page's picture."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from hardener.engine import Examined, Outcome, Result, State
from hardener.report.controls import CONTROLS, control_of

_OUTSIDE = re.compile(r"[^\w.-]+")
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


class Open(NamedTuple):
    """How many rows a control is open in."""

    before: int
    """In the files as they stand."""
    after: int
    """With the fixes that a run makes."""
    asked: int
    """Rows that are asked for it at all."""


class Place(NamedTuple):
    """Another row that one leads to."""

    anchor: str
    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is started or built, with everything that was found of it."""

    anchor: str
    """Names it within the page, in every page about the same files: made of the file's name and its own."""
    file: str
    dialect: str
    name: str
    line: int
    until: int | None
    """The line before which its text ends; None at the end of the file."""
    cells: Mapping[str, Mark]
    """By control."""
    outcomes: tuple[Outcome, ...]
    related: tuple[Place, ...] = ()
    """The stage that a service builds; the services that build a stage."""


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
    for subject, until in subjects:
        outcomes = found.pop((subject.file, subject.subject), [])
        if subject.dialect == "dockerfile" and until is not None and not outcomes:
            continue
        made.append(_row(subject, until, outcomes))
    made += (_row(_of(seen), None, seen) for seen in found.values())
    return _related(_distinct(made), result)


def opened(found: Sequence[Row]) -> Mapping[str, Open]:
    """Return in how many rows each control is open."""
    return {control.id: _open([row.cells[control.id] for row in found]) for control in CONTROLS}


def _open(marks: Sequence[Mark]) -> Open:
    count = Counter(marks)
    asked = len(marks) - count[Mark.NONE]
    before = asked - count[Mark.MET]
    return Open(before, before - count[Mark.FIXED], asked)


def _distinct(made: Iterable[Row]) -> list[Row]:
    """Return the rows with a number behind each anchor that an earlier row has."""
    count: Counter[str] = Counter()
    distinct = []
    for row in made:
        count[row.anchor] += 1
        number = count[row.anchor]
        distinct.append(replace(row, anchor=f"{row.anchor}~{number}") if number > 1 else row)
    return distinct


def _related(made: Sequence[Row], result: Result) -> list[Row]:
    """Return the rows with the places of those that they build, or are built by."""
    places = {(row.file, row.name): Place(row.anchor, row.name, row.file) for row in reversed(made)}
    related: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
    for subject in result.subjects:
        service, stage = (subject.file, subject.subject), subject.builds
        if stage in places and service in places:
            related[service].append(places[stage])
            related[stage].append(places[service])
    return [replace(row, related=tuple(related[row.file, row.name])) for row in made]


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


def _row(subject: Examined, until: int | None, outcomes: Sequence[Outcome]) -> Row:
    return Row(
        "at-" + _OUTSIDE.sub("-", f"{subject.file}-{subject.subject}"),
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
