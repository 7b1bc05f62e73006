"""The image of harden itself: it holds what harden asks of others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.ci.runner import ROOT
from tests.engine.docker import Docker, EngineError
from tests.engine.running import run

FILE = ".ci/Dockerfile"
BASE = "python:3.12-slim"
CONFINED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=none")


@pytest.fixture(scope="module")
def image(docker: Docker) -> str:
    """Return the image, built on what stands in for its base."""
    return docker.build(ROOT, FILE, arguments={"BASE": BASE})


def test_its_dockerfile_has_nothing_open(tmp_path: Path) -> None:
    shutil.copy(ROOT / FILE, tmp_path / "Dockerfile")
    done = run("--check", "--strict", "--level", "restricted", str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "ignore[" not in (ROOT / FILE).read_text()


def test_what_runs_of_it_has_no_privilege_and_no_way_to_one(docker: Docker, image: str) -> None:
    words = ("--image", image, "--strict", "--settle", "1", "--format", "json", "--", "sleep", "60")
    done = run("verify", *words)
    assert done.exit_code == 0, done.output
    [container] = json.loads(done.stdout)["containers"]
    [process] = container["processes"]
    assert (process["uid"], process["gid"], process["effective"]) == (10001, 10001, [])
    assert container["files"]["setuid"] == []
    failed = {check["rule"] for check in container["checks"] if check["status"] == "failed"}
    assert failed == ({"dockerfile-no-sudo"} if base_has_sudo(docker) else set())


def base_has_sudo(docker: Docker) -> bool:
    """Return whether the base brings sudo: what stands in for it does, the original does not."""
    found = docker("run", "--rm", "--label", docker.label, BASE, "sh", "-c", "command -v sudo || true")
    return found != ""


def test_it_works_without_any_right(docker: Docker, image: str) -> None:
    options = ("run", "--rm", "--label", docker.label, *CONFINED, "-v", f"{ROOT / 'samples/chatbot'}:/src:ro", image)
    assert docker(*options, "harden", "--version").startswith("harden, version ")
    assert "+++ b/compose.yaml" in docker(*options, "harden", "--diff", ".")
    with pytest.raises(EngineError, match="would be fixed"):
        docker(*options, "harden", "--check", ".")
