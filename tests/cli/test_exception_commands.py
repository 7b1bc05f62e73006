"""`harden exception`: add, list, check, renew and remove, as somebody does who has only the help."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hardener.cli import exceptionadd
from hardener.engine import clock
from tests.cli.conftest import Harden
from tests.report import schemas

FILE = Path(".harden/exceptions.yaml")
TEXTS = {
    "--reason": "mlock keeps the 🔑 out of swap",
    "--scope": "vault alone",
    "--alternatives": "encrypted swap",
    "--owner": "platform team",
    "--monitoring": "Vault's log",
}
OPTIONS = ["--capability", "CAP_IPC_LOCK", "--service", "vault", *(word for pair in TEXTS.items() for word in pair)]
COMPOSE = """\
services:
  vault:
    image: example/vault:1
    user: "100:100"
    cap_drop: [ALL]
    cap_add: [IPC_LOCK]
"""


@pytest.fixture
def project(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (here / ".git").mkdir()
    (here / "compose.yaml").write_text(COMPOSE)
    on(monkeypatch, 2026, 1, 15)
    return here


@pytest.fixture
def run() -> Harden:
    return Harden()


def on(monkeypatch: pytest.MonkeyPatch, year: int, month: int, day: int) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(year, month, day))


def test_add_writes_the_exception_and_its_record(project: Path, run: Harden) -> None:
    assert run("--check", "--strict", "--select", "compose-no-added-capabilities").exit_code == 1
    made = run("exception", "add", *OPTIONS)
    record = project / "docs/adr/0001-ipc-lock-service-vault.md"
    assert (made.exit_code, made.stdout) == (0, (
        ".harden/exceptions.yaml: exception 1 (IPC_LOCK, service vault) is in force until 2026-07-15\n"
        "docs/adr/0001-ipc-lock-service-vault.md: says why\n"
    ))  # fmt: skip
    assert made.stderr == ""
    assert all(text in FILE.read_text() and text in record.read_text() for text in TEXTS.values())
    assert run("--check", "--strict", "--select", "compose-no-added-capabilities").exit_code == 0
    assert run("exception", "check").stdout == "1 exception\n"


def test_from_a_folder_below_the_same_file_counts(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    run("exception", "add", *OPTIONS)
    (project / "deep").mkdir()
    monkeypatch.chdir(project / "deep")
    assert run("exception", "add", *OPTIONS[:2], "--file", "compose.*", *OPTIONS[4:]).exit_code == 0
    assert "#  DAYS LEFT" in run("exception", "list").stdout
    assert run("exception", "check").exit_code == 0
    assert not list(project.glob("deep/*"))


def test_a_record_that_exists_is_named_and_not_written(project: Path, run: Harden) -> None:
    (project / "why.md").write_text("so\n")
    assert run("exception", "add", *OPTIONS, "--adr", "why.md").exit_code == 0
    assert "adr: why.md\n" in FILE.read_text()
    assert not (project / "docs").exists()


def test_add_tells_what_matches_nothing(project: Path, run: Harden) -> None:
    made = run("exception", "add", *OPTIONS[:3], "valt", *OPTIONS[4:])
    assert (made.exit_code, made.stderr) == (
        0,
        "It matches nothing: correct where it counts, or `harden exception remove 1`\n",
    )
    assert "(matches nothing)" in run("exception", "list").stdout


def test_the_configuration_names_the_folder_and_shortens(project: Path, run: Harden) -> None:
    (project / ".harden.toml").write_text('adr = "decisions"\n[thresholds]\nexception-days = 30\n')
    (project / "decisions").mkdir()
    (project / "decisions/0041-other.md").write_text("")
    assert "until 2026-02-14" in run("exception", "add", *OPTIONS).stdout
    assert (project / "decisions/0042-ipc-lock-service-vault.md").is_file()
    refused = run("exception", "renew", "1", "--reason", "still", "--expires", "2026-02-15")
    assert (refused.exit_code, "until 2026-02-14" in refused.stderr) == (2, True)


@pytest.mark.parametrize("lacking", ["--capability", "--service", *TEXTS])
def test_without_a_terminal_what_is_missing_is_named(project: Path, run: Harden, lacking: str) -> None:
    at = OPTIONS.index(lacking)
    refused = run("exception", "add", *OPTIONS[:at], *OPTIONS[at + 2 :])
    assert refused.exit_code == 2
    assert lacking in refused.stderr.split("Error: ")[1]
    assert "missing" in refused.stderr
    assert not FILE.exists()
    assert not (project / "docs").exists()


def test_on_a_terminal_it_is_asked_for(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["IPC_LOKC", "IPC_LOCK", "", "", "", "vault", "", "", *TEXTS.values()]
    monkeypatch.setattr(exceptionadd, "somebody_answers", lambda: True)
    asked = run("exception", "add", stdin="".join(f"{text}\n" for text in said).encode())
    assert asked.exit_code == 0
    assert 'did you mean "IPC_LOCK"?' in asked.stderr
    assert "Name at least one of them." in asked.stderr
    assert all(text in FILE.read_text() for text in ["service: vault", *TEXTS.values()])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rule", "compose-user"], "about one of them"),
        (["--capability", "ALL"], 'unknown capability "ALL"'),
        (["--rule", "compose-usr"], 'did you mean "compose-user"?'),
        (["--expires", "tomorrow"], "is no day, as 2026-12-31 is"),
        (["--expires", "2026-07-16"], "longer than 6 months: 2026-07-15 is the last day"),
        (["--expires", "2026-01-14"], "before it was made"),
        (["--adr", "docs/none.md"], "there is no file docs/none.md"),
        (["--adr", "../x.md"], "expected a path"),
        (["--owner", " "], "expected a text"),
        (["--owner", "a\x7fb"], "a character that YAML does not allow"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    project: Path, run: Harden, options: list[str], words: str
) -> None:
    refused = run("exception", "add", *OPTIONS, *options)
    assert (refused.exit_code, words in refused.stderr) == (2, True)
    assert not FILE.exists()
    assert not (project / "docs").exists()


def test_the_same_twice_is_refused(project: Path, run: Harden) -> None:
    run("exception", "add", *OPTIONS)
    before = FILE.read_bytes()
    refused = run("exception", "add", *OPTIONS)
    assert (refused.exit_code, "harden exception renew 1" in refused.stderr) == (2, True)
    assert FILE.read_bytes() == before
    assert len(list((project / "docs/adr").iterdir())) == 1


def test_no_record_is_overwritten(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "docs/adr").mkdir(parents=True)
    (project / "docs/adr/0001-x.md").write_text("mine\n")
    monkeypatch.setattr(exceptionadd, "next_name", lambda *_: "0001-x.md")
    assert run("exception", "add", *OPTIONS).exit_code == 2
    assert (project / "docs/adr/0001-x.md").read_text() == "mine\n"
    assert not FILE.exists()


def test_renewing_needs_a_new_reason(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    run("exception", "add", *OPTIONS)
    on(monkeypatch, 2026, 8, 1)
    assert run("exception", "check").exit_code == 1
    assert run("exception", "renew", "1").exit_code == 2
    same = run("exception", "renew", "1", "--reason", TEXTS["--reason"])
    assert (same.exit_code, "was given before" in same.stderr) == (2, True)
    none = run("exception", "renew", "1", "--reason", " ")
    assert (none.exit_code, "Invalid value for '--reason': expected a text" in none.stderr) == (2, True)
    assert run("exception", "renew", "1", "--reason", "still no other store").exit_code == 0
    assert run("exception", "check").exit_code == 0
    again = run("exception", "renew", "1", "--reason", TEXTS["--reason"])
    assert (again.exit_code, "was given before" in again.stderr) == (2, True)
    assert f'- "2026-01-15 to 2026-07-15: {TEXTS["--reason"]}"' in FILE.read_text()


def test_renewing_what_is_incomplete_says_that_it_still_does_not_count(project: Path, run: Harden) -> None:
    run("exception", "add", *OPTIONS)
    assert "does not count" not in run("exception", "renew", "1", "--reason", "still").stderr
    FILE.write_text(FILE.read_text().replace("    owner: platform team\n", ""))
    renewed = run("exception", "renew", "1", "--reason", "and still")
    assert (renewed.exit_code, renewed.stderr) == (0, "it does not count: it lacks `owner`\n")


def test_renewing_names_the_record_that_still_has_the_old_day(
    project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("exception", "add", *OPTIONS)
    on(monkeypatch, 2026, 2, 1)
    told = run("exception", "renew", "1", "--reason", "still")
    record = "docs/adr/0001-ipc-lock-service-vault.md"
    assert told.stderr == f"{record}: still names 2026-07-15: write the new reason and day there too\n"
    Path(record).write_text(Path(record).read_text().replace("2026-07-15", "2026-08-01"))
    on(monkeypatch, 2026, 2, 2)
    assert run("exception", "renew", "1", "--reason", "and still").stderr.startswith(
        f"{record}: still names 2026-08-01"
    )
    Path(record).unlink()
    assert "still names" not in run("exception", "renew", "1", "--reason", "for ever").stderr


def test_two_about_the_same_are_told(project: Path, run: Harden) -> None:
    run("exception", "add", *OPTIONS)
    text = FILE.read_text()
    FILE.write_text(text + text.partition("exceptions:\n")[2])
    told = run("exception", "check")
    assert told.exit_code == 0
    assert "exception-double exception 2 (IPC_LOCK, service vault): is about the same as exception 1" in told.stdout
    assert "2 exceptions · 1 about the same as another\n" in told.stdout


def test_removing_takes_it_away_and_leaves_the_rest(project: Path, run: Harden) -> None:
    run("exception", "add", *OPTIONS)
    before = FILE.read_bytes()
    run("exception", "add", "--rule", "compose-user", *OPTIONS[2:])
    assert run("exception", "remove", "2").exit_code == 0
    assert FILE.read_bytes() == before
    missing = run("exception", "remove", "2")
    assert (missing.exit_code, "has no exception 2: it has 1" in missing.stderr) == (2, True)


def test_list_has_the_fewest_days_first(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    run("exception", "add", *OPTIONS)
    run("exception", "add", "--rule", "compose-user", *OPTIONS[2:], "--expires", "2026-02-01")
    on(monkeypatch, 2026, 2, 1)
    lines = run("exception", "list").stdout.split("\n")
    assert [line.split()[:3] for line in lines[1:3]] == [["2", "0", "2026-02-01"], ["1", "164", "2026-07-15"]]
    assert "(matches nothing)" in lines[1]
    data = json.loads(run("exception", "list", "--format", "json").stdout)
    schemas.published("exceptionlist").validate(data)
    assert [(each["number"], each["days_left"], each["matches"]) for each in data["exceptions"]] == [
        (2, 0, False),
        (1, 164, True),
    ]


def broken(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an expired one, an incomplete one, one that expires soon and one that is about nothing."""
    run("exception", "add", *OPTIONS)
    run("exception", "add", "--rule", "compose-read-only", *OPTIONS[2:], "--expires", "2026-01-20")
    run("exception", "add", "--rule", "compose-no-new-privileges", *OPTIONS[2:], "--expires", "2026-02-20")
    run("exception", "add", "--rule", "compose-pin-image", "--service", "none", *OPTIONS[4:])
    FILE.write_text(FILE.read_text().replace("    owner: platform team\n", "", 1))
    on(monkeypatch, 2026, 1, 21)


def test_check_tells_what_is_wrong(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(project, run, monkeypatch)
    told = run("exception", "check")
    assert told.exit_code == 1
    for words in (
        "exceptions.yaml:5:5: exception-incomplete exception 1 (IPC_LOCK, service vault): does not count: it lacks `ow",
        "exception-expired exception 2 (compose-read-only, service vault): expired on 2026-01-20",
        "exception 3 (compose-no-new-privileges, service vault): expires on 2026-02-20, in 30 days",
        "exception-matches-nothing exception 4 (compose-pin-image, service none): matches nothing",
        "4 exceptions · 1 expired · 1 incomplete · 1 to expire soon · 1 about nothing",
    ):
        assert words in told.stdout


def test_list_tells_what_does_not_count(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(project, run, monkeypatch)
    data = json.loads(run("exception", "list", "--format", "json").stdout)
    schemas.published("exceptionlist").validate(data)
    told = {each["number"]: (each["status"], each["days_left"]) for each in data["exceptions"]}
    assert told == {1: ("incomplete", 175), 2: ("expired", -1), 3: ("in force", 30), 4: ("in force", 175)}
    rows = [line.split()[:2] for line in run("exception", "list").stdout.split("\n")[1:-1]]
    assert rows == [["2", "expired"], ["3", "30"], ["1", "incomplete"], ["4", "175"]]


def test_warnings_are_no_faults(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    run("exception", "add", *OPTIONS[:2], "--service", "none", *OPTIONS[4:], "--expires", "2026-01-15")
    told = run("exception", "check")
    assert (told.exit_code, "expires on 2026-01-15, today" in told.stdout) == (0, True)
    on(monkeypatch, 2026, 1, 16)
    assert run("exception", "check").exit_code == 1


def test_check_speaks_to_programs(project: Path, run: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(project, run, monkeypatch)
    texts = {form: run("exception", "check", "--format", form) for form in FORMATS}
    assert {told.exit_code for told in texts.values()} == {1}
    schemas.findings().validate(json.loads(texts["json"].stdout))
    log = json.loads(texts["sarif"].stdout)
    schemas.SARIF.validate(log)
    levels = [(found["ruleId"], found["level"]) for found in log["runs"][0]["results"]]
    assert levels == [
        ("exception-incomplete", "error"),
        ("exception-expired", "error"),
        ("exception-expires-soon", "warning"),
        ("exception-matches-nothing", "warning"),
    ]
    issues = json.loads(texts["gitlab"].stdout)
    schemas.GITLAB.validate(issues)
    assert [issue["severity"] for issue in issues] == ["major", "major", "minor", "minor"]
    commands = [line.split(" ")[0] for line in texts["github"].stdout.split("\n") if line]
    assert commands == ["::error", "::error", "::warning", "::warning"]
    suite = ElementTree.fromstring(texts["junit"].stdout)[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("2", "2")
    soon = "expires on 2026-02-20, in 30 days: `harden exception renew 3` with a new reason, or remove it"
    assert soon in [skipped.get("message") for skipped in suite.iter("skipped")]
    assert all("text" in rule["shortDescription"] for rule in log["runs"][0]["tool"]["driver"]["rules"])
    assert "`exception-expired`" in texts["markdown"].stdout


FORMATS = ("json", "sarif", "github", "gitlab", "junit", "markdown")


@pytest.mark.parametrize(
    ("command", "code"), [(["list"], 0), (["check"], 0), (["renew", "1", "--reason", "x"], 2), (["remove", "1"], 2)]
)
def test_without_a_file_there_are_none_and_it_is_said_how_to_make_one(
    project: Path, run: Harden, command: list[str], code: int
) -> None:
    told = run("exception", *command)
    assert (told.exit_code, "`harden exception add` makes one" in told.stderr) == (code, True)
    assert not FILE.parent.exists()


@pytest.mark.parametrize("command", [["exception", "list"], ["exception", "add", *OPTIONS], ["--check"], ["--write"]])
def test_a_broken_file_stops_everything(project: Path, run: Harden, command: list[str]) -> None:
    FILE.parent.mkdir()
    FILE.write_text("version: 1\nexceptions:\n- capability: IPC_LOCK\n<<<<<<< ours\n")
    told = run(*command)
    assert told.exit_code == 2
    assert ".harden/exceptions.yaml:4: a merge conflict is not resolved" in told.stderr
    assert (project / "compose.yaml").read_text() == COMPOSE
