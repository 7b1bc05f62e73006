"""A program in a container: built, started, asked over HTTP, restarted and removed."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.engine.docker import Docker, EngineError

PATIENCE = 30.0
"""Seconds that a program may take until it answers."""

CONFINED = ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
"""What harden gives to every service that starts as another user than root."""


class NotReadyError(Exception):
    """The program ended or never answered; the message is what it wrote."""


@dataclass(frozen=True)
class Program:
    """How an image is built and started, and where it answers."""

    dockerfile: str = "Dockerfile"
    arguments: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    """Of `docker run`."""
    command: tuple[str, ...] = ()
    port: int = 8080
    ready: str = "/health"
    """Answers 200 as soon as the program has started."""
    probes: tuple[str | tuple[str, bytes], ...] = ("/",)
    """Paths that are read, or posted to when a body stands beside them."""
    buildkit: bool = True
    tools: tuple[str, ...] = ()
    """What stands in front of `touch`, `rm` and `mv` in an image that has no programs of these names."""


@dataclass(frozen=True)
class Observed:
    """What is seen of a program from outside."""

    image: str
    """Its id."""
    ids: str
    """uid:gid of the container's first process."""
    answers: tuple[str, ...]
    """To the probes, after the first start and again after a restart."""


def observe(
    docker: Docker,
    folder: Path,
    program: Program,
    options: Sequence[str] = (),
    *,
    writable: Sequence[str] = (),
    code: Sequence[str] = (),
) -> Observed:
    """Build and start the program that lies in a folder, and return what it does.

    Whoever runs in the container must be able to make a file in each of the `writable` folders, and unable to change,
    remove or move the files of its `code`; also after a restart.
    """
    image = docker.build(folder, program.dockerfile, arguments=program.arguments, buildkit=program.buildkit)
    with running(docker, image, program, options) as container:
        ids = container.ids()
        first = container.answers()
        container.write(writable)
        container.fail_to_change(code)
        container.restart()
        assert container.ids() == ids, "another user after a restart"
        container.write(writable)
        container.fail_to_change(code)
        return Observed(image, ids, (*first, *container.answers()))


@contextmanager
def running(docker: Docker, image: str, program: Program, options: Sequence[str] = ()) -> Iterator[Container]:
    """Start a program, wait until it answers, and remove its container in the end."""
    health = ["--health-interval=1s"] if docker.inspect(image)["Config"].get("Healthcheck") else []
    name = docker.start(image, [*health, *program.options, *options], program.command)
    try:
        container = Container(docker, name, program)
        container.wait()
        yield container
    finally:
        docker("rm", "-fv", name)


class Container:
    """A container that was started."""

    def __init__(self, docker: Docker, name: str, program: Program) -> None:
        self._docker = docker
        self._name = name
        self._program = program

    def wait(self) -> None:
        """Wait until the program answers and, where the image has a health check, until that is content."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = self._docker.inspect(self._name)["State"]
            if not state["Running"]:
                break
            if state.get("Health", {}).get("Status", "healthy") == "healthy" and self._is_ready():
                return
            time.sleep(0.1)
        raise NotReadyError(f"{self._docker.inspect(self._name)['State']}\n{self.logs()}")

    def restart(self) -> None:
        """Stop the program at once, start it again in the same container, and wait for it."""
        self._docker("restart", "-t", "0", self._name)
        self.wait()

    def logs(self) -> str:
        """Return what the program wrote to its standard output and error."""
        return self._docker("logs", "--tail", "30", self._name, merge=True)

    def ids(self) -> str:
        """Return uid:gid of the container's first process, as the kernel has them."""
        pid = self._docker.inspect(self._name)["State"]["Pid"]
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().split("\n") if line)
        uids, gids = status["Uid"].split(), status["Gid"].split()
        assert len(set(uids)) == len(set(gids)) == 1, f"real and effective ids differ: {uids}, {gids}"
        return f"{uids[0]}:{gids[0]}"

    def answers(self) -> tuple[str, ...]:
        """Return the status and the body that each probe answers with."""
        return tuple(self.ask(*((probe,) if isinstance(probe, str) else probe)) for probe in self._program.probes)

    def write(self, folders: Sequence[str]) -> None:
        """Make a file in each folder, as the user that the container runs as; raises EngineError where that fails."""
        if folders:
            self._do("touch", *(f"{folder}/written-by-the-test" for folder in folders))

    def fail_to_change(self, files: Sequence[str]) -> None:
        """Try to touch, remove and move each file, as the user that the container runs as: all must be denied."""
        for file in files:
            for attempt in (("touch", file), ("rm", file), ("mv", file, f"{file}.moved")):
                with pytest.raises(EngineError, match="Permission denied"):
                    self._do(*attempt)

    def ask(self, path: str, body: bytes | None = None) -> str:
        """Return the status and the body that a path answers with; posts to it when there is something to post."""
        networks = self._docker.inspect(self._name)["NetworkSettings"]["Networks"]
        [address] = {network["IPAddress"] for network in networks.values()}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://{address}:{self._program.port}{path}", body, timeout=5) as answer:
                return f"{answer.status} {answer.read().decode()}"
        except urllib.error.HTTPError as error:
            with error:
                return f"{error.code} {error.read().decode()}"

    def _do(self, *command: str) -> None:
        self._docker("exec", self._name, *self._program.tools, *command)

    def _is_ready(self) -> bool:
        try:
            return self.ask(self._program.ready).startswith("200 ")
        except OSError:
            return False
