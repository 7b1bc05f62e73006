"""The chatbot's Compose file, started before and after `harden`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.conftest import harden, write
from tests.engine.attempts import planted, succeeded
from tests.engine.compose import needed_tool
from tests.engine.docker import Docker
from tests.engine.program import Container, Program
from tests.engine.test_samples import CASES
from tests.samples.reading import copy

PROGRAM = Program(probes=("/health", ("/chat", b'{"message": "How is my cat called?"}')))
TOLD = ("/chat", b'{"message": "My cat is called Tom."}')


def test_the_chatbot_remembers_as_before(docker: Docker, isolated: Path) -> None:
    settings = copy("chatbot", isolated, unsafe_fixes=True)
    data = isolated / "data"
    data.mkdir()
    with _up(docker, isolated) as (container, _):
        assert container.ids() == "0:0"
        container.ask(*TOLD)
        container.restart()
        before = container.answers()
    assert "Tom" in before[1]
    write(isolated, harden(isolated, settings))
    # what the caveat asks for: the notes get to belong to the new user
    for path in (data, *data.iterdir()):
        os.chown(path, 10001, 10001)
    with planted(docker) as mount, _up(docker, isolated, mount) as (container, name):
        assert container.ids() == "10001:10001"
        assert container.answers() == before
        container.ask(*TOLD)
        container.restart()
        assert container.answers() == before
        own = (isolated, mount.partition(":")[0])
        assert succeeded(docker, name, CASES["chatbot"].code, own) == []
    assert len((data / "notes.jsonl").read_text().rstrip("\n").split("\n")) == 2


@contextmanager
def _up(docker: Docker, folder: Path, *mounts: str) -> Iterator[tuple[Container, str]]:
    """Start the one service of the project with more mounts, and without the port that it publishes on this machine.

    Gives the container and its id.
    """
    program = needed_tool()
    compose = folder / "compose.yaml"
    services = yaml.safe_load(compose.read_text())["services"]
    [name] = services
    label = dict([docker.label.split("=")])
    service = {**services[name], "ports": [], "labels": label, "build": {"context": ".", "labels": label}}
    service["volumes"] = [*service["volumes"], *mounts]
    service["healthcheck"] = {**service["healthcheck"], "interval": "1s"}
    (folder / "test.yaml").write_text(
        json.dumps({"services": {name: service}, "networks": {"default": {"labels": label}}})
    )
    command = [program, "-p", f"harden-{os.getpid()}", "-f", "test.yaml"]
    try:
        _run([*command, "up", "-d", "--build"], folder)
        started = _run([*command, "ps", "-q", name], folder)
        container = Container(docker, started, PROGRAM)
        container.wait()
        yield container, started
    finally:
        _run([*command, "down", "-v", "-t", "0", "--rmi", "all"], folder)
        (folder / "test.yaml").unlink()


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
