"""A run in ten lines: what was looked at, what is safe, what is not, and what to try next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Container, Iterator

from hardener.engine import Outcome, Result, State
from hardener.report.lines import Line, Role, line
from hardener.rules import catalog

MOST = 3
"""Kinds of findings that are named."""
_KINDS = {"compose": "service", "kubernetes": "workload", "dockerfile": "stage"}


def overview(result: Result, *, alone: bool, written: bool = False) -> Iterator[Line]:
    """Yield what a run found, in ten lines at most; where they stand `alone`, what to do to see more too."""
    kinds = [_kind(outcome, written=written) for outcome in result.outcomes]
    count = Counter(kinds)
    unsafe = {outcome.finding.file for outcome, kind in zip(result.outcomes, kinds, strict=True) if kind == "unsafe"}
    yield line((Role.PLACE, _looked_at(result)))
    if result.files and not (result.outcomes or result.errors):
        yield line((Role.GOOD, "nothing to fix"))
    shows = f"{'harden ' if alone else ''}--diff shows the changes, --write makes them"
    yield from _counted(count["fixed"], Role.GOOD, "fixed", "written into the files")
    yield from _counted(count["safe"], Role.GOOD, "safe", shows)
    yield from _counted(count["unsafe"], Role.CARE, "unsafe", f"may break a program: {_tells(result, unsafe)}")
    yield from _counted(count["held"], Role.BAD, "held", "files do not tell what is right; each says what is missing")
    yield from _counted(count["suppressed"], Role.ASIDE, "accepted", "by people: harden -v shows them")
    yield from _counted(len(result.skipped), Role.ASIDE, "notes", "on files that are not ours, and on comments")
    yield from _counted(len(result.errors), Role.BAD, "errors", "files that could not be read")
    most = Counter(outcome.finding.rule for outcome in result.outcomes if outcome.state is not State.SUPPRESSED)
    if most and max(most.values()) > 1:
        named = (f"{catalog()[rule].rule.title} ({n})" for rule, n in most.most_common(MOST) if rule in catalog())
        yield Line(((Role.ASIDE, "most: "), (Role.PLAIN, ", ".join(named))), hang=6)
    if most and alone:
        then = "harden . lists every finding; harden report --html FILE makes a page"
        yield Line(((Role.ASIDE, "next: "), (Role.PLAIN, then)), hang=6)


def _kind(outcome: Outcome, *, written: bool) -> str:
    """Return what a finding is counted as: what is asked for with --unsafe-fixes may break a program all the same."""
    if outcome.state is not State.FIXED:
        return outcome.state.value
    return "fixed" if written else outcome.finding.safety.value


def _tells(result: Result, unsafe: Container[str]) -> str:
    """Return what to do about fixes that may break something in files: try one of those that can be started."""
    files = sorted((seen.dialect, seen.file) for seen in result.subjects if seen.file in unsafe)
    tried = next((file for dialect, file in files if dialect in {"compose", "dockerfile"}), "")
    return f"harden trial {shlex.quote(tried)} tells which work" if tried else "--diff --unsafe-fixes shows them too"


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
