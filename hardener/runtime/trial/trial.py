"""A whole trial: before, after, after a restart; and where something fails, what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, partial
from typing import Any

from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import Model, services_of
from hardener.runtime.trial.held import with_held
from hardener.runtime.trial.investigation import LATER, Investigation, fault_of
from hardener.runtime.trial.isolation import with_dependencies
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import Relaxation, changed
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import Subject
from hardener.runtime.trial.users import Users
from hardener.runtime.trial.watch import OutOfTimeError, Seen


class Outcome(StrEnum):
    """What a trial showed of a service."""

    PROVEN = "proven"
    """Hardened it does all that it did, also after a restart."""
    RELAXED = "proven with less"
    """It does so with something taken back."""
    FAILED = "failed"
    """It does not, and what it would need was not found."""
    NOT_TRIED = "not tried"
    UNCHANGED = "nothing to harden"


@dataclass(frozen=True, slots=True)
class Trialled:
    """One service in a trial."""

    service: str
    outcome: Outcome
    reason: str = ""
    """What failed, or why it was not tried."""
    before: Observation | None = None
    after: Observation | None = None
    """As it ended: with what was taken back, after a restart."""
    back: Relaxation | None = None
    starts: int = 0
    """How often it was started to find that."""
    needless: tuple[str, ...] = ()
    """Capabilities that justified exceptions grant it, and without which it works just the same."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """By control that is taken back: what went wrong without."""
    failed_users: Mapping[str, str] = field(default_factory=dict)
    """As whom (`uid:gid`) it was seen not to work, and what went wrong."""
    proposed: Mapping[str, str] = field(default_factory=dict)
    """By rule: why the fixers hold what was tried all the same."""
    held: Mapping[str, str] = field(default_factory=dict)
    """By rule: why the fixers hold what could not be tried."""
    subject: Subject | None = None
    """The project with what was proposed of it; None where nothing was tried."""


def tried(subject: Subject, chosen: Sequence[str], starter: Starter) -> Iterator[Trialled]:
    """Try the services (all of them where none is chosen) and yield what each showed. Raises EngineError."""
    services = [name for name in services_of(subject.before) if not chosen or name in chosen]
    possible = []
    for name in services:
        if reason := _hindrance(subject, name, starter):
            yield Trialled(name, Outcome.NOT_TRIED, reason)
        else:
            possible.append(name)
    if not possible:
        return
    starter.tell(f"starting {', '.join(possible)} as they are")
    [before] = starter.run(subject.before, possible)
    complaints = {name: before[name].complaint() for name in possible}
    for name, complaint in complaints.items():
        if complaint:
            reason = _behind(subject, name, complaints, before) or f"it does not work as it is: {complaint}"
            yield Trialled(name, Outcome.NOT_TRIED, reason, before[name])
    well = [name for name in possible if not complaints[name]]

    @cache
    def likely(name: str) -> Sequence[str]:
        people = Users(starter.engine, dict([starter.how.label]))
        copies = starter.copies(subject.before)
        return people.of(_service(subject.before, name), before[name], copies, subject.users[name])

    proposal = with_held(subject, {name: before[name] for name in well}, likely)
    searches = {
        name: Investigation(
            proposal.subject, name, before[name], starter, partial(likely, name), proposal.controls.get(name, ())
        )
        for name in well
    }
    for found in _hardened(proposal.subject, searches, before, starter):
        name = found.service
        told = replace(found, proposed=proposal.tried.get(name, {}), held=proposal.held.get(name, {}))
        yield replace(told, subject=proposal.subject)


def _hardened(
    subject: Subject, searches: Mapping[str, Investigation], before: Seen, starter: Starter
) -> Iterator[Trialled]:
    touched = [name for name in searches if changed(_service(subject.before, name), _service(subject.after, name))]
    for name in searches:
        if name not in touched:
            yield Trialled(name, Outcome.UNCHANGED, before=before[name])
    if not touched:
        return
    starter.tell(f"starting {', '.join(touched)} hardened")
    seen = starter.run(_mixed(subject, touched), touched, before, restart=True)
    for name in touched:
        failed = fault_of(seen, name, before[name])
        if failed:
            yield _searched(searches[name], failed)
        else:
            yield Trialled(name, Outcome.PROVEN, "", before[name], seen[-1][name], starts=1)


def _searched(search: Investigation, failed: str) -> Trialled:
    """Find what a service needs that failed like that."""
    name, before, starter = search.name, search.before, search.starter
    first = starter.runs
    starter.begin_search()
    try:
        back, seen = search.found(only_later=failed.startswith(LATER))
    except OutOfTimeError as error:
        return Trialled(name, Outcome.FAILED, f"{failed}; {error}", before, starts=starter.runs - first)
    starts = starter.runs - first
    if back is None:
        return Trialled(name, Outcome.FAILED, failed, before, starts=starts)
    again = fault_of(seen, name, before)
    if again:
        outcome, reason = Outcome.FAILED, f"{failed}; and again: {again}"
    elif back.controls and not set(back.controls) <= set(search.proposed):
        outcome, reason = Outcome.RELAXED, failed
    else:
        outcome, reason = Outcome.PROVEN, ""
    found = Trialled(name, outcome, reason, before, seen[-1][name], back, starts)
    return replace(found, reasons=search.reasons(back), failed_users=search.failed_users(back))


def _hindrance(subject: Subject, name: str, starter: Starter) -> str:
    """Return why a service cannot be tried; empty where it can."""
    if subject.known and name not in subject.known and name not in subject.outcomes:
        return f"{subject.file.name} only has it from another file: try that one"
    try:
        starter.check(subject.before, name)
    except EngineError as error:
        return str(error)
    return ""


def _behind(subject: Subject, name: str, complaints: Mapping[str, str], before: Seen) -> str:
    """Return which service's fault it is that another was not started; empty where there is none."""
    needed = [other for other in with_dependencies(services_of(subject.before), [name]) if other != name]
    unwell = [other for other in needed if complaints.get(other)]
    if before[name].was_started or not unwell:
        return ""
    return f"it needs what does not work as it is: {', '.join(unwell)}"


def _mixed(subject: Subject, names: Sequence[str]) -> Model:
    services = services_of(subject.before)
    return {**subject.before, "services": {**services, **{name: _service(subject.after, name) for name in names}}}


def _service(model: Model, name: str) -> Mapping[str, Any]:
    return services_of(model)[name]
