"""What is wrong with the exceptions themselves, as findings about their file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from hardener.engine import Outcome, State, clock
from hardener.model.document import Document, Subject
from hardener.model.evidence import Verdict
from hardener.model.exceptions import Accepted
from hardener.model.finding import Finding, Safety
from hardener.model.settings import Thresholds
from hardener.policy.exceptions.entry import Entry
from hardener.policy.exceptions.inforce import last_day
from hardener.policy.exceptions.reading import ExceptionsFile

EXPIRED, INCOMPLETE = "exception-expired", "exception-incomplete"
SOON, IDLE, DOUBLE = "exception-expires-soon", "exception-matches-nothing", "exception-double"
WARNINGS = (SOON, IDLE, DOUBLE)
"""What is told and is no fault."""
TITLES = {
    EXPIRED: "renew or remove an exception that has expired",
    INCOMPLETE: "complete or remove an exception that lacks something",
    SOON: "renew an exception before it expires",
    IDLE: "have no exception that is about nothing",
    DOUBLE: "have no two exceptions about the same",
}
"""What each of them asks for."""
NEAR = 30
"""Days before its last one from which on an exception is said to expire soon."""


def problems(file: ExceptionsFile, limits: Thresholds, matched: Collection[Accepted] | None) -> Iterator[Outcome]:
    """Yield what is wrong with each exception, in the order of the file.

    `matched` are those that are about something; None where nobody knows, for files could not be read. No fix of ours
    settles what is wrong, so that all of it is held.
    """
    document, today = Document(file.source), clock.today()
    places = None if matched is None else {one.place for one in matched}
    first: dict[tuple[str, ...], int] = {}
    for entry in file.entries:
        for rule, message, advice in _of(entry, file, last_day(entry, limits), today):
            yield _outcome(document, entry, rule, message, advice)
        is_idle = places is not None and f"{file.source.name}:{entry.line}" not in places
        if is_idle and not any(entry.faults(file.root, today)):
            yield _outcome(document, entry, IDLE, "matches nothing", "correct where it counts, or remove it")
        earlier = first.setdefault(entry.subject, entry.position + 1)
        if earlier <= entry.position:
            yield _outcome(document, entry, DOUBLE, f"is about the same as exception {earlier}", "keep one of them")


def _of(entry: Entry, file: ExceptionsFile, last: date | None, today: date) -> Iterator[tuple[str, str, str]]:
    """Yield rules with what they say of an exception, and what to do about it."""
    renew = f"`harden exception renew {entry.position + 1}` with a new reason, or remove it"
    faults = "; ".join(entry.faults(file.root, today))
    if faults:
        yield INCOMPLETE, f"does not count: {faults}", "complete it, or remove it"
    if last is not None and last < today:
        yield EXPIRED, f"expired on {last}", renew
    elif last is not None and (left := (last - today).days) <= NEAR:
        yield SOON, f"expires on {last}, {f'in {left} days' if left else 'today'}", renew


def _outcome(document: Document, entry: Entry, rule: str, message: str, advice: str) -> Outcome:
    subject = Subject(document, f"exception {entry.position + 1} ({entry.what})", entry.start, entry.end)
    finding: Finding = subject.finding(message, verdict=Verdict(Safety.HELD, advice), caveat="")
    return Outcome(finding._replace(rule=rule), State.HELD, advice)
