"""What running containers add to what files say of a control."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.policy.compliance import Status
from hardener.policy.observed import Observed
from tests.policy.controls import HARD, SOFT, run, said

RUNS = Observed("web-1 (service web)", "compose-read-only", "passed", "its root is read-only")


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        (HARD, "passed", Status.MET),
        (HARD, "unknown", Status.MET),
        (HARD, "failed", Status.OPEN),
        (SOFT.replace("prom/prometheus:v2.55.1", "redis:7"), "failed", Status.FIXED),
    ],
)
def test_what_runs_speaks_too(isolated: Path, text: str, status: str, expected: Status) -> None:
    found = said(run(isolated, text), "5.13", "cis-docker", RUNS._replace(status=status))
    assert found.status is expected
    assert (found.evidence[-1].kind, found.evidence[-1].state) == ("verify", status)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("passed", Status.NOT_CHECKED), ("failed", Status.OPEN), ("unknown", Status.NOT_CHECKED)],
)
def test_what_runs_proves_nothing_alone(isolated: Path, status: str, expected: Status) -> None:
    result = run(isolated, "nothing\n", "notes.txt")
    assert said(result, "5.13", "cis-docker", RUNS._replace(status=status)).status is expected
    assert said(result, "5.4", "cis-docker", RUNS).status is Status.NOT_APPLICABLE


def test_a_failed_check_counts_for_what_it_is_about(isolated: Path) -> None:
    shared = Observed("web", "compose-no-host-namespaces", "failed", "is in the host's namespaces: pid, user")
    result = run(isolated, HARD)
    assert said(result, "5.16", "cis-docker", shared).status is Status.OPEN
    assert said(result, "5.31", "cis-docker", shared).status is Status.OPEN
    assert said(result, "5.10", "cis-docker", shared).status is Status.MET


@pytest.mark.parametrize(
    ("rule", "about", "not_about"),
    [("compose-no-unconfined", "5.22", "5.2"), ("compose-no-host-namespaces", "5.16", "5.25")],
)
def test_a_passed_check_is_evidence_for_what_was_looked_at(
    isolated: Path, rule: str, about: str, not_about: str
) -> None:
    passed = Observed("web", rule, "passed", "fine")
    result = run(isolated, HARD)
    assert "verify" in {each.kind for each in said(result, about, "cis-docker", passed).evidence}
    assert "verify" not in {each.kind for each in said(result, not_about, "cis-docker", passed).evidence}


def test_verification_is_evidence_for_monitoring(isolated: Path) -> None:
    found = said(run(isolated, HARD), "CC7.2", "soc2", RUNS)
    assert (found.status, [each.kind for each in found.evidence]) == (Status.NOT_DECIDABLE, ["verify"])
