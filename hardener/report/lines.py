"""What a run tells a person, as lines of marked words; how they look is decided where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from hardener.engine import Notice, Outcome, Result, State
from hardener.model.finding import Safety
from hardener.policy.exceptions.checking import EXPIRED, INCOMPLETE
from hardener.rules import catalog
from hardener.text.terminal import printable


class Role(StrEnum):
    """What a word is, so that a terminal can set it off."""

    PLAIN = "plain"
    PLACE = "place"
    RULE = "rule"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Line:
    """Words with their roles; nothing is put between them."""

    words: tuple[tuple[Role, str], ...]
    detail: int = 0
    """How far below the line above it belongs to, in steps of indentation."""
    filled: bool = True
    """Whether it may be broken at blanks where a terminal is too narrow for it."""
    cropped: bool = False
    """Whether what a terminal is too narrow for is left out, for what stands in the line below it."""
    hang: int = 0
    """Characters at its beginning under which nothing goes on where it is broken: the width of its label."""
    columns: tuple[int, ...] = ()
    """The widths of its words where each is a cell of a table's row; two blanks stand between them."""


def line(*words: tuple[Role, str]) -> Line:
    """Return a line of these words."""
    return Line(words)


def finding_lines(outcome: Outcome, *, written: bool, caveat: bool, verbose: bool = False) -> Iterator[Line]:
    """Yield `path:line:column: rule subject: message`, then its fix or why there is none, and what may break."""
    finding = outcome.finding
    yield line(
        (Role.PLACE, f"{finding.file}:{finding.line}:{finding.column}:"),
        (Role.PLAIN, " "),
        (Role.RULE, finding.rule),
        (Role.PLAIN, f" {finding.subject}: {finding.message}"),
    )
    for role, label, text in details(outcome, written=written, caveat=caveat, verbose=verbose):
        yield _detail(role, label, text)


def details(
    outcome: Outcome, *, written: bool, caveat: bool = True, verbose: bool = False
) -> Iterator[tuple[Role, str, str]]:
    """Yield what is said of a finding besides what it is: each with its role and its label."""
    finding = outcome.finding
    if outcome.state is State.FIXED:
        rule = catalog().get(finding.rule)
        yield Role.GOOD, "fixed" if written else "fix", rule.rule.title if rule else finding.rule
        if finding.safety is Safety.UNSAFE:
            yield Role.CARE, "unsafe", finding.reason
    else:
        yield Role.ASIDE if outcome.state is State.SUPPRESSED else Role.CARE, outcome.state, outcome.reason
    if caveat and finding.caveat:
        yield Role.ASIDE, "caveat", finding.caveat
    for evidence in finding.evidence if verbose else ():
        yield Role.ASIDE, "evidence", evidence


def texts(outcome: Outcome) -> list[str]:
    """Return what a finding says, and what is said of it before anything is written, as texts safe to show."""
    finding = outcome.finding
    said = [f"{finding.subject}: {finding.message}"]
    said += (f"{label}: {text}" for _, label, text in details(outcome, written=False))
    return [printable(text) for text in said]


def left(result: Result, *, written: bool) -> list[Outcome]:
    """Return the findings that stand in the files when the run is over, and that nobody accepted."""
    gone = {State.SUPPRESSED, State.FIXED} if written else {State.SUPPRESSED}
    return [outcome for outcome in result.outcomes if outcome.state not in gone]


def is_error(outcome: Outcome) -> bool:
    """Return whether a check fails on it: what these options would change, and exceptions that do not count."""
    return outcome.state is State.FIXED or outcome.finding.rule in (EXPIRED, INCOMPLETE)


def caveat_line(rule: str, caveat: str, times: int) -> Line:
    """Return what may break by several fixes of a rule."""
    return line(
        (Role.RULE, rule), (Role.PLAIN, ": "), (Role.CARE, f"caveat ({times} fixes):"), (Role.PLAIN, f" {caveat}")
    )


def notice_line(kind: str, notice: Notice) -> Line:
    """Return `path:line: kind: message` for an error or a note on a file."""
    place = notice.path if notice.line is None else f"{notice.path}:{notice.line}"
    role = Role.BAD if kind == "error" else Role.CARE
    return line((Role.PLACE, f"{place}:"), (Role.PLAIN, " "), (role, f"{kind}:"), (Role.PLAIN, f" {notice.message}"))


def summary_line(result: Result, *, written: bool) -> Line:
    """Return how many findings are fixed, could be and are held, and how many files went wrong."""
    count = {state: sum(outcome.state is state for outcome in result.outcomes) for state in State}
    errors = len(result.errors)
    parts = [
        (Role.GOOD, count[State.FIXED], "fixed" if written else "would be fixed"),
        (Role.CARE, count[State.UNSAFE], "more with --unsafe-fixes" if count[State.FIXED] else "with --unsafe-fixes"),
        (Role.CARE, count[State.HELD], "held"),
        (Role.ASIDE, count[State.SUPPRESSED], "suppressed"),
        (Role.BAD, errors, "error" if errors == 1 else "errors"),
    ]
    words = [(role, f"{number} {what}") for role, number, what in parts if number]
    if words:
        return Line(tuple(joined(words)))
    if not result.files:
        return line((Role.CARE, "no Dockerfile, Compose file or Kubernetes manifest found"))
    return line((Role.GOOD, f"nothing to fix in {result.files} file{'' if result.files == 1 else 's'}"))


def diff_line(text: str) -> Line:
    """Return one line of a unified diff."""
    roles = {"+": Role.GOOD, "-": Role.BAD, "@": Role.RULE, "\\": Role.ASIDE}
    role = Role.PLACE if text.startswith(("---", "+++")) else roles.get(text[:1], Role.PLAIN)
    return Line(((role, text),), filled=False)


def _detail(role: Role, label: str, text: str) -> Line:
    return Line(((role, f"{label}:"), (Role.PLAIN, f" {text}")), detail=True)


def joined(words: Iterable[tuple[Role, str]]) -> Iterator[tuple[Role, str]]:
    """Yield words with a dot between them, as summaries have it."""
    for position, word in enumerate(words):
        if position:
            yield Role.ASIDE, " · "
        yield word
