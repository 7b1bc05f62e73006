"""`harden audit` without an engine: criteria about files and exceptions, the records, the notes, the page."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hardener.engine import clock
from hardener.policy import auditrecords
from hardener.policy.auditrecords import FOLDER
from tests.cli.conftest import Harden
from tests.report import schemas

HARD = """\
services:
  web:
    image: redis:7
    user: "999:999"
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    read_only: true
    tmpfs: [/tmp]
"""
SOFT = "services:\n  web:\n    image: redis:7\n    privileged: true\n"
BUILT = 'FROM scratch\nCOPY a /a\nUSER 1:1\nCMD ["/a"]\n'


@pytest.fixture
def audit(here: Path, monkeypatch: pytest.MonkeyPatch) -> Harden:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 1))
    return Harden()


def record(folder: Path, name: str = "2026-03-01") -> dict[str, Any]:
    found = json.loads((folder / FOLDER / f"{name}.json").read_bytes())
    schemas.audit().validate(found)
    return {one["id"]: one["status"] for one in found["criteria"]} | {"met": found["met"]}


def test_what_is_hard_meets_every_criterion(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(HARD)
    done = audit("audit", "--no-images")
    assert done.exit_code == 0, done.output
    assert record(here) == {
        "user": "met",
        "privileges": "met",
        "capabilities": "met",
        "exceptions": "met",
        "runtime": "not checked",
        "setuid": "not checked",
        "met": True,
    }
    assert "<h2" in (here / FOLDER / "2026-03-01.html").read_text()


def test_each_criterion_that_is_not_met_is_named_with_its_place(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(SOFT)
    done = audit("audit", "--no-images", "--append", "notes.md")
    assert done.exit_code == 1
    assert "NOT MET no manifest is privileged" in done.stdout
    assert "compose.yaml:4: service web: has every privilege on its host" in done.stdout
    assert record(here)["privileges"] == "not met"
    assert "| not met |" in (here / "notes.md").read_text()


def test_what_was_not_checked_is_said_beside_what_is_not_met(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(SOFT)
    (here / "other").mkdir()
    (here / "other" / "compose.yaml").write_text("services: [\n")
    done = audit("audit", "--no-images")
    assert done.exit_code == 2
    assert done.stdout.count("not checked: other/compose.yaml:") == 2
    assert record(here)["privileges"] == "not met"


def test_what_was_not_checked_counts_under_strict(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(HARD)
    (here / "Dockerfile").write_text(BUILT)
    assert audit("audit", "--no-images").exit_code == 0
    done = audit("audit", "--no-images", "--strict")
    assert done.exit_code == 1
    assert "NOT CHECKED images that are built run" in done.stdout
    assert record(here, "2026-03-01-2")["met"] is False


def test_without_an_engine_it_says_so(here: Path, audit: Harden) -> None:
    (here / "Dockerfile").write_text(BUILT)
    done = audit("audit", "--host", f"unix://{here}/none.sock")
    assert "no container engine answers at" in done.stdout
    assert record(here)["runtime"] == "not checked"


def test_where_nothing_is_found_nothing_was_checked(here: Path, audit: Harden) -> None:
    done = audit("audit", "--strict")
    assert done.exit_code == 1, done.output
    assert done.stdout.count("NOT CHECKED") == 6
    assert "no Dockerfile, Compose file or Kubernetes manifest was found" in done.stdout


def test_images_of_a_file_that_cannot_be_read_were_not_checked(here: Path, audit: Harden) -> None:
    (here / "Dockerfile").write_bytes(b"FROM a\xff\n")
    assert audit("audit", "--no-images").exit_code == 2
    assert record(here)["runtime"] == "not checked"


@pytest.mark.parametrize("name", ["gone", "-"])
def test_a_path_that_is_not_there_is_refused_and_not_made(here: Path, audit: Harden, name: str) -> None:
    (here / "compose.yaml").write_text(HARD)
    done = audit("audit", "--no-images", name, "compose.yaml")
    assert (done.exit_code, done.stderr) == (2, f"Error: {name}: does not exist\n")
    assert [path.name for path in here.iterdir()] == ["compose.yaml"]


def test_the_record_goes_where_the_project_keeps_what_it_knows(here: Path, audit: Harden) -> None:
    (here / "a").mkdir()
    (here / "a" / "compose.yaml").write_text(HARD)
    assert audit("audit", "--no-images", "a/compose.yaml").exit_code == 0
    assert record(here / "a")["met"]
    (here / ".harden").mkdir()
    (here / "b").mkdir()
    (here / "b" / "compose.yaml").write_text(HARD)
    assert audit("audit", "--no-images", "b").exit_code == 0
    assert record(here)["met"]


def test_rules_that_are_not_selected_were_not_checked(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(HARD)
    audit("audit", "--no-images", "--ignore", "compose-drop-capabilities")
    assert record(here)["capabilities"] == "not checked"


def test_an_exception_that_is_past_is_not_met(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(HARD)
    (here / ".harden").mkdir()
    (here / ".harden" / "exceptions.yaml").write_text(
        "version: 1\nexceptions:\n  - capability: CHOWN\n    service: web\n    reason: a\n    scope: b\n"
        "    alternatives: c\n    owner: d\n    adr: https://adr.example/1\n    created: 2026-01-01\n"
        "    expires: 2026-02-28\n    monitoring: e\n"
    )
    done = audit("audit", "--no-images")
    assert done.exit_code == 1
    assert "expired on 2026-02-28" in done.stdout
    assert record(here)["exceptions"] == "not met"


def test_records_are_kept_and_shown(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(SOFT)
    audit("audit", "--no-images")
    (here / "compose.yaml").write_text(HARD)
    audit("audit", "--no-images", "--append", "notes.md")
    audit("audit", "--no-images", "--append", "notes.md")
    assert sorted(path.name for path in (here / FOLDER).glob("*.json")) == [
        "2026-03-01-2.json",
        "2026-03-01-3.json",
        "2026-03-01.json",
    ]
    assert (here / "notes.md").read_text().count("## Container audit 2026-03-01: met") == 2
    shown = audit("audit", "--trend").stdout.split("\n")
    assert [line.split()[:2] for line in shown[1:4]] == [["2026-03-01", "2"], ["2026-03-01", "4"], ["2026-03-01", "4"]]
    assert shown[4].startswith("open findings: █▁▁")
    assert 'class="trend"' in (here / FOLDER / "2026-03-01-3.html").read_text()


def test_records_made_at_once_are_all_kept(here: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda number: auditrecords.keep(here, date(2026, 3, 1), {"number": number}), range(40)))
    assert {json.loads(path.read_bytes())["number"] for path in kept} == set(range(40))


def test_notes_keep_their_line_ends(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(HARD)
    (here / "notes.md").write_bytes(b"# Notes\r\nwithout an end")
    audit("audit", "--no-images", "--append", "notes.md")
    written = (here / "notes.md").read_bytes()
    assert written.startswith(b"# Notes\r\nwithout an end\r\n\r\n## Container audit")
    assert written.count(b"\n") == written.count(b"\r\n")


def test_notes_that_cannot_be_written_cost_no_record(here: Path, audit: Harden) -> None:
    (here / "compose.yaml").write_text(HARD)
    done = audit("audit", "--no-images", "--append", "none/notes.md")
    assert done.exit_code == 2
    assert "none/notes.md: cannot be written" in done.output
    assert sorted(path.suffix for path in (here / FOLDER).iterdir()) == [".html", ".json"]


def test_without_records_there_is_no_trend(here: Path, audit: Harden) -> None:
    done = audit("audit", "--trend")
    assert (done.exit_code, done.stdout) == (0, "no audit is recorded yet: harden audit makes the first record\n")
    assert audit("audit", "--trend", "--append", "notes.md").exit_code == 2


FEWER = '{"version": 1, "date": "2026-01-01", "met": true, "criteria": [], "findings": {"held": -1}}'


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 2}', '{"version": 1, "date": "soon"}', FEWER])
def test_a_record_that_is_none_is_said(here: Path, audit: Harden, content: str) -> None:
    (here / FOLDER).mkdir(parents=True)
    (here / FOLDER / "2026-01-01.json").write_text(content)
    done = audit("audit", "--trend")
    assert done.exit_code == 2
    assert "2026-01-01.json: is no record of an audit" in done.output
