"""`harden config accept-current`: what is found today passes, what is new fails."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Run

from hardener import engine
from hardener.cli import harden
from hardener.engine import clock
from hardener.policy.audit import Looked, Status, judge
from hardener.policy.configured import Configured

WEB = "services:\n  web:\n    image: postgres:16\n"
NEW = "  new:\n    image: postgres:16\n"
RECORDS = Path(".harden/accepted.yaml")
SELECTED = 'select = ["compose-no-new-privileges", "compose-read-only"]\n'


@pytest.fixture(autouse=True)
def here(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(isolated)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 1))
    Path(".harden.toml").write_text(SELECTED)
    Path("compose.yaml").write_text(WEB)
    return isolated


def run(*args: str) -> Run:
    return CliRunner().invoke(harden, list(args), catch_exceptions=False)


def accept(*args: str) -> Run:
    done = run("config", "accept-current", *args)
    assert done.exit_code == 0, done.output
    return done


def report(*args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--format", "json", *args).stdout)
    return found


def test_only_what_is_new_fails() -> None:
    assert run("--check").exit_code == 1
    done = accept()
    assert done.stderr == ".harden/accepted.yaml: 2 findings accepted (2 new, 0 from before, 0 dropped)\n"
    assert run("--check", "--strict").exit_code == 0
    assert run("--diff").stdout == ""
    Path("compose.yaml").write_text(WEB + NEW)
    assert run("--check").exit_code == 1
    assert [found["subject"] for found in report()["findings"] if found["state"] == "fixed"] == ["service new"] * 2


def test_lines_may_move() -> None:
    accept()
    Path("compose.yaml").write_text("# one\n\n# two\n" + WEB.replace("services:", "services:  # here", 1))
    assert run("--check", "--strict").exit_code == 0


def test_another_finding_of_the_same_rule_about_the_same_service_is_new() -> None:
    Path(".harden.toml").write_text('select = ["compose-no-added-capabilities"]\n')
    Path("compose.yaml").write_text("services:\n  web:\n    image: acme/a:1\n    cap_add: [NET_ADMIN]\n")
    accept()
    assert run("--check", "--strict").exit_code == 0
    Path("compose.yaml").write_text("services:\n  web:\n    image: acme/a:1\n    cap_add: [NET_ADMIN, SYS_ADMIN]\n")
    assert run("--check", "--strict").exit_code == 1


def test_records_are_text_that_says_what_they_are() -> None:
    accept()
    head, *lines = RECORDS.read_text().split("\n")
    assert head.startswith("# ")
    assert lines[2] == (
        '  - {file: "compose.yaml", rule: "compose-no-new-privileges", subject: "service web", '
        'message: "may gain privileges through setuid programs", on: 2026-03-01}'
    )


def test_the_day_of_a_record_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    accept()
    monkeypatch.setattr(clock, "today", lambda: date(2026, 4, 1))
    Path("compose.yaml").write_text(WEB + NEW)
    assert "4 findings accepted (2 new, 2 from before, 0 dropped)" in accept().stderr
    assert (
        sorted(line[-12:-1] for line in RECORDS.read_text().split("\n")[3:-1])
        == [" 2026-03-01"] * 2 + [" 2026-04-01"] * 2
    )
    before = RECORDS.read_bytes()
    assert accept().stderr == "there is nothing new to accept\n"
    assert RECORDS.read_bytes() == before


def test_what_is_found_no_longer_is_told_and_then_dropped() -> None:
    Path("compose.yaml").write_text(WEB + NEW)
    accept()
    Path("compose.yaml").write_text(WEB)
    said = run("--check")
    assert said.exit_code == 0
    assert (
        ".harden/accepted.yaml: note: 2 accepted findings are there no longer (the first is compose-no-new-privileges "
        "of service new in compose.yaml): `harden config accept-current` drops them\n"
    ) in said.stderr
    assert "2 findings accepted (0 new, 2 from before, 2 dropped)" in accept().stderr
    assert "note" not in run("--check").stderr


def test_a_file_that_is_gone_takes_its_records_along() -> None:
    accept()
    Path("compose.yaml").unlink()
    assert "2 accepted findings are there no longer" in run("--diff").stderr
    accept()
    assert RECORDS.read_text().endswith("findings: []\n")


def test_what_was_not_asked_is_not_missed() -> None:
    Path("a").mkdir()
    Path("a/compose.yaml").write_text(WEB)
    accept()
    for args in (["a"], ["--select", "compose-user"], ["--ignore", "compose"], ["--exclude", "a"]):
        assert "no longer" not in run(*args).stderr
    before = RECORDS.read_bytes()
    accept("a")
    assert RECORDS.read_bytes() == before


def test_every_format_shows_them_as_accepted_or_counts_them() -> None:
    accept()
    found = report()
    assert {(one["state"], one["reason"]) for one in found["findings"]} == {
        ("suppressed", "accepted on 2026-03-01 by accept-current")
    }
    assert found["summary"]["suppressed"] == 2
    (log,) = json.loads(run("--format", "sarif").stdout)["runs"]
    assert [one["suppressions"] for one in log["results"]] == [
        [{"kind": "external", "status": "accepted", "justification": "accepted on 2026-03-01 by accept-current"}]
    ] * 2
    assert run("--format", "junit").stdout.count('<skipped message="accepted on 2026-03-01 by accept-current"') == 2
    assert run("--format", "markdown").stdout == "**2 suppressed**\n"
    assert run("--format", "github").stdout == ""
    assert json.loads(run("--format", "gitlab").stdout) == []
    assert run("--diff").stderr == "2 suppressed\n"
    assert run("-v").stdout.count("suppressed: accepted on 2026-03-01 by accept-current") == 2


def test_they_are_left_alone_unless_asked_for() -> None:
    accept()
    run("--write")
    assert Path("compose.yaml").read_text() == WEB
    assert run("--check", "--include-accepted").exit_code == 1
    assert run("--write", "--include-accepted").exit_code == 0
    assert "read_only: true" in Path("compose.yaml").read_text()


def test_a_new_finding_takes_what_its_fix_requires_along() -> None:
    """Else a new service would be held, and pass, for the sake of its Dockerfile, which is accepted."""
    Path("api").mkdir()
    Path("api/app.py").write_text("print()\n")
    Path("api/Dockerfile").write_text('FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n')
    Path(".harden.toml").write_text('select = ["dockerfile-non-root-user", "compose-user"]\n')
    Path("compose.yaml").write_text("services: {}\n")
    accept()
    assert run("--check").exit_code == 0
    Path("compose.yaml").write_text("services:\n  web:\n    build: api\n")
    assert run("--check").exit_code == 1
    assert {(one["rule"], one["state"]) for one in report()["findings"]} == {
        ("dockerfile-non-root-user", "fixed"),
        ("compose-user", "fixed"),
    }


def test_a_comment_goes_before_a_record_and_is_not_recorded() -> None:
    Path("compose.yaml").write_text(WEB.replace("web:", "web:  # harden: ignore[compose-read-only] it unpacks"))
    accept()
    assert "compose-read-only" not in RECORDS.read_text()
    reasons = {one["rule"]: one["reason"] for one in report()["findings"]}
    assert reasons["compose-read-only"] == "it unpacks"


def test_the_records_of_the_nearest_folder_count() -> None:
    Path("a/.harden").mkdir(parents=True)
    Path("a/compose.yaml").write_text(WEB)
    Path("a/.harden/accepted.yaml").write_text("version: 1\nfindings: []\n")
    accept()
    assert 'file: "compose.yaml"' in Path("a/.harden/accepted.yaml").read_text()
    assert "a/compose.yaml" not in RECORDS.read_text()
    assert run("--check").exit_code == run("--check", "a").exit_code == 0


def test_from_another_folder_they_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    accept()
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    assert run("--check", "..").exit_code == 0
    assert accept("..").stderr == "there is nothing new to accept\n"


GOOD = '{file: "a", rule: "b", subject: "c", message: "d", on: 2026-01-01}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: is empty: `version: 1` is missing"),
        ("version: 2\nfindings: []\n", "1: version: expected 1"),
        ("findings: []\n", "1: `version: 1` is missing"),
        ("version: 1\nfindigns: []\n", '2: unknown key "findigns": did you mean findings?'),
        ("version: 1\nfindings: {}\n", "2: findings: expected a list"),
        (
            f"version: 1\nfindings:\n  - {GOOD}\n  - {GOOD.replace('2026-01-01', '2026-02-30')}\n",
            '4: on: "2026-02-30" is',
        ),
        (f"version: 1\nfindings:\n  - {GOOD.replace(', on: 2026-01-01', '')}\n", "3: on is missing"),
        ("version: 1\nfindings:\n  - " + GOOD.replace('"b"', "[b]") + "\n", "3: rule: expected a text"),
        (
            f"version: 1\nfindings:\n<<<<<<< HEAD\n  - {GOOD}\n=======\n  - {GOOD}\n>>>>>>> theirs\n",
            "3: a merge conflict is not resolved: its markers stand here",
        ),
        ("version: 1\nfindings: [\n", "3: "),
        ("version: 1\nversion: 1\nfindings: []\n", "2: "),
        ("version: 1\nfindings: []\n---\nversion: 1\n", " has several documents: one is expected"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, message: str) -> None:
    RECORDS.parent.mkdir()
    RECORDS.write_text(text)
    for args in ([], ["--write"], ["config", "accept-current"]):
        done = run(*args)
        assert done.exit_code == 2
        assert f".harden/accepted.yaml:{message}" in done.stderr
    assert RECORDS.read_text() == text
    assert Path("compose.yaml").read_text() == WEB


def test_nothing_is_recorded_where_a_file_cannot_be_read() -> None:
    Path("Dockerfile").write_bytes(b"FROM \xff\n")
    done = run("config", "accept-current")
    assert done.exit_code == 2
    assert "nothing is recorded, for Dockerfile" in done.stderr
    assert not RECORDS.exists()


def test_texts_of_files_stand_in_it_as_texts() -> None:
    Path(".harden.toml").write_text('select = ["dockerfile-add-to-copy"]\n')
    Path("compose.yaml").unlink()
    Path("Dockerfile").write_text('FROM scratch AS "ü"\nADD x"y\\\\z#: /a\nADD {a:\tb} /c\n')
    before = report()["findings"]
    assert before
    accept()
    assert run("--check", "--strict").exit_code == 0
    assert all(one["state"] == "suppressed" for one in report()["findings"])


def test_an_audit_does_not_take_a_record_for_a_reason() -> None:
    accept()
    result = engine.run([Path()], lambda folder: Configured().of(folder).settings)
    (criterion,) = (one for one in judge(result, Looked(), ()) if "compose-no-new-privileges" in one.criterion.rules)
    assert criterion.status is Status.NOT_MET
