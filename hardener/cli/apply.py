"""Write what a run prepared, and tell what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hardener.engine import FileChange, Notice, Outcome, Result, State
from hardener.model.finding import Key
from hardener.text.source import Source
from hardener.text.write import WriteError, write


def write_all(result: Result, write_one: Callable[[Source, str], None] = write) -> Result:
    """Write the files of `result` in its order and return what holds then.

    The returned `changes` are the files that were written. A file that was not is an error and its findings are held;
    so is every file with a finding that requires one of them, for its text cannot be written in part.
    """
    written: list[FileChange] = []
    errors = list(result.errors)
    lost: dict[Key, str] = {}
    held: dict[Key, str] = {}
    for change in result.changes:
        fixed = [outcome.finding for outcome in _fixed_in(change, result)]
        missing = {key.file for finding in fixed for key in finding.requires if key in lost}
        if missing:
            file = min(missing)
            for finding in fixed:
                needs = any(key in lost for key in finding.requires)
                held[finding.key] = f"{file} was not written" if needs else f"stands in a file that needs {file}"
        else:
            try:
                write_one(change.source, change.text)
            except WriteError as error:
                errors.append(Notice(change.source.name, f"not written: {error.reason}"))
                held |= {finding.key: f"the file was not written: {error.reason}" for finding in fixed}
            else:
                written.append(change)
                continue
        lost |= {finding.key: change.source.name for finding in fixed}
    outcomes = tuple(_after(outcome, held) for outcome in result.outcomes)
    return replace(result, outcomes=outcomes, changes=tuple(written), errors=tuple(errors))


def _fixed_in(change: FileChange, result: Result) -> list[Outcome]:
    return [
        outcome
        for outcome in result.outcomes
        if outcome.state is State.FIXED and outcome.finding.file == change.source.name
    ]


def _after(outcome: Outcome, held: dict[Key, str]) -> Outcome:
    reason = held.get(outcome.finding.key)
    if reason is None or outcome.state is not State.FIXED:
        return outcome
    return Outcome(outcome.finding, State.HELD, reason)
