"""Write what a run prepared, and tell what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hardener.engine import FileChange, Notice, Outcome, Result, State
from hardener.model.finding import Finding, Key
from hardener.text.source import Source
from hardener.text.write import WriteError, write


def write_all(result: Result, write_one: Callable[[Source, str], None] = write) -> Result:
    """Write the files of `result` in its order and return what holds then: `changes` are those that were written.

    A file that cannot be written is an error and its findings are held. So are all findings of a file where one of
    them requires one of those, for its text cannot be written in part.
    """
    fixed: dict[str, list[Finding]] = defaultdict(list)
    for outcome in result.outcomes:
        if outcome.state is State.FIXED:
            fixed[outcome.finding.file].append(outcome.finding)
    written: list[FileChange] = []
    errors = list(result.errors)
    held: dict[Key, str] = {}
    for change in result.changes:
        findings = fixed[change.source.name]
        lacking = _lacking(findings, held)
        if lacking:
            held |= lacking
            continue
        try:
            write_one(change.source, change.text)
        except WriteError as error:
            errors.append(Notice(change.source.name, f"not written: {error.reason}"))
            held |= {finding.key: f"the file was not written: {error.reason}" for finding in findings}
            continue
        written.append(change)
    outcomes = tuple(_after(outcome, held) for outcome in result.outcomes)
    return replace(result, outcomes=outcomes, changes=tuple(written), errors=tuple(errors))


def _lacking(findings: Iterable[Finding], lost: Mapping[Key, str]) -> dict[Key, str]:
    """Return why a file's findings are held, by finding, if one of them requires a lost one; else nothing."""
    lacks = {
        finding.key: min((key.file for key in finding.requires if key in lost), default="") for finding in findings
    }
    first = min(filter(None, lacks.values()), default="")
    if not first:
        return {}
    return {
        key: f"{file} was not written" if file else f"stands in a file that needs {first}, which was not written"
        for key, file in lacks.items()
    }


def _after(outcome: Outcome, held: Mapping[Key, str]) -> Outcome:
    reason = held.get(outcome.finding.key)
    if reason is None or outcome.state is not State.FIXED:
        return outcome
    return Outcome(outcome.finding, State.HELD, reason)
