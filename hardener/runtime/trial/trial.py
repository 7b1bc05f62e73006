"""A whole trial: before, after, after a restart; and where something fails, what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hardener.model.capabilities import shown
from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import Model
from hardener.runtime.trial.isolation import with_dependencies
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import CAPABILITIES, Relaxation, changed, relaxed
from hardener.runtime.trial.search import relaxation_of
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import Subject, services_of
from hardener.runtime.trial.watch import OutOfTimeError, Seen

_LATER = "after a restart "
"""How a fault begins that a first start does not show."""


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
    yield from _hardened(subject, [name for name in possible if not complaints[name]], before, starter)


def _hardened(subject: Subject, names: Sequence[str], before: Seen, starter: Starter) -> Iterator[Trialled]:
    touched = [name for name in names if changed(_service(subject.before, name), _service(subject.after, name))]
    for name in names:
        if name not in touched:
            yield Trialled(name, Outcome.UNCHANGED, before=before[name])
    if not touched:
        return
    starter.tell(f"starting {', '.join(touched)} hardened")
    seen = starter.run(_mixed(subject, touched), touched, before, restart=True)
    for name in touched:
        fault = fault_of(seen, name, before)
        if fault:
            yield _searched(subject, name, before, fault, starter)
        else:
            yield Trialled(name, Outcome.PROVEN, "", before[name], seen[-1][name], starts=1)


def _searched(subject: Subject, name: str, before: Seen, fault: str, starter: Starter) -> Trialled:
    """Find what a service needs, with the services that it depends on as they are."""
    first = starter.runs
    starter.begin_search()
    search = _Search(subject, name, before, starter)
    try:
        back, seen = search.found(only_later=fault.startswith(_LATER))
    except OutOfTimeError as error:
        return Trialled(name, Outcome.FAILED, f"{fault}; {error}", before[name], starts=starter.runs - first)
    starts = starter.runs - first
    if back is None:
        return Trialled(name, Outcome.FAILED, fault, before[name], starts=starts)
    again = fault_of(seen, name, before)
    outcome = Outcome.FAILED if again else Outcome.RELAXED if back.controls else Outcome.PROVEN
    reason = f"{fault}; and again: {again}" if again else fault
    return Trialled(name, outcome, reason, before[name], seen[-1][name], back, starts)


@dataclass(frozen=True, slots=True)
class _Search:
    """One service's."""

    subject: Subject
    name: str
    before: Seen
    starter: Starter

    def found(self, *, only_later: bool) -> tuple[Relaxation | None, Sequence[Seen]]:
        """Return the least that has to be taken back, and what was seen with that, at last after a restart.

        What is needed for a first start is looked for first, as that is quicker, unless it is only a later one that
        fails; where that was not all, what else a restart needs.
        """
        back = Relaxation()
        seen: Sequence[Seen] = ()
        for restart in [True] if only_later else [False, True]:
            more = self._least(back, restart=restart)
            if more is None:
                return None, seen
            back = more
            self.starter.tell(f"{self.name}: once more, and after a restart")
            seen = self._start(back, restart=True)
            if not fault_of(seen, self.name, self.before).startswith(_LATER):
                break
        return back, seen

    def _least(self, known: Relaxation, *, restart: bool) -> Relaxation | None:
        def works(back: Relaxation) -> bool:
            number = f"start {self.starter.used + 1} of at most {self.starter.max_runs}"
            self.starter.tell(f"{self.name}: {number}, {_words(back)}")
            return not fault_of(self._start(back, restart=restart), self.name, self.before)

        before, after = _service(self.subject.before, self.name), _service(self.subject.after, self.name)
        return relaxation_of(before, after, self.before[self.name], works, known)

    def _start(self, back: Relaxation, *, restart: bool) -> Sequence[Seen]:
        model = _with(self.subject, self.name, back)
        return self.starter.run(model, [self.name], {self.name: self.before[self.name]}, restart=restart)


def _words(back: Relaxation) -> str:
    taken = ", ".join(back.controls)
    if back.capabilities is not None:
        taken = taken.replace(CAPABILITIES, f"{CAPABILITIES} ({shown(back.capabilities)})")
    return f"with {taken} as before" if taken else "all of it hardened"


def fault_of(seen: Sequence[Seen], name: str, before: Seen) -> str:
    """Return what a service does not do any more, at its first start or after a restart; empty where it does all."""
    for number, found in enumerate(seen):
        if lacks := found[name].lacks(before[name]):
            return f"{_LATER}{lacks}" if number else lacks
    return ""


def _hindrance(subject: Subject, name: str, starter: Starter) -> str:
    """Return why a service cannot be tried; empty where it can."""
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


def _with(subject: Subject, name: str, back: Relaxation) -> Model:
    before, after = _service(subject.before, name), _service(subject.after, name)
    return {**subject.before, "services": {**services_of(subject.before), name: relaxed(before, after, back)}}


def _service(model: Model, name: str) -> Mapping[str, Any]:
    return services_of(model)[name]
