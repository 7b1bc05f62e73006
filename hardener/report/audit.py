"""What an audit found: lines for people, a section of Markdown for a file of notes, the history as a sparkline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hardener.policy.audit import Judged, Status
from hardener.report.lines import Line, Role, line
from hardener.report.tables import cell, columns

SHOWN = 5
"""Reasons that people are shown of a criterion; the record has all."""

_ROLES = {
    Status.MET: Role.GOOD,
    Status.NOT_MET: Role.BAD,
    Status.NOT_CHECKED: Role.CARE,
    Status.NOT_APPLICABLE: Role.ASIDE,
}
_BARS = "▁▂▃▄▅▆▇█"


def text(judged: Sequence[Judged], *, verbose: bool) -> Iterator[Line]:
    """Yield each criterion with what is said of it and why: the first reasons, all of them if `verbose`."""
    for each in judged:
        yield line((_ROLES[each.status], each.status.upper()), (Role.PLAIN, f" {each.criterion.title}"))
        shown = each.reasons if verbose else each.reasons[:SHOWN]
        for reason in shown:
            yield Line(((Role.PLAIN if each.status is Status.NOT_MET else Role.ASIDE, reason),), detail=True)
        if len(shown) < len(each.reasons):
            yield Line(((Role.ASIDE, f"and {len(each.reasons) - len(shown)} more"),), detail=True)
    counts = {status: sum(each.status is status for each in judged) for status in Status}
    words: list[tuple[Role, str]] = []
    for status, count in counts.items():
        if count:
            words += [*([(Role.ASIDE, " · ")] if words else []), (_ROLES[status], f"{count} {status}")]
    yield Line(tuple(words))


def markdown(record: Mapping[str, Any]) -> str:
    """Return a section about a record, to be put behind what a file of notes holds already."""
    lines = [f"## Container audit {record['date']}: {'met' if record['met'] else 'not met'}", ""]
    lines += ["| Criterion | | Why |", "|---|---|---|"]
    for criterion in record["criteria"]:
        reasons = [cell(reason) for reason in criterion["reasons"][:SHOWN]]
        more = len(criterion["reasons"]) - len(reasons)
        why = "<br>".join([*reasons, *([f"and {more} more"] if more else [])])
        lines.append(f"| {cell(criterion['title'])} | {criterion['status']} | {why} |")
    return "\n".join(lines) + "\n"


def trend(records: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Yield the history: a row for each audit, and the open findings of all of them as a sparkline."""
    if not records:
        yield line((Role.PLAIN, "no audit is recorded yet: harden audit makes the first record"))
        return
    head = ("DATE", "MET", "NOT MET", "NOT CHECKED", "OPEN FINDINGS", "COMMIT")
    yield from columns([head, *map(_row, records)])
    counted = [open_findings(record) for record in records]
    yield line((Role.ASIDE, "open findings: "), (Role.PLAIN, _sparkline(counted)), (Role.ASIDE, f" {counted[-1]}"))


def open_findings(record: Mapping[str, Any]) -> int:
    """Return how many findings stood in the files that nobody had accepted."""
    return sum(record["findings"].get(state, 0) for state in ("fixed", "unsafe", "held"))


def _row(record: Mapping[str, Any]) -> tuple[str, ...]:
    statuses = [criterion["status"] for criterion in record["criteria"]]
    counted = (str(statuses.count(status)) for status in (Status.MET, Status.NOT_MET, Status.NOT_CHECKED))
    return record["date"], *counted, str(open_findings(record)), str(record.get("commit", ""))[:12] or "-"


def _sparkline(numbers: Sequence[int]) -> str:
    most = max(numbers) or 1
    return "".join(_BARS[number * (len(_BARS) - 1) // most] for number in numbers)
