"""Parts of the page about what others than the fixers say: exceptions, compliance, trials, what runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from hardener.engine import Outcome, Result, State
from hardener.model.capabilities import shown
from hardener.model.settings import Thresholds
from hardener.policy.compliance import Assessment, Status
from hardener.policy.exceptions.entry import Entry
from hardener.policy.exceptions.inforce import last_day
from hardener.policy.exceptions.reading import ExceptionsFile
from hardener.policy.frameworks import Framework
from hardener.report.compliance import WORDS


class Cell(NamedTuple):
    """One cell of a table; `mark` is good, care or bad, `share` a part of 1 that is drawn as a bar."""

    text: str
    mark: str = ""
    share: float | None = None


class Table(NamedTuple):
    """One table of a part."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: str = ""
    """What is said of the table while it is closed; it is always open where this is empty."""


class Part(NamedTuple):
    """A part of the page."""

    anchor: str
    title: str
    tables: tuple[Table, ...]
    note: str = ""


_LONGEST = 184
"""Days of six months, what an exception may last at most: the whole bar."""
_NEAR = 30
_STATUS = {
    Status.MET: "good",
    Status.FIXED: "good",
    Status.EXCEPTION: "care",
    Status.OPEN: "bad",
    Status.NOT_CHECKED: "care",
}
_OUTCOMES = {"proven": "good", "proven with less": "good", "failed": "bad", "not tried": "care"}
_CRITERIA = {"met": "good", "not met": "bad", "not checked": "care"}
_CHECKS = {"passed": "good", "failed": "bad", "unknown": "care"}


def exceptions(file: ExceptionsFile | None, result: Result, limits: Thresholds, today: date) -> Part:
    """Return what people accept, in the file of exceptions and in comments, each with what ends first at the top."""
    tables = []
    if file:
        entries = sorted(file.entries, key=lambda entry: last_day(entry, limits) or date.min)
        head = ("What", "Reason", "Owner", "Decision record", "Last day", "Days left")
        rows = tuple(_exception(entry, file.root, limits, today) for entry in entries)
        tables.append(Table(f"Those in {file.source.name}", head, rows))
    if commented := [outcome for outcome in result.outcomes if _is_commented(outcome)]:
        commented.sort(key=lambda outcome: outcome.until or date.max)
        rows = tuple(_comment(outcome, today) for outcome in commented)
        tables.append(Table("Those in comments", ("What", "Where", "Reason", "Last day", "Days left"), rows))
    return Part("exceptions", "Exceptions", tuple(tables))


def compliance(frameworks: Iterable[Framework], assessed: Mapping[str, Sequence[Assessment]]) -> Part:
    """Return what is said of each control, a table for each framework that applies."""
    tables = tuple(
        Table(
            f"{framework.title} {framework.version}",
            ("Control", "Title", "State", "Evidence"),
            tuple(map(_control, assessed[framework.key])),
            _counted(assessed[framework.key]),
        )
        for framework in frameworks
        if any(each.status is not Status.NOT_APPLICABLE for each in assessed[framework.key])
    )
    return Part("compliance", "Compliance", tables, "Nothing is met that was not looked at.")


def audit(record: Mapping[str, Any]) -> Part:
    """Return what an audit's record says of each criterion, and of the images that were built."""
    criteria = tuple(
        (Cell(one["title"]), Cell(one["status"], _CRITERIA.get(one["status"], "")), Cell("; ".join(one["reasons"])))
        for one in record["criteria"]
    )
    images = tuple(
        (
            Cell(image["name"]),
            Cell(", ".join(image["users"]) or "-"),
            Cell(shown(image["capabilities"])),
            Cell("unknown" if image["setuid"] is None else str(image["setuid"])),
        )
        for image in record["images"]
    )
    tables = [Table("Criteria", ("Criterion", "State", "Why"), criteria)]
    tables += [Table("Images", ("Image", "User", "Capabilities", "Setuid files"), images)] if images else []
    return Part("audit", f"Audit of {record['date']}: {'met' if record['met'] else 'not met'}", tuple(tables))


def verification(data: Mapping[str, Any]) -> Part:
    """Return what `harden verify --format json` saw. Raises KeyError and TypeError where that is something else."""
    head = ("Container", "Process", "User", "Capabilities", "No new privileges", "Seccomp")
    processes = tuple(row for container in data["containers"] for row in _processes(container))
    failed = tuple(
        (
            Cell(container["name"]),
            Cell(check["status"], _CHECKS[check["status"]]),
            Cell(check["rule"]),
            Cell(check["message"]),
        )
        for container in data["containers"]
        for check in container["checks"]
        if check["status"] != "passed"
    )
    tables = [Table("Processes", head, processes)]
    tables += [Table("Checks that did not pass", ("Container", "State", "Rule", "What"), failed)] if failed else []
    return Part("verify", "What runs", tuple(tables))


def trial(data: Mapping[str, Any]) -> Part:
    """Return what `harden trial --format json` found. Raises KeyError and TypeError where that is something else."""
    head = ("Service", "Outcome", "When", "User", "Capabilities", "Writes to", "Answers")
    rows = tuple(row for service in data["services"] for row in _tried(service))
    return Part("trial", "Trial: does it still run", (Table("Before and after", head, rows),))


def _exception(entry: Entry, root: Path, limits: Thresholds, today: date) -> tuple[Cell, ...]:
    last = last_day(entry, limits)
    left = (last - today).days if last else None
    faults = "; ".join(entry.faults(root, today))
    words = [Cell(entry.what), Cell(entry.reason), Cell(entry.owner), Cell(entry.adr), Cell(str(last or "-"))]
    if faults or left is None:
        return (*words, Cell(f"does not count: {faults}", "bad"))
    return (*words, Cell("expired", "bad", 0) if left < 0 else _left(left))


def _is_commented(outcome: Outcome) -> bool:
    return outcome.state is State.SUPPRESSED and outcome.exception is None and outcome.recorded is None


def _comment(outcome: Outcome, today: date) -> tuple[Cell, ...]:
    finding, until = outcome.finding, outcome.until
    place = f"{finding.subject}, {finding.file}:{finding.line}"
    left = _left((until - today).days) if until else Cell("no end", "care")
    return Cell(finding.rule), Cell(place), Cell(outcome.reason), Cell(str(until or "-")), left


def _left(days: int) -> Cell:
    return Cell(str(days), "care" if days <= _NEAR else "good", min(days / _LONGEST, 1))


def _counted(assessed: Iterable[Assessment]) -> str:
    count = Counter(each.status for each in assessed)
    return ", ".join(f"{count[status]} {WORDS[status]}" for status in Status if count[status])


def _control(each: Assessment) -> tuple[Cell, ...]:
    word = WORDS[each.status] + (f" until {each.until}" if each.until else "")
    evidence = "; ".join(f"{piece.place} {piece.text}".strip() for piece in each.evidence[:3])
    more = f"; {len(each.evidence) - 3} more" if len(each.evidence) > 3 else ""
    said = ". ".join(filter(None, (evidence + more, each.reason)))
    return Cell(each.control.id), Cell(each.control.title), Cell(word, _STATUS.get(each.status, "")), Cell(said)


def _processes(container: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    for process in container["processes"]:
        root = process["uid"] == 0
        yield (
            Cell(container["name"]),
            Cell(process["name"]),
            Cell(f"{process['uid']}:{process['gid']}", "bad" if root else "good"),
            Cell(shown(process["effective"]), "bad" if process["effective"] else "good"),
            Cell("yes" if process["no_new_privileges"] else "no", "good" if process["no_new_privileges"] else "care"),
            Cell(process["seccomp"]),
        )


def _tried(service: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    outcome = service["outcome"] + (f": {service['reason']}" if service["reason"] else "")
    told = Cell(service["service"]), Cell(outcome, _OUTCOMES.get(service["outcome"], ""))
    rows = [(when, service[when]) for when in ("before", "after") if service[when] is not None]
    if not rows:
        yield (*told, Cell(""), Cell("-"), Cell("-"), Cell("-"), Cell("-"))
    for number, (when, seen) in enumerate(rows):
        first = (Cell(""), Cell("")) if number else told
        users = sorted({f"{process['uid']}:{process['gid']}" for process in seen["processes"]})
        held = {name for process in seen["processes"] for name in process["effective"]}
        probes = [f"{name} {'ok' if fine else 'fails'}" for name, fine in seen["probes"].items()]
        state = seen["health"] or ("runs" if seen["running"] else f"ended with {seen['exit_code']}")
        root = any(process["uid"] == 0 for process in seen["processes"])
        user = Cell(", ".join(users), "bad" if root else "good" if users else "")
        cells = shown(held) if seen["processes"] else "-", ", ".join(seen["written"]), ", ".join([state, *probes])
        yield (*first, Cell(when), user, *map(Cell, cells))
