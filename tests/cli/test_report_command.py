"""`harden report`: what goes onto the page, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from hardener.engine import clock
from tests.cli.conftest import Harden

SEEN = {
    "version": 1,
    "containers": [
        {
            "name": "shop_web_1",
            "processes": [
                {
                    "name": "nginx",
                    "pid": 1,
                    "uid": 0,
                    "gid": 0,
                    "effective": ["CHOWN"],
                    "no_new_privileges": False,
                    "seccomp": "filter",
                }
            ],
            "checks": [{"rule": "compose-user", "status": "failed", "message": "runs as root: nginx (1)"}],
        }
    ],
}
STATE = {
    "running": True,
    "exit_code": None,
    "health": "healthy",
    "processes": [{"uid": 999, "gid": 999, "effective": []}],
    "written": ["/data"],
    "probes": {"port 6379": True},
}
TRIED = {
    "version": 1,
    "services": [
        {"service": "web", "outcome": "proven", "reason": "", "before": STATE, "after": STATE},
        {"service": "db", "outcome": "not tried", "reason": "no such image", "before": None, "after": None},
    ],
}


@pytest.fixture
def project(here: Path) -> Path:
    (here / "compose.yaml").write_text("services:\n  web:\n    image: redis:7\n")
    (here / "seen.json").write_text(json.dumps(SEEN))
    (here / "tried.json").write_text(json.dumps(TRIED))
    return here


def test_the_page_has_findings_and_compliance_and_nothing_else_is_written(project: Path) -> None:
    before = (project / "compose.yaml").read_bytes()
    done = Harden()("report", "--html", "page.html", "--title", "A & B")
    assert done.exit_code == 0, done.output
    text = (project / "page.html").read_text()
    assert "<title>Hardening of A &amp; B</title>" in text
    assert "keeps Docker&#39;s default capabilities" in text
    assert "CIS Docker Benchmark" in text
    assert "page.html has the rest" in done.stderr
    assert sorted(path.name for path in project.iterdir()) == ["compose.yaml", "page.html", "seen.json", "tried.json"]
    assert (project / "compose.yaml").read_bytes() == before


def test_what_comments_accept_stands_by_the_time_that_is_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 1))
    (here / "compose.yaml").write_text(
        "services:\n  web:  # harden: ignore[compose-read-only] for good\n    image: redis:7\n"
        "    # harden: ignore[compose-no-privileged] until=2026-03-11 a move\n    privileged: true\n"
    )
    Harden()("report", "--html", "page.html")
    table = (here / "page.html").read_text().partition("<caption>Those in comments")[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>([^<]*)", table)
    assert cells[0::5] == ["compose-no-privileged", "compose-read-only"]
    assert cells[3:5] == ["2026-03-11", "10 "]
    assert cells[8:10] == ["-", "no end"]


def test_what_other_commands_saw_stands_on_it(project: Path) -> None:
    assert Harden()("report", "--html", "page.html", "--verify", "seen.json", "--trial", "tried.json").exit_code == 0
    text = (project / "page.html").read_text()
    for words in ("shop_web_1", "runs as root: nginx (1)", "not tried: no such image", "port 6379 ok", "999:999"):
        assert words in text


@pytest.mark.parametrize("option", ["--verify", "--trial"])
@pytest.mark.parametrize(
    "content", ["", "[]", '{"containers": 1, "services": 1}', '{"containers": [{}], "services": [1]}']
)
def test_what_is_no_report_is_refused(project: Path, option: str, content: str) -> None:
    (project / "wrong.json").write_text(content)
    done = Harden()("report", "--html", "page.html", option, "wrong.json")
    assert done.exit_code == 2
    assert "wrong.json: is not what `harden" in done.stderr
    assert not (project / "page.html").exists()


def test_a_page_that_cannot_be_written_is_an_error(project: Path) -> None:
    done = Harden()("report", "--html", "none/page.html")
    assert done.exit_code == 2
    assert "none/page.html: cannot be written" in done.stderr


def test_a_file_that_cannot_be_read_is_on_the_page_and_an_error(project: Path) -> None:
    (project / "docker-compose.yml").write_text("services:\n  a: {image: x\n")
    assert Harden()("report", "--html", "page.html").exit_code == 2
    assert "<b>error</b> docker-compose.yml" in (project / "page.html").read_text()
