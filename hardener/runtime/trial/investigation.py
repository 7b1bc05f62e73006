"""Why one service fails when it is hardened, and the least that must be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hardener.model.capabilities import shown
from hardener.runtime.trial.composetool import Model, services_of
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import CAPABILITIES, USER, Relaxation, relaxed
from hardener.runtime.trial.search import Search
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import Subject
from hardener.runtime.trial.watch import Seen

LATER = "after a restart "
"""How a fault begins that a first start does not show."""


class Attempt(NamedTuple):
    """One start of the search."""

    back: Relaxation
    user: str
    """As whom it was told to start; empty is root."""
    fault: str
    """What it did not do; empty where it did all."""


@dataclass(slots=True)
class Investigation:
    """One service's search; the services that it depends on stay as they are."""

    subject: Subject
    name: str
    before: Observation
    starter: Starter
    users: Callable[[], Sequence[str]]
    """Returns as whom it might work, the likeliest first."""
    proposed: tuple[str, ...] = ()
    """The controls that no fixer would change: they are only tried."""
    attempts: list[Attempt] = field(default_factory=list, init=False)

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
            if not fault_of(seen, self.name, self.before).startswith(LATER):
                break
        return back, seen

    def reasons(self, back: Relaxation) -> dict[str, str]:
        """Return what went wrong without each control that is taken back in the end."""
        return {
            control: found.fault
            for control in back.controls
            for found in self.attempts
            if found.fault and control not in found.back.controls
        }

    def failed_users(self, back: Relaxation) -> dict[str, str]:
        """Return as whom (`uid:gid`) it was seen not to work, and what went wrong; empty where the user stays."""
        if USER not in back.controls:
            return {}
        tried = (each for each in self.attempts if each.fault and (each.back.user or USER not in each.back.controls))
        failed = {each.user: each.fault for each in tried}
        return {user: why for user, why in failed.items() if user != back.user and not user.startswith("0:")}

    def _least(self, known: Relaxation, *, restart: bool) -> Relaxation | None:
        def works(back: Relaxation) -> bool:
            if self.starter.used < self.starter.max_runs:  # else there is no such start, as the starter says itself
                number = f"start {self.starter.used + 1} of at most {self.starter.max_runs}"
                self.starter.tell(f"{self.name}: {number}, {_words(back)}")
            seen = self._start(back, restart=restart)
            self.attempts.append(Attempt(back, seen[-1][self.name].user, fault_of(seen, self.name, self.before)))
            return not self.attempts[-1].fault

        before, after = (services_of(model)[self.name] for model in (self.subject.before, self.subject.after))
        return Search(before, after, self.before, works, self._others, self.proposed).least(known)

    def _others(self) -> list[str]:
        """Return as whom it might work, besides those as whom it was tried."""
        tried = {each.user for each in self.attempts}
        return [user for user in self.users() if user not in tried]

    def _start(self, back: Relaxation, *, restart: bool) -> Sequence[Seen]:
        model = with_relaxed(self.subject, self.name, back)
        return self.starter.run(model, [self.name], {self.name: self.before}, restart=restart)


def fault_of(seen: Sequence[Seen], name: str, before: Observation) -> str:
    """Return what a service does not do any more, at its first start or after a restart; empty where it does all."""
    for number, found in enumerate(seen):
        if lacks := found[name].lacks(before):
            return f"{LATER}{lacks}" if number else lacks
    return ""


def with_relaxed(subject: Subject, name: str, back: Relaxation) -> Model:
    """Return the project as it is, with one service hardened save for what is taken back."""
    services = services_of(subject.before)
    service = relaxed(services[name], services_of(subject.after)[name], back)
    return {**subject.before, "services": {**services, name: service}}


def _words(back: Relaxation) -> str:
    instead = {
        USER: f"{USER} {back.user}" if back.user else f"{USER} as before",
        CAPABILITIES: f"{CAPABILITIES} as before"
        if back.capabilities is None
        else f"{CAPABILITIES} {shown(back.capabilities)}",
    }
    taken = [instead.get(control, f"{control} as before") for control in back.controls]
    return f"with {'; '.join(taken)}" if taken else "all of it hardened"
