"""Control by control, what a run says of a framework: met, fixed, accepted, open, or not said, each with its evidence.

Nothing is met that was not looked at: a control without a subject does not apply, and one whose rules are not selected,
or whose files could not be read, is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from pathlib import PurePath
from typing import NamedTuple

from hardener.engine import Examined, Notice, Outcome, Result, State
from hardener.model.detect import Dialect, by_name
from hardener.model.document import UNSUPPORTED
from hardener.model.evidence import Control as Protection
from hardener.model.exceptions import Accepted
from hardener.policy.frameworks import Control, Decides, Framework
from hardener.policy.observed import Observed
from hardener.rules import catalog

_TRIED = {
    "compose-user": Protection.USER,
    "compose-drop-capabilities": Protection.CAPABILITIES,
    "compose-no-added-capabilities": Protection.CAPABILITIES,
    "compose-no-new-privileges": Protection.NO_NEW_PRIVILEGES,
    "compose-read-only": Protection.READ_ONLY,
}
"""What a trial shows that works, by the rule that asks for it."""
_ADDED = ("compose-no-added-capabilities", "kubernetes-no-added-capabilities")
"""The rules that an exception about a capability speaks to."""
_LOOKED_AT = {
    "compose-no-unconfined": "seccomp",
    "compose-no-host-namespaces": "pid, ipc, network, uts, user",
    "kubernetes-no-host-namespaces": "pid, ipc, network, uts, user",
}
"""What `harden verify` looks at where a check that passes does not name it."""
_YAML = frozenset({Dialect.COMPOSE, Dialect.KUBERNETES})
_FIRST = (State.HELD, State.UNSAFE, State.SUPPRESSED, State.FIXED)
"""Which findings are told first: what decides most."""
_NAMED = 3
"""How many subjects of a file are named where all are met."""


class Status(StrEnum):
    """What is said of a control."""

    MET = "met"
    FIXED = "fixed"
    """Met by what this run would write."""
    EXCEPTION = "exception"
    """Accepted by people."""
    OPEN = "open"
    NOT_CHECKED = "not-checked"
    NOT_DECIDABLE = "not-decidable"
    """Not from files."""
    NOT_APPLICABLE = "not-applicable"


class Evidence(NamedTuple):
    """One thing that speaks for what is said of a control."""

    kind: str
    """`finding`, `examined`, `exception`, `trial`, `verify`, or `unread`: a file or rule that was not looked at."""
    place: str
    """`FILE:LINE`, or a container; empty where it is about none."""
    rule: str
    text: str
    state: str = ""
    """What became of a finding, or what `harden verify` said."""
    proof: tuple[str, ...] = ()
    """Where the knowledge behind a fix comes from."""


class Assessment(NamedTuple):
    """What is said of one control."""

    control: Control
    status: Status
    reason: str = ""
    """Why nothing is said of it; for one that is met, what files leave open."""
    until: date | None = None
    """The first day on which an exception ends; None where there is none that ends."""
    evidence: tuple[Evidence, ...] = ()


def assess(framework: Framework, result: Result, observed: Sequence[Observed] = ()) -> list[Assessment]:
    """Return what a run, and a look at running containers, say of each control."""
    run = _Run(result, observed)
    if not run.has(framework.about):
        reason = f"these files define nothing of {_listed(framework.about, 'and')}"
        return [Assessment(control, Status.NOT_APPLICABLE, reason) for control in framework.controls]
    return [_Case(control, run).assessment() for control in framework.controls]


class _Run:
    """What was looked at, what was found, and what could not be looked at."""

    def __init__(self, result: Result, observed: Sequence[Observed]) -> None:
        self.outcomes = result.outcomes
        self.observed = observed
        self._examined = result.subjects
        self._unread = list(_unread(result))

    def examined(self, dialects: frozenset[str]) -> list[Examined]:
        return [each for each in self._examined if each.dialect in dialects]

    def unread(self, dialects: frozenset[str]) -> list[Evidence]:
        return [evidence for evidence, possible in self._unread if dialects & possible]

    def has(self, dialects: frozenset[str]) -> bool:
        spoken = {outcome.finding.rule for outcome in self.outcomes} | {seen.rule for seen in self.observed}
        told = any(catalog()[rule].dialect in dialects for rule in spoken & catalog().keys())
        return bool(told or self.examined(dialects) or self.unread(dialects))


def _unread(result: Result) -> Iterator[tuple[Evidence, frozenset[str]]]:
    """Yield each file or part of one that no rule could look at, with the dialects that it may be of."""
    known = {each.file: each.dialect for each in result.subjects}
    held = (outcome.finding for outcome in result.outcomes if outcome.finding.rule == UNSUPPORTED)
    notices = [Notice(finding.file, f"{finding.subject}: {finding.reason}", finding.line) for finding in held]
    notices += (notice for notice in result.errors if ".harden" not in PurePath(notice.path).parts)
    for notice in notices:
        dialect = known.get(notice.path) or by_name(PurePath(notice.path))
        evidence = Evidence("unread", _place(notice.path, notice.line), "", notice.message)
        yield evidence, frozenset({dialect}) if dialect else _YAML


class _Case:
    """One control and all that bears on it."""

    def __init__(self, control: Control, run: _Run) -> None:
        self.control = control
        self.rules = {bearing.rule: bearing for bearing in control.rules}
        self.dialects = frozenset(catalog()[rule].dialect for rule in self.rules) - {"project"}
        self.examined = run.examined(self.dialects)
        self.outcomes = sorted(filter(self._bears, run.outcomes), key=lambda outcome: _FIRST.index(_state(outcome)))
        self.observed = [seen for seen in run.observed if self._shows(seen)]
        self.granted = [(each, one) for each in self.examined for one in each.granted if self._grants(one)]
        self.unread = run.unread(self.dialects)

    def assessment(self) -> Assessment:
        """Return what is said of the control: the first answer that fits."""
        control, states = self.control, {_state(outcome) for outcome in self.outcomes}
        evidence = (*self._told(), *self._tried(), *map(_seen, self.observed))
        if control.decides is Decides.NOTHING or not self.rules:
            status = Status.NOT_CHECKED if control.decides is Decides.UNCHECKED else Status.NOT_DECIDABLE
            return Assessment(control, status, control.why, evidence=evidence)
        if not (self.examined or self.unread or self.observed or self.outcomes):
            return Assessment(control, Status.NOT_APPLICABLE, f"these files define no {_listed(self.dialects, 'or')}")
        if states & {State.UNSAFE, State.HELD} or self._fails(states):
            return Assessment(control, Status.OPEN, control.why, evidence=evidence)
        if unlooked := tuple(self._unlooked()):
            return Assessment(control, Status.NOT_CHECKED, "not all of it was looked at", evidence=unlooked + evidence)
        if control.decides is Decides.UNCHECKED:
            return Assessment(control, Status.NOT_CHECKED, control.why, evidence=evidence)
        if State.SUPPRESSED in states or self.granted or any(seen.status == "justified" for seen in self.observed):
            return Assessment(control, Status.EXCEPTION, control.why, self._until(), evidence)
        if State.FIXED in states:
            return Assessment(control, Status.FIXED, control.why, evidence=evidence)
        status = Status.NOT_DECIDABLE if control.decides is Decides.VIOLATIONS else Status.MET
        return Assessment(control, status, control.why, evidence=(*self._clean(), *evidence))

    def _told(self) -> Iterator[Evidence]:
        """Yield the findings with the exceptions among them, what decides most first."""
        yield from (_finding(outcome) for outcome in self.outcomes if _state(outcome) is not State.FIXED)
        yield from self._exceptions()
        yield from (_finding(outcome) for outcome in self.outcomes if _state(outcome) is State.FIXED)

    def _bears(self, outcome: Outcome) -> bool:
        bearing = self.rules.get(outcome.finding.rule)
        return bearing is not None and bearing.counts(outcome.finding.message)

    def _shows(self, seen: Observed) -> bool:
        bearing = self.rules.get(seen.rule)
        if bearing is None:
            return seen.rule in self.control.verify
        return bearing.counts(seen.message if seen.status == "failed" else _LOOKED_AT.get(seen.rule, seen.message))

    def _grants(self, one: Accepted) -> bool:
        """Return whether an exception about a capability keeps what the control would have taken away."""
        return any(rule in _ADDED and bearing.counts(one.capability) for rule, bearing in self.rules.items())

    def _fails(self, states: set[State]) -> bool:
        """Return whether a container fails although its files neither change in this run nor are accepted."""
        return not states & {State.FIXED, State.SUPPRESSED} and any(seen.status == "failed" for seen in self.observed)

    def _unlooked(self) -> Iterator[Evidence]:
        """Yield what stands in the way of saying that the control is met: nobody looked, or could."""
        yield from self.unread
        for rule in self.rules:
            loaded = catalog()[rule]
            of_it = [each for each in self.examined if loaded.dialect in (each.dialect, "project")]
            if any(rule not in each.rules for each in of_it):
                yield Evidence("unread", "", rule, f"is not selected everywhere (its level is {loaded.rule.level})")
        if not (self.examined or self.outcomes or self.unread):
            yield Evidence("unread", "", "", "no file that defines it was looked at, only what runs")

    def _exceptions(self) -> Iterator[Evidence]:
        for each, one in self.granted:
            text = f"{each.subject} has {one.capability}: {one.words}"
            yield Evidence("exception", one.place, "", text, State.SUPPRESSED)

    def _until(self) -> date | None:
        days = [outcome.until for outcome in self.outcomes if _state(outcome) is State.SUPPRESSED]
        return min(filter(None, [*days, *(one.until for _, one in self.granted)]), default=None)

    def _tried(self) -> Iterator[Evidence]:
        wanted = {_TRIED[rule]: rule for rule in self.rules if rule in _TRIED}
        tried = ((each, each.trial) for each in self.examined if each.trial)
        for each, trial in tried:
            for rule in (wanted[protection] for protection in trial.proves if protection in wanted):
                yield Evidence(
                    "trial", _place(each.file, each.line), rule, f"{each.subject} worked with it in {trial.source}"
                )

    def _clean(self) -> Iterator[Evidence]:
        """Yield what was looked at and had nothing to find, once for each file."""
        for file, group in groupby(self.examined, key=lambda each: each.file):
            subjects = list(group)
            rules = ", ".join(rule for rule in self.rules if rule in subjects[0].rules)
            text = f"{_some([each.subject for each in subjects])}: nothing found"
            yield Evidence("examined", _place(file, subjects[0].line), rules, text)


def _state(outcome: Outcome) -> State:
    """Return what became of a finding; one that is only recorded as known, without a reason, is accepted by nobody."""
    return State.HELD if outcome.recorded else outcome.state


def _finding(outcome: Outcome) -> Evidence:
    finding = outcome.finding
    reason = f" ({outcome.reason})" if outcome.reason else ""
    text = f"{finding.subject}: {finding.message}{reason}"
    return Evidence(
        "finding", _place(finding.file, finding.line), finding.rule, text, outcome.state.value, finding.evidence
    )


def _seen(seen: Observed) -> Evidence:
    return Evidence("verify", seen.container, seen.rule, seen.message, seen.status)


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _listed(names: Iterable[str], last: str) -> str:
    return f" {last} ".join(sorted(names))
