"""Services with needs that are known, for trials."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from hardener.runtime.trial.leftovers import LABEL
from tests.engine.docker import Docker, EngineError
from tests.engine.running import run
from tests.report import schemas

NEEDY = """\
import os
import socket

# NET_BIND_SERVICE, where its Compose file makes ports below 1024 privileged
listening = socket.create_server(("", 80))
# a folder that is runtime, by the Filesystem Hierarchy Standard
open("/run/needy.pid", "w").write("1")
# DAC_OVERRIDE: only its owner may read it
open("/srv/theirs").read()
# CHOWN
os.makedirs("/var/lib/x/kept", exist_ok=True)
os.chown("/var/lib/x/kept", 65534, 65534)
# SETGID, SETUID
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
open("/var/lib/x/kept/log", "a").write("started\\n")
while True:
    listening.accept()[0].close()
"""
NEEDS = ["CHOWN", "DAC_OVERRIDE", "NET_BIND_SERVICE", "SETGID", "SETUID"]
NEEDY_IMAGE = """\
FROM debian:bookworm-slim
ADD needy.py /opt/needy/__main__.py
RUN mkdir /var/lib/x && echo theirs > /srv/theirs && chown 65534:65534 /srv/theirs && chmod 400 /srv/theirs
CMD ["python3", "-B", "/opt/needy"]
"""


SERVER_PROJECT = """\
services:
  server:
    image: python:3.12-slim
    init: true
    command: ["python3", "-m", "http.server", "-d", "/usr/share/doc", "8000"]
"""


def trial(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run a trial; return its exit code and what its JSON tells of each service."""
    result = run("trial", "--settle", "1s", "--format", "json", *arguments)
    assert result.stdout, result.stderr
    found = json.loads(result.stdout)
    schemas.published("trial").validate(found)
    return result.exit_code, {each["service"]: each for each in found["services"]}


def outcomes(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return each service's outcome, with the reason where there is one."""
    return {name: each["outcome"] + (f": {each['reason']}" if each["reason"] else "") for name, each in found.items()}


def beside(
    file: Path, *arguments: str, launcher: Sequence[str] = ("env", "--default-signal=INT,TERM,HUP")
) -> Popen[bytes]:
    """Start a trial in a process of its own, which heeds signals even where these tests were told to ignore them."""
    words: Sequence[str] = (sys.executable, "-m", "hardener", "trial", "--settle", "1s", *arguments, str(file))
    return Popen((*launcher, *words), stdout=PIPE, stderr=PIPE)


def wait_for(docker: Docker, process: Popen[bytes]) -> None:
    """Wait until a trial has started a container."""
    end = time.monotonic() + 60
    while "container" not in left(docker, process.pid):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.2)


def left(docker: Docker, pid: int) -> dict[str, list[str]]:
    """Return what there is on the engine of a process's trials, by kind."""
    found = {}
    for kind in ("container", "network", "volume", "image"):
        everything = ["-a"] if kind == "container" else []
        names = docker(kind, "ls", "-q", *everything, "--filter", f"label={LABEL}").split()
        values = {name: _label(docker, kind, name) for name in names}
        if mine := sorted(name for name, value in values.items() if f"-{pid}-" in value):
            found[kind] = mine
    return found


@pytest.fixture
def nothing_is_left(docker: Docker) -> Iterator[None]:
    """Whatever a test starts in this process is gone in the end."""
    yield
    assert left(docker, os.getpid()) == {}


def _label(docker: Docker, kind: str, name: str) -> str:
    """Return a thing's label of trials; empty where it has gone meanwhile."""
    try:
        [record] = json.loads(docker(kind, "inspect", name))
    except EngineError:
        return ""
    labels = record.get("Labels") or record.get("Config", {}).get("Labels") or {}
    return str(labels.get(LABEL, ""))
