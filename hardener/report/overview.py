"""A run in ten lines: what was looked at, what is safe, what is not, and what to try next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hardener.engine import Result, State
from hardener.report.lines import Line, Role, line
from hardener.rules import catalog

MOST = 3
"""Kinds of findings that are named."""
_KINDS = {"compose": "service", "kubernetes": "workload", "dockerfile": "stage"}


def overview(result: Result, *, alone: bool) -> Iterator[Line]:
    """Yield what a run found, in ten lines at most; where they stand `alone`, what to do to see more too."""
    count = Counter(outcome.state for outcome in result.outcomes)
    compose = next((seen.file for seen in result.subjects if seen.dialect == "compose"), "")
    yield line((Role.PLACE, _looked_at(result)))
    if result.files and not (result.outcomes or result.errors):
        yield line((Role.GOOD, "nothing to fix"))
    yield from _counted(count[State.FIXED], Role.GOOD, "safe", "harden --diff shows the changes, --write makes them")
    tried = f"harden trial {compose} tells which work" if compose else "--unsafe-fixes shows them too"
    yield from _counted(count[State.UNSAFE], Role.CARE, "unsafe", f"may break a program: {tried}")
    yield from _counted(
        count[State.HELD], Role.BAD, "held", "files do not tell what is right; each says what is missing"
    )
    yield from _counted(count[State.SUPPRESSED], Role.ASIDE, "accepted", "by people: harden -v shows them")
    yield from _counted(len(result.skipped), Role.ASIDE, "notes", "on files that are not ours, and on comments")
    yield from _counted(len(result.errors), Role.BAD, "errors", "files that could not be read")
    most = Counter(outcome.finding.rule for outcome in result.outcomes if outcome.state is not State.SUPPRESSED)
    if most and max(most.values()) > 1:
        named = (f"{catalog()[rule].rule.title} ({n})" for rule, n in most.most_common(MOST) if rule in catalog())
        yield Line(((Role.ASIDE, "most: "), (Role.PLAIN, ", ".join(named))), hang=6)
    if most and alone:
        then = "harden . lists every finding; harden report --html FILE makes a page"
        yield Line(((Role.ASIDE, "next: "), (Role.PLAIN, then)), hang=6)


def _looked_at(result: Result) -> str:
    if not result.files:
        return "no Dockerfile, Compose file or Kubernetes manifest found below this folder"
    seen = {(each.file, each.whole): each.dialect for each in result.subjects}
    kinds = Counter(_KINDS[dialect] for dialect in seen.values())
    return ", ".join(_several(number, kind) for kind, number in [("file", result.files), *kinds.items()])


def _several(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _counted(number: int, role: Role, word: str, hint: str) -> Iterator[Line]:
    if number:
        label = f"{number:6} {word:9}"
        yield Line(((role, label), (Role.ASIDE, hint)), hang=len(label))
