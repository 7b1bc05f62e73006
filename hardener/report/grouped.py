"""Findings for who sits at a terminal: by file, under the line that they are about, with a caret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from hardener.engine import Outcome, Result, State
from hardener.model.finding import Finding, Safety
from hardener.report.lines import Line, Role, line
from hardener.report.terminal import caveats_of
from hardener.rules import catalog
from hardener.text.terminal import printable

_LABELS = {
    State.FIXED: (Role.GOOD, "fix"),
    State.UNSAFE: (Role.CARE, "unsafe"),
    State.HELD: (Role.BAD, "held"),
    State.SUPPRESSED: (Role.ASIDE, "accepted"),
}
_LABEL = 9
_WIDEST = 160
"""Characters of a source line that are shown."""


def findings(result: Result, *, written: bool, verbose: bool) -> Iterator[Line]:
    """Yield every finding; accepted ones, and where knowledge comes from, only where `verbose`."""
    shown = [outcome for outcome in result.outcomes if verbose or outcome.state is not State.SUPPRESSED]
    for file, in_file in groupby(shown, key=lambda outcome: outcome.finding.file):
        yield line((Role.PLACE, file))
        for _, at in groupby(in_file, key=lambda outcome: (outcome.finding.line, outcome.finding.subject)):
            yield from _at_one_line(list(at), result, written=written, verbose=verbose)
        yield line((Role.PLAIN, ""))
    yield from _may_break(result)


def _at_one_line(outcomes: Sequence[Outcome], result: Result, *, written: bool, verbose: bool) -> Iterator[Line]:
    finding = outcomes[0].finding
    source = result.sources.get(finding.file)
    number = f"{finding.line:>5} "
    yield from _source(finding, source.text, number) if source else ()
    yield line((Role.ASIDE, number if not source else " " * len(number)), (Role.PLAIN, finding.subject))
    for outcome in outcomes:
        yield from _outcome(outcome, written=written, verbose=verbose)


def _source(finding: Finding, text: str, number: str) -> Iterator[Line]:
    begin = finding.start - finding.column + 1
    end = text.find("\n", begin)
    content = text[begin : end if end >= 0 else None].rstrip("\r")[:_WIDEST]
    before = printable(content[: finding.column - 1].replace("\t", " "))
    about = printable(content[finding.column - 1 : finding.end - begin].replace("\t", " "))
    rest = printable(content[max(finding.end - begin, finding.column - 1) :].replace("\t", " "))
    shown = (Role.ASIDE, f"{number}│ "), (Role.PLAIN, before + about + rest)
    yield Line(shown, cropped=True)
    marked = (Role.ASIDE, f"{' ' * len(number)}│ "), (Role.CARE, " " * len(before) + "^" * max(len(about), 1))
    yield Line(marked, cropped=True)


def _outcome(outcome: Outcome, *, written: bool, verbose: bool) -> Iterator[Line]:
    finding = outcome.finding
    role, label = _LABELS[outcome.state]
    label = "fixed" if written and outcome.state is State.FIXED else label
    rule = catalog().get(finding.rule)
    then = f" → {rule.rule.title}" if rule and outcome.state is State.FIXED else ""
    words = (role, label.ljust(_LABEL)), (Role.PLAIN, f"{finding.message}{then}  "), (Role.RULE, finding.rule)
    yield Line(words, detail=2, hang=_LABEL)
    unsafe = finding.reason if outcome.state is State.FIXED and finding.safety is Safety.UNSAFE else ""
    for text in filter(None, (outcome.reason or unsafe, *(finding.evidence if verbose else ()))):
        yield Line(((Role.ASIDE, text),), detail=4)


def _may_break(result: Result) -> Iterator[Line]:
    caveats: Iterable[tuple[str, str]] = caveats_of(result)
    for rule, several in groupby(sorted(set(caveats)), key=lambda caveat: caveat[0]):
        yield line((Role.RULE, rule), (Role.CARE, " may break:"))
        yield from (Line(((Role.PLAIN, text),), detail=1) for _, text in several)
