"""Findings as Markdown, for a comment on a pull request or a job's summary. What files hold stays text in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.engine import Notice, Outcome, Result, State
from hardener.report.lines import details, summary_line
from hardener.report.tables import cell


def report(result: Result, *, written: bool) -> str:
    """Return the summary, a table of the findings that nobody accepted, and lists of errors and notes."""
    lines = [f"**{''.join(cell(text) for _, text in summary_line(result, written=written).words)}**", ""]
    shown = [outcome for outcome in result.outcomes if outcome.state is not State.SUPPRESSED]
    if shown:
        lines += ["| Place | Rule | Finding | What follows |", "|---|---|---|---|"]
        lines += (f"| {' | '.join(_cells(outcome, written=written))} |" for outcome in shown)
        lines.append("")
    lines += _list("Errors", result.errors)
    lines += _list("Notes", result.skipped)
    return "\n".join(lines).rstrip("\n") + "\n"


def _cells(outcome: Outcome, *, written: bool) -> Iterator[str]:
    finding = outcome.finding
    yield cell(f"{finding.file}:{finding.line}")
    yield f"`{finding.rule}`"
    yield cell(f"{finding.subject}: {finding.message}")
    yield "<br>".join(f"{label}: {cell(text)}" for _, label, text in details(outcome, written=written))


def _list(title: str, notices: Iterable[Notice]) -> Iterator[str]:
    items = [f"- {cell(_place(notice))}: {cell(notice.message)}" for notice in notices]
    if items:
        yield from (f"{title}:", "", *items, "")


def _place(notice: Notice) -> str:
    return notice.path if notice.line is None else f"{notice.path}:{notice.line}"
