"""What a finding says, about what, and the characters that it points at.

`findings/<rule-id>.txt` has a file with each such place between « and », and below `====` what is said about them, in
the order of the file. Each file has something that the rule is content with in front of what it reports.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hardener.model.settings import Level, Settings
from tests.conftest import harden

FINDINGS = sorted((Path(__file__).parent / "findings").glob("*.txt"))
NAMES = {"dockerfile": "Dockerfile", "compose": "compose.yaml", "kubernetes": "app.yaml"}


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.stem)
def test_what_is_said_where(isolated: Path, path: Path) -> None:
    marked, _, said = path.read_text().partition("====\n")
    rule = path.name.partition(".")[0]
    name = NAMES[rule.partition("-")[0]]
    (isolated / name).write_text(plain(marked))
    (isolated / "a.py").write_text("print()\n")
    settings = replace(Settings(), select=(rule,), level=Level.RESTRICTED, targets={"Dockerfile": ("first",)})

    findings = [outcome.finding for outcome in harden(isolated, settings).outcomes]
    findings.sort(key=lambda found: (found.start, found.subject))

    assert [f"{found.subject}: {found.message}" for found in findings] == said.split("\n")[:-1]
    assert [(found.start, found.end) for found in findings] == places(marked)


def plain(marked: str) -> str:
    return re.sub("[«»]", "", marked)


def places(marked: str) -> list[tuple[int, int]]:
    ends = [len(plain(marked[: mark.start()])) for mark in re.finditer("[«»]", marked)]
    return list(zip(ends[::2], ends[1::2], strict=True))
