"""Services keep working after safe fixes, and docs/services.md says what was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.docker import Docker
from tests.engine.services import HEAD, PAGE, SERVICES, Row, rows_of

RENEW = "`python -m tests.engine.services` writes it anew"


def _page() -> list[Row]:
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD), RENEW
    return [Row(*line.strip("| ").split(" | ")) for line in text.removeprefix(HEAD).split("\n") if line]


@pytest.mark.parametrize("name", SERVICES)
def test_works_as_the_page_says(docker: Docker, tmp_path: Path, name: str) -> None:
    found = rows_of(docker, name, tmp_path)
    assert found == [row for row in _page() if row.service == name], RENEW


def test_the_page_has_every_service() -> None:
    assert list(dict.fromkeys(row.service for row in _page())) == list(SERVICES), RENEW


def test_services_are_as_different_as_they_should_be() -> None:
    """Enough of those on which hardening fails most: that step down, that keep data, that have low ports."""
    before = {row.service: row for row in _page() if row.fixes == "none"}
    assert len(before) >= 25
    assert sum(row.starts in ("root", "0:0") and row.ids != "0:0" for row in before.values()) >= 10
    assert sum(bool(SERVICES[name].data) for name in before) >= 5
    assert sum(int(row.port) < 1024 for row in before.values()) >= 3


def test_safe_fixes_break_nothing() -> None:
    after = [row for row in _page() if row.fixes == "safe"]
    assert len(after) >= 10
    assert {row.probe for row in after} == {"passes"}
