"""What several test modules need: running the engine on files, and what must hold for whatever it does."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hardener import engine
from hardener.engine import Result, State
from hardener.model.settings import Settings
from hardener.text.diff import unified
from tests.report.nets import assert_reports_hold


def harden(folder: Path, settings: Settings) -> Result:
    """Run the engine on everything in `folder`, as if it were a project of its own."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return engine.run([Path()], settings, root=folder)
    finally:
        os.chdir(before)


def write(folder: Path, result: Result) -> None:
    """Put the new texts into the folder, as bytes."""
    for change in result.changes:
        (folder / change.source.name).write_bytes(change.source.encode(change.text))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def assert_nets_hold(folder: Path, settings: Settings, result: Result) -> dict[str, bytes]:
    """Check what every change must keep to, apply it, and return the files as they are then.

    The engine's own guard has already compared the data; a guard that fails shows as a held finding.
    """
    broken = [o.reason for o in result.outcomes if "failed its check" in o.reason]
    assert not broken, broken
    patch = "".join(unified(change.source, change.edits, change.text) for change in result.changes).encode()
    before = snapshot(folder)
    if patch:
        applied = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "--unidiff-zero", "-"],
            cwd=folder, input=patch, capture_output=True, check=False,
        )  # fmt: skip
        assert applied.returncode == 0, applied.stderr.decode()
    by_git = snapshot(folder)
    for name, content in before.items():
        (folder / name).write_bytes(content)
    write(folder, result)
    after = snapshot(folder)
    assert by_git == after, "the diff and --write differ"
    assert_reports_hold(result, before, after)
    _assert_only_additions_are_removable(result)
    _assert_nothing_is_left_to_do(folder, settings, result)
    return after


def assert_one_run_is_enough(folder: Path, settings: Settings) -> None:
    """Check that a run is whole and leaves nothing to do for another one, and apply it."""
    result = harden(folder, settings)
    assert not [o.reason for o in result.outcomes if "failed its check" in o.reason]
    write(folder, result)
    _assert_nothing_is_left_to_do(folder, settings, result)


def _assert_nothing_is_left_to_do(folder: Path, settings: Settings, result: Result) -> None:
    again = harden(folder, settings)
    assert [change.source.name for change in again.changes] == [], "a second run changes something"
    _assert_no_rule_starts_to_fire(result, again)


def _assert_only_additions_are_removable(result: Result) -> None:
    for change in result.changes:
        if all(edit.start == edit.end for edit in change.edits):
            old = iter(change.text)
            assert all(character in old for character in change.source.text), "an insertion lost a character"


def _assert_no_rule_starts_to_fire(result: Result, again: Result) -> None:
    new = _fired(again) - _fired(result)
    assert not new, f"rules that did not fire before: {new}"


def _fired(result: Result) -> set[tuple[str, str, str]]:
    """Return what was found; an ADD is named as the COPY that `dockerfile-add-to-copy` makes of it."""
    found = (outcome.finding for outcome in result.outcomes)
    return {(finding.rule, finding.file, finding.subject.replace(", ADD ", ", COPY ")) for finding in found}


@pytest.fixture
def isolated(tmp_path: Path) -> Path:
    """Return an empty folder that git and the configuration search do not look beyond."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def unsafe(settings: Settings) -> Settings:
    """Return the settings with unsafe fixes applied too."""
    return replace(settings, unsafe_fixes=True)


def states(result: Result) -> dict[State, int]:
    """Return how many findings ended in each state."""
    counts: dict[State, int] = dict.fromkeys(State, 0)
    for outcome in result.outcomes:
        counts[outcome.state] += 1
    return counts
