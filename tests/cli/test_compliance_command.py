"""`harden compliance` from the command line: what it takes, what it prints, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Harden
from tests.policy.controls import HARD


@pytest.fixture
def real(here: Path) -> Harden:
    (here / ".git").mkdir()
    return Harden()


def statuses(run: object) -> dict[str, str]:
    data = json.loads(run.stdout)  # type: ignore[attr-defined]  # click's results are of no exported type
    return {each["id"]: each["status"] for framework in data["frameworks"] for each in framework["controls"]}


def test_every_framework_is_shown_unless_some_are_named(real: Harden) -> None:
    Path("compose.yaml").write_text(HARD)
    assert json.loads(real("compliance", "--format", "json").stdout)["summary"]["met"] > 5
    run = real("compliance", "--framework", "soc2, pci-dss-3", "--framework", "pci-dss-4", "--format", "json")
    assert [each["key"] for each in json.loads(run.stdout)["frameworks"]] == ["pci-dss-3.2.1", "pci-dss-4.0.1", "soc2"]


def test_list_names_them(real: Harden) -> None:
    lines = real("compliance", "--list").stdout.split("\n")
    assert "cis-docker              CIS Docker Benchmark 1.6.0" in lines
    assert len(lines) == 11


def test_a_name_that_is_none_is_refused(real: Harden) -> None:
    assert "a name is missing" in real("compliance", "--framework", "cis-docker,").stderr
    run = real("compliance", "--framework", "cis-dokcer")
    assert run.exit_code == 2
    assert 'no framework is or begins with "cis-dokcer": did you mean "cis-docker"?' in run.stderr


def test_text_and_markdown(real: Harden) -> None:
    Path("compose.yaml").write_text(HARD)
    text = real("compliance", "--framework", "cis-d").stdout
    assert text.startswith("CIS Docker Benchmark 1.6.0\n    Sections 4 and 5")
    assert "5.5 Ensure that privileged containers are not used: met\n    compose.yaml:2 compose-no-privileged: " in text
    assert "| 5\\.5 |" not in text
    assert "| 5.5 |" in real("compliance", "--framework", "cis-d", "--format", "markdown").stdout


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (HARD, (), 0),
        (HARD, ("--check",), 0),
        (HARD.replace("    cap_drop: [ALL]\n", ""), (), 0),
        (HARD.replace("    cap_drop: [ALL]\n", ""), ("--check",), 1),
        (HARD + "    pid: host\n", ("--check",), 1),
        (HARD + "    pid: host\n", ("--check", "--unsafe-fixes"), 1),
        ("services: [\n", ("--check",), 2),
    ],
)
def test_exit_codes(real: Harden, text: str, options: tuple[str, ...], code: int) -> None:
    Path("compose.yaml").write_text(text)
    run = real("compliance", "--framework", "cis-docker", *options)
    assert run.exit_code == code
    assert ("compose.yaml:2: error:" in run.stderr) == (code == 2)


def test_unsafe_fixes_count_where_they_are_asked_for(real: Harden) -> None:
    Path("compose.yaml").write_text(HARD.replace("read_only: true", "read_only: false"))
    options = ("compliance", "--framework", "cis-docker", "--format", "json")
    assert statuses(real(*options))["5.13"] == "open"
    assert statuses(real(*options, "--unsafe-fixes"))["5.13"] == "fixed"


def test_the_configuration_decides_what_is_looked_at(real: Harden) -> None:
    Path("compose.yaml").write_text(HARD)
    Path(".harden.toml").write_text('ignore = ["compose-read-only"]\n')
    assert statuses(real("compliance", "--framework", "cis-docker", "--format", "json"))["5.13"] == "not-checked"


def test_what_ran_is_further_evidence(real: Harden) -> None:
    Path("compose.yaml").write_text(HARD)
    check = {"rule": "compose-read-only", "status": "failed", "message": "its root can be written", "strict": False}
    seen = {"version": 1, "containers": [{"name": "web-1", "service": "web", "checks": [check]}]}
    Path("seen.json").write_text(json.dumps(seen))
    run = real("compliance", "--framework", "cis-docker", "--verify", "seen.json")
    assert "mounted as read only: open\n    verify web-1 (service web) compose-read-only failed: its root" in run.stdout


def test_a_report_that_is_none_is_refused(real: Harden) -> None:
    Path("seen.json").write_text("{}")
    run = real("compliance", "--verify", "seen.json")
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr == "Error: seen.json: is not what `harden verify --format json` writes\n"


def test_nothing_is_written(real: Harden) -> None:
    Path("compose.yaml").write_text("services:\n  web:\n    image: redis:7\n")
    before = Path("compose.yaml").read_bytes()
    real("compliance")
    assert Path("compose.yaml").read_bytes() == before
