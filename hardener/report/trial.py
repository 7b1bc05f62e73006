"""What `harden trial` found: a table for people, Markdown for pull requests, JSON and JUnit for programs.

The JSON is one object, in ASCII, as templates/schemas/trial.json has it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from hardener.model.capabilities import shown
from hardener.report.lines import Line, Role, line
from hardener.report.tables import cell, columns
from hardener.report.testsuites import Case, document
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import CAPABILITIES, READ_ONLY, USER, Relaxation
from hardener.runtime.trial.trial import Outcome, Trialled

VERSION = 1
HEAD = ("SERVICE", "", "USER", "CAPABILITIES", "WRITES TO", "ANSWERS")

_MANY = 3
"""Folders in one folder that are not named one by one."""

_ROLES = {
    Outcome.PROVEN: Role.GOOD,
    Outcome.RELAXED: Role.GOOD,
    Outcome.FAILED: Role.BAD,
    Outcome.NOT_TRIED: Role.CARE,
    Outcome.UNCHANGED: Role.ASIDE,
}


def text(found: Sequence[Trialled]) -> Iterator[Line]:
    """Yield a table of before and after, then each service's outcome."""
    yield from columns([HEAD, *(row for each in found for row in _rows(each))])
    for each in found:
        words = [(Role.PLACE, each.service), (Role.PLAIN, ": "), (_ROLES[each.outcome], each.outcome.value)]
        yield line(*words, (Role.PLAIN, f" ({each.reason})" if each.reason else ""))
        for label, what in _found_out(each):
            yield Line(((Role.ASIDE, f"{label}: "), (Role.PLAIN, what)), detail=True)
    yield _summary(found)


def markdown(found: Sequence[Trialled]) -> str:
    """Return the table and the outcomes, for a pull request's text."""
    head = ("Service", "", "User", "Capabilities", "Writes to", "Answers")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += (f"| {' | '.join(map(cell, row))} |" for each in found for row in _rows(each))
    lines.append("")
    for each in found:
        reason = f" ({cell(each.reason)})" if each.reason else ""
        back = "".join(f"; {label}: {cell(what)}" for label, what in _found_out(each))
        lines.append(f"- **{cell(each.service)}**: {each.outcome.value}{reason}{back}")
    return "\n".join(lines) + "\n"


def as_json(found: Sequence[Trialled]) -> str:
    """Return the object that the published schema describes, and a newline."""
    count = Counter(each.outcome for each in found)
    data = {
        "version": VERSION,
        "summary": {outcome.value: count[outcome] for outcome in Outcome},
        "services": [_service(each) for each in found],
    }
    return json.dumps(data, indent=2) + "\n"


def junit(found: Sequence[Trialled]) -> str:
    """Return JUnit's XML: a case for each service; those that were not tried are errors."""
    return document("harden trial", [("harden trial", [_case(each) for each in found])])


def _found_out(each: Trialled) -> Iterator[tuple[str, str]]:
    """Yield what a service needs besides what hardening left it, what it does not need, and what is held of it."""
    yield from taken_back(each.back)
    if each.needless:
        was = "was" if len(each.needless) == 1 else "were"
        yield "needless", f"{shown(each.needless)} {was} granted and not used"
    yield from (("fails as", f"{user}: {why}") for user, why in each.failed_users.items())
    yield from (("held, and tried", f"{rule}: {why}") for rule, why in each.proposed.items())
    yield from (("held, and not tried", f"{rule}: {why}") for rule, why in each.held.items())


def taken_back(back: Relaxation | None) -> Iterator[tuple[str, str]]:
    """Yield what a service needs besides what hardening left it, in words."""
    for control in back.controls if back else ():
        if back and control == CAPABILITIES and back.capabilities is not None:
            yield control, shown(back.capabilities)
        elif back and control == READ_ONLY and back.places is not None:
            yield "writable", ", ".join(f"{place.path} ({place.kind})" for place in back.places)
        elif back and control == USER and back.user:
            yield control, back.user
        else:
            yield control, "as before"


def _rows(each: Trialled) -> Iterator[tuple[str, ...]]:
    for when, seen in (("before", each.before), ("after", each.after)):
        if seen is not None:
            first = each.service if when == "before" else ""
            yield first, when, _users(seen), _capabilities(seen), _places(seen.written), _answers(seen)


def _places(written: Sequence[str]) -> str:
    """Return folders in words; many of one folder as `FOLDER/*`, as the JSON has them all."""
    above = {path: path.rpartition("/")[0] for path in written}
    count = Counter(above.values())
    shown = (f"{folder}/*" if folder and count[folder] >= _MANY else path for path, folder in above.items())
    return ", ".join(dict.fromkeys(shown)) or "-"


def _users(seen: Observation) -> str:
    return ", ".join(sorted({f"{process.uid}:{process.gid}" for process in seen.processes})) or "-"


def _capabilities(seen: Observation) -> str:
    return shown({name for process in seen.processes for name in process.effective}) if seen.processes else "-"


def _answers(seen: Observation) -> str:
    ended = f"ended with {seen.exit_code}" if seen.was_started else "not started"
    state = seen.health or ("runs" if seen.running else ended)
    return ", ".join([state, *(f"{name} {'ok' if fine else 'FAILS'}" for name, fine in seen.probes)])


def _summary(found: Sequence[Trialled]) -> Line:
    count = Counter(each.outcome for each in found)
    words: list[tuple[Role, str]] = []
    for outcome in Outcome:
        if count[outcome]:
            words += [(Role.ASIDE, " · ")] if words else []
            words.append((_ROLES[outcome], f"{count[outcome]} {outcome.value}"))
    return Line(tuple(words))


def _case(each: Trialled) -> Case:
    more = "\n".join(f"{label}: {what}" for label, what in _found_out(each))
    if each.outcome is Outcome.FAILED:
        return Case(each.service, "failure", each.reason, each.outcome.value, more)
    if each.outcome is Outcome.NOT_TRIED:
        return Case(each.service, "error", each.reason, each.outcome.value, more)
    if each.outcome is Outcome.UNCHANGED:
        return Case(each.service, "skipped", each.outcome.value)
    return Case(each.service)


def _service(each: Trialled) -> dict[str, Any]:
    back = each.back
    return {
        "service": each.service,
        "outcome": each.outcome.value,
        "reason": each.reason,
        "starts": each.starts,
        "before": _observation(each.before),
        "after": _observation(each.after),
        "needless": list(each.needless),
        "taken_back": {**asdict(back), "places": dict(back.places or ()), "reasons": dict(each.reasons)}
        if back and back.controls
        else None,
        "failed_users": dict(each.failed_users),
        "held": [
            {"rule": rule, "reason": reason, "tried": found is each.proposed}
            for found in (each.proposed, each.held)
            for rule, reason in found.items()
        ],
    }


def _observation(seen: Observation | None) -> dict[str, Any] | None:
    return {**asdict(seen), "probes": dict(seen.probes)} if seen else None
