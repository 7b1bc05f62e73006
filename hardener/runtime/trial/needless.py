"""What justified exceptions grant a service that it does not use: it is started once more without that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from hardener.model.capabilities import plain
from hardener.model.exceptions import Accepted, granted
from hardener.runtime.trial.composetool import services_of
from hardener.runtime.trial.investigation import fault_of
from hardener.runtime.trial.minimal import needed
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import Relaxation, relaxed
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import Subject
from hardener.runtime.trial.trial import Outcome, Trialled
from hardener.runtime.trial.watch import OutOfTimeError


def with_needless(
    found: Iterable[Trialled], subject: Subject, exceptions: Collection[Accepted], starter: Starter
) -> Iterator[Trialled]:
    """Yield what services showed, with the capabilities that exceptions grant them and that they do not use.

    Only of those that work. Where there is no time or no start left for it, nothing is said. Raises
    EngineError.
    """
    for each in found:
        allowed = granted(exceptions, subject.file, f"service {each.service}")
        works = each.outcome in (Outcome.PROVEN, Outcome.RELAXED, Outcome.UNCHANGED)
        if not (works and allowed) or each.before is None:
            yield each
            continue
        try:
            yield replace(each, needless=_needless(each, each.before, each.subject or subject, allowed.keys(), starter))
        except OutOfTimeError as error:
            starter.tell(f"{each.service}: whether it uses what exceptions grant is not known: {error}")
            yield each


def _needless(
    each: Trialled, before: Observation, subject: Subject, allowed: Collection[str], starter: Starter
) -> tuple[str, ...]:
    services = services_of(subject.before)
    service = relaxed(services[each.service], services_of(subject.after)[each.service], each.back or Relaxation())
    held = [plain(word) for word in service.get("cap_add") or ()]
    questioned = [name for name in held if name in allowed]
    if not questioned:
        return ()
    starter.begin_search()

    def works(some: tuple[str, ...]) -> bool:
        left_out = [name for name in questioned if name not in some]
        starter.tell(f"{each.service}: without {', '.join(left_out)}, which an exception grants")
        less: dict[str, Any] = {**service, "cap_add": [name for name in held if name not in left_out]}
        model = {**subject.before, "services": {**services, each.service: less}}
        known = {each.service: before}
        return not fault_of(starter.run(model, [each.service], known, restart=True), each.service, before)

    used = needed(questioned, works)
    return tuple(name for name in questioned if name not in used)
