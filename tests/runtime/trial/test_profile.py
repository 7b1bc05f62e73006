"""Which file the facts of a trial go to."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.runtime.trial.profile import file_for

DB = {"service": "my-db", "compose": "compose.yaml"}
SHOWN = 'service: "my-db"\ncompose: "compose.yaml"\ntrial:\n  date: "2026-07-01"\n'


def test_it_is_named_after_what_it_is_about(tmp_path: Path) -> None:
    assert file_for(DB, tmp_path).name == "compose-yaml-my-db.yaml"


@pytest.mark.parametrize("text", [SHOWN, SHOWN.replace('"', ""), f"user: 1:1\n{SHOWN}"])
def test_another_trial_of_the_same_writes_it_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "compose-yaml-my-db.yaml").write_text(text)
    assert file_for(DB, tmp_path).name == "compose-yaml-my-db.yaml"


@pytest.mark.parametrize(
    "text",
    [
        SHOWN.replace("my-db", "my_db"),
        SHOWN.replace("compose.yaml", "compose-yaml"),
        'image: "my-db"\ncapabilities: []\n',
        SHOWN.partition("trial")[0],
        "- 1\n",
        "{",
        "",
    ],
    ids=["another service", "another file", "by hand", "no trial", "a list", "no YAML", "empty"],
)
def test_nothing_else_is_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "compose-yaml-my-db.yaml").write_text(text)
    (tmp_path / "compose-yaml-my-db-2.yaml").write_bytes(b"\xff")
    assert file_for(DB, tmp_path).name == "compose-yaml-my-db-3.yaml"
