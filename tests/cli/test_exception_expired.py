"""What is said once an exception expired whose capability an image is known to need."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from hardener.engine import clock
from tests.cli.conftest import Harden

CASES = Path(__file__).parents[1] / "cases"
CASE = "keeps-what-is-needed-once-the-exception-expired.held"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("compose-no-added-capabilities", "adds IPC_LOCK, which no exception grants any more; "),
        ("kubernetes-no-added-capabilities", "adds capabilities that no exception grants any more: IPC_LOCK; "),
    ],
)
def test_it_is_not_called_needless(here: Path, monkeypatch: pytest.MonkeyPatch, rule: str, said: str) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 1))
    shutil.copytree(CASES / rule / CASE, here, dirs_exist_ok=True)
    told = Harden()("--diff", "--select", rule)
    assert f"{said}the exception of 2026-02-28 expired\n" in told.stderr
    assert told.stdout == ""
