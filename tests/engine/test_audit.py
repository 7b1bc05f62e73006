"""`harden audit` with an engine: it builds, starts, looks, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hardener.cli import harden
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


def test_the_configuration_says_how_many_setuid_files_are_too_many(
    docker: Docker, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text('FROM debian:bookworm-slim\nCMD ["sleep", "60"]\n')
    for most, status in ((0, "not met"), (1000, "met")):
        (tmp_path / ".harden.toml").write_text(f"[thresholds]\nsetuid = {most}\n")
        done = CliRunner().invoke(harden, ["audit", "--settle", "1s"], catch_exceptions=False)
        assert f"{status.upper()} images that are built have no more setuid files than allowed" in done.stdout
