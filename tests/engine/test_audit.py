"""`harden audit` with an engine: it builds, starts, looks, and leaves nothing behind."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hardener.cli import harden
from hardener.engine import clock
from hardener.policy.auditrecords import FOLDER
from hardener.runtime.trial.leftovers import LABEL, owner
from tests.engine.docker import Docker

COMPOSE = """\
services:
  root:
    build: {context: ., dockerfile: Root}
  app:
    build: .
  broken:
    build: {context: ., dockerfile: Broken}
  ends:
    build: {context: ., dockerfile: Ends}
"""


def test_images_that_files_build_are_started_and_looked_at(docker: Docker, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:bookworm-slim\nRUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +\nUSER 1234:1234\n"
        'CMD ["sleep", "60"]\n'
    )
    (tmp_path / "Root").write_text('FROM debian:bookworm-slim\nCMD ["sleep", "60"]\n')
    (tmp_path / "Broken").write_text("FROM debian:bookworm-slim\nRUN false\n")
    (tmp_path / "Ends").write_text('FROM debian:bookworm-slim\nUSER 1:1\nCMD ["true"]\n')
    done = CliRunner().invoke(harden, ["audit", "--settle", "1s", "--verbose"], catch_exceptions=False)
    assert "running app\n" in done.stderr
    assert "not checked: ends: it ended with exit code 0 before it could be looked at\n" in done.stdout
    (why,) = {line for line in done.stdout.split("\n") if line.startswith("    not checked: broken: ")}
    assert "\\n" not in why
    record = json.loads((tmp_path / FOLDER).glob("*.json").__next__().read_bytes())
    images = {image["name"]: image for image in record["images"]}
    assert images["app"]["users"] == ["1234:1234"]
    assert (images["app"]["capabilities"], images["app"]["setuid"]) == ([], 0)
    assert images["root"]["users"] == ["0:0"]
    assert images["root"]["setuid"] > 0
    reasons = {one["id"]: (one["status"], " ".join(one["reasons"])) for one in record["criteria"]}
    assert reasons["runtime"][0] == "not met"
    assert "root: runs as root" in reasons["runtime"][1]
    assert "app" not in reasons["runtime"][1]
    assert reasons["setuid"][0] == "not met"
    assert "broken" not in images
    assert not docker("images", "-q", "--filter", f"label={LABEL}={owner()}")
    assert not docker("ps", "-aq", "--filter", f"label={LABEL}={owner()}")


ROOT = """\
# harden: ignore[dockerfile-non-root-user] it binds to raw sockets
FROM debian:bookworm-slim
CMD ["sleep", "60"]
"""
EXCEPTION = """\
version: 1
exceptions:
  - {rule: dockerfile-no-setuid, file: Dockerfile, reason: su, scope: this, alternatives: none, owner: we,
     monitoring: logs, adr: "https://example.org/1", created: 2026-01-15, expires: 2026-07-15}
"""


def test_what_people_accept_of_a_dockerfile_is_no_fault_of_its_image(
    docker: Docker, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 2, 1))
    (tmp_path / ".harden").mkdir()
    (tmp_path / "compose.yaml").write_text("services: {root: {build: .}}\n")
    (tmp_path / "Dockerfile").write_text(ROOT.replace("# harden", "# nobody"))
    assert criteria(tmp_path) == {"runtime": "not met", "setuid": "not met"}
    (tmp_path / "Dockerfile").write_text(ROOT)
    assert criteria(tmp_path) == {"runtime": "met", "setuid": "not met"}
    (tmp_path / ".harden/exceptions.yaml").write_text(EXCEPTION)
    assert criteria(tmp_path) == {"runtime": "met", "setuid": "met"}
    monkeypatch.setattr(clock, "today", lambda: date(2026, 8, 1))
    assert criteria(tmp_path) == {"runtime": "met", "setuid": "not met"}


def criteria(folder: Path) -> dict[str, str]:
    """Return what an audit says of images."""
    CliRunner().invoke(harden, ["audit", "--settle", "1s"], catch_exceptions=False)
    newest = max((folder / FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    record = json.loads(newest.read_bytes())
    return {one["id"]: one["status"] for one in record["criteria"] if one["id"] in ("runtime", "setuid")}


def test_the_configuration_says_how_many_setuid_files_are_too_many(
    docker: Docker, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text('FROM debian:bookworm-slim\nCMD ["sleep", "60"]\n')
    for most, status in ((0, "not met"), (1000, "met")):
        (tmp_path / ".harden.toml").write_text(f"[thresholds]\nsetuid = {most}\n")
        done = CliRunner().invoke(harden, ["audit", "--settle", "1s"], catch_exceptions=False)
        assert f"{status.upper()} images that are built have no more setuid files than allowed" in done.stdout
