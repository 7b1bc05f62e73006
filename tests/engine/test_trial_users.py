"""As whom `harden trial` tries services that do not work as the fixers' first choice, or for whom they have none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.docker import Docker
from tests.engine.running import run, write_tree
from tests.engine.trials import nothing_is_left, outcomes, trial

__all__ = ["nothing_is_left"]
pytestmark = pytest.mark.usefixtures("nothing_is_left")

OWNER = "2000:2000"
PROJECT = """\
name: {name}
services:
  keeper:
    {source}
    init: true
    volumes:
      - data:/data
volumes:
  data:
"""
IMAGE = """\
FROM python:3.12-slim
ADD keeper.py /opt/keeper/__main__.py
CMD ["python3", "-B", "/opt/keeper"]
"""
KEEPER = """\
import time

open("/data/log", "a").write("started\\n")
time.sleep(600)
"""


POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: keeper
spec:
  containers:
  - name: keeper
    image: {}
"""


@pytest.fixture
def data(docker: Docker) -> Iterator[str]:
    """Return a project whose volume `data` belongs to OWNER, who alone may use it."""
    name = f"harden-owned-{os.getpid()}"
    volume = f"{name}_data"
    docker("volume", "create", volume)
    folder = docker("volume", "inspect", "-f", "{{.Mountpoint}}", volume)
    subprocess.run(["sh", "-c", f"echo mine > {folder}/log"], check=True)
    subprocess.run(["chown", "-R", OWNER, folder], check=True)
    Path(folder).chmod(0o700)
    yield name
    docker("volume", "rm", "-f", volume)


def test_the_owner_of_the_data_is_found_where_another_user_fails(docker: Docker, isolated: Path, data: str) -> None:
    """And the one that failed is not proposed again."""
    project = PROJECT.format(name=data, source="build: .")
    write_tree(isolated, {"compose.yaml": project, "Dockerfile": IMAGE, "keeper.py": KEEPER})
    code, found = trial("--write-profile", str(isolated / "compose.yaml"))
    assert (code, outcomes(found)["keeper"].partition(":")[0]) == (0, "proven with less"), found
    assert (found["keeper"]["taken_back"]["controls"], found["keeper"]["taken_back"]["user"]) == (["user"], OWNER)
    assert list(found["keeper"]["failed_users"]) == ["10001:10001"]
    assert found["keeper"]["after"]["processes"][0]["effective"] == []
    shown = run("--diff", "--unsafe-fixes", "-v", str(isolated)).output
    assert f'+    user: "{OWNER}"' in shown
    assert "10001" not in "".join(line for line in shown.split("\n") if line.startswith("+"))
    assert "saw it fail as 10001:10001: " in shown


def test_a_user_that_the_fixers_hold_is_found(docker: Docker, isolated: Path, data: str) -> None:
    """Of an image of which nothing is known: it is somebody's, and what it needs becomes safe."""
    write_tree(isolated / "image", {"Dockerfile": IMAGE, "keeper.py": KEEPER})
    image = docker.build(isolated / "image", "Dockerfile")
    write_tree(isolated, {"compose.yaml": PROJECT.format(name=data, source=f"image: {image}")})
    assert "+    user:" not in run("--diff", "--unsafe-fixes", str(isolated / "compose.yaml")).output
    code, found = trial("--write-profile", str(isolated / "compose.yaml"))
    assert (code, outcomes(found)["keeper"]) == (0, "proven"), found
    assert {(held["rule"], held["tried"]) for held in found["keeper"]["held"]} >= {("compose-user", True)}
    assert {process["uid"] for process in found["keeper"]["after"]["processes"]} == {2000}
    diff = run("--diff", str(isolated / "compose.yaml")).stdout
    assert f'+    user: "{OWNER}"' in diff
    assert "+    read_only: true" in diff


def test_facts_of_an_image_and_of_a_dockerfile_are_written_for_what_runs_them(
    docker: Docker, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service and a pod of the project: what they need is known, and where it is not it stays unknown."""
    monkeypatch.chdir(isolated)
    image = "harden/keeper:1"
    write_tree(isolated / "image", {"Dockerfile": IMAGE.replace("ADD", "VOLUME /data\nADD"), "keeper.py": KEEPER})
    docker("tag", docker.build(isolated / "image", "Dockerfile"), image)
    try:
        assert run("trial", "--settle", "1s", "--write-profile", "--image", image).exit_code == 0
        assert run("trial", "--settle", "1s", "--write-profile", str(isolated / "image/Dockerfile")).exit_code == 0
    finally:
        docker("rmi", image)
    assert {path.name for path in (isolated / ".harden/images").iterdir()} == {
        "harden-keeper-1.yaml",
        "image-dockerfile.yaml",
    }
    write_tree(isolated, {"compose.yaml": f"services:\n  keeper:\n    image: {image}\n", "pod.yaml": POD.format(image)})
    diff = run("--diff", str(isolated)).stdout
    assert "+    read_only: true" in diff
    assert "+      readOnlyRootFilesystem: true" in diff
    assert "is not counted" not in run("-v", str(isolated)).output
