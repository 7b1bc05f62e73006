"""What holds for every sample, whatever is in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from hardener.engine import State
from tests.conftest import assert_nets_hold, harden
from tests.samples.reading import SAMPLES, Hardened, comments, copy, hardened

MODES = [(path.name, unsafe) for path in sorted(SAMPLES.iterdir()) if path.is_dir() for unsafe in (False, True)]


@pytest.fixture(params=MODES, ids=lambda mode: mode[0] + "+unsafe" * mode[1])
def mode(request: pytest.FixtureRequest) -> tuple[str, bool]:
    name, unsafe_fixes = request.param
    return name, unsafe_fixes


@pytest.fixture
def project(mode: tuple[str, bool]) -> Hardened:
    return hardened(mode[0], unsafe_fixes=mode[1])


def test_the_nets_hold(mode: tuple[str, bool], isolated: Path) -> None:
    settings = copy(mode[0], isolated, unsafe_fixes=mode[1])
    assert_nets_hold(isolated, settings, harden(isolated, settings))


def test_a_second_run_finds_nothing_more_to_fix(project: Hardened) -> None:
    assert project.result.changes
    assert not [outcome for outcome in project.again.outcomes if outcome.state is State.FIXED]


def test_everything_that_stays_has_its_reason(project: Hardened) -> None:
    for result in (project.result, project.again):
        assert not result.errors
        assert all(outcome.reason.strip() for outcome in result.outcomes if outcome.state is not State.FIXED)


def test_every_fix_has_its_evidence_or_was_asked_for(project: Hardened) -> None:
    fixed = [outcome.finding for outcome in project.result.outcomes if outcome.state is State.FIXED]
    assert all(finding.evidence for finding in fixed if finding.safety == "safe")


def test_no_comment_is_lost(project: Hardened) -> None:
    for name, raw in project.before.items():
        assert not Counter(comments(raw.decode())) - Counter(comments(project.text(name))), name


def test_line_endings_and_the_end_of_the_file_stay(project: Hardened) -> None:
    for name, before in project.before.items():
        after = project.after[name]
        if b"\n" in before:
            assert (after.count(b"\r\n") == after.count(b"\n")) is (before.count(b"\r\n") == before.count(b"\n")), name
        assert after.endswith(b"\n") is before.endswith(b"\n"), name


def test_only_what_describes_containers_is_touched(project: Hardened) -> None:
    changed = {Path(name).name for name, before in project.before.items() if project.after[name] != before}
    assert not changed & {"00-namespace.yaml", "41-ai-endpoints.yaml", "prometheus.yml", ".harden.toml", "main.py"}
