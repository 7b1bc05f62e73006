"""Going from one level to the next: what was fixed at baseline is a decision at restricted, and is not taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hardener.model.settings import Level
from tests.conftest import harden, write
from tests.test_cases import Case, cases

OWNERSHIP = (
    "dockerfile-copy-chown",
    "dockerfile-no-world-writable",
    "dockerfile-non-root-user",
    "dockerfile-writable-paths",
)
CHANGED = [case for case in cases() if case.kind == "before" and case.rule in OWNERSHIP]


@pytest.mark.parametrize("case", CHANGED, ids=str)
def test_restricted_finds_nothing_to_change_behind_baseline(case: Case, isolated: Path) -> None:
    case.copy_to(isolated, case.path)
    settings = replace(case.settings(isolated), select=OWNERSHIP, level=Level.BASELINE, unsafe_fixes=True)
    write(isolated, harden(isolated, settings))
    again = harden(isolated, replace(settings, level=Level.RESTRICTED))
    assert not again.changes, [change.text for change in again.changes]


def test_there_are_cases() -> None:
    assert len(CHANGED) > 50
