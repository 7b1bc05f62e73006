"""A Compose project on the engine: started by docker-compose, without what it would take from this machine."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml

from tests.engine.compose import needed_tool
from tests.engine.docker import Docker, EngineError
from tests.engine.processes import Process, processes
from tests.engine.program import NotReadyError

NAME = f"harden-{os.getpid()}"
"""Of the project: one at a time in a process."""

PATIENCE = 120.0
"""Seconds that a service may take until it is healthy while others start too."""

Services = dict[str, dict[str, Any]]
"""What docker-compose reads of each service, by name."""


def _each(do: Callable[[str], object], names: Iterable[str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(do, names))


class Project:
    """A folder's Compose file, read anew at every start."""

    def __init__(self, docker: Docker, file: Path, profiles: Sequence[str] = ()) -> None:
        self._docker = docker
        self._file = file
        self._test = file.with_name("started-by-the-test.yaml")
        self._profiles = [word for profile in profiles for word in ("--profile", profile)]

    @contextmanager
    def kept(self) -> Iterator[Project]:
        """Remove in the end what the project left: volumes and networks."""
        try:
            yield self
        finally:
            if self._test.exists():
                self._run(self._test, "down", "-v", "-t", "0")
                self._test.unlink()

    @contextmanager
    def up(self, adapt: Callable[[Services], None] = lambda _: None) -> Iterator[Running]:
        """Start the services, wait for them, and remove their containers in the end; named volumes stay.

        `adapt` may change what docker-compose has read before it is started. Raises NotReadyError.
        """
        read: dict[str, Any] = yaml.safe_load(self._run(self._file, *self._profiles, "config"))
        declared = {name: dict(service) for name, service in read["services"].items()}
        adapt(read["services"])
        self._test.write_text(json.dumps(self._harmless(read)))
        try:
            self._run(self._test, "up", "-d")
            running = Running(self._docker, {name: self._container(name) for name in declared}, declared)
            running.wait()
            yield running
        finally:
            _each(lambda name: self._docker("stop", "-t", "2", name), self._containers())
            _each(lambda name: self._docker("rm", "-fv", name), self._containers())

    def _container(self, service: str) -> Service:
        [name] = self._containers(f"label=com.docker.compose.service={service}")
        return Service(self._docker, name)

    def _containers(self, *filters: str) -> list[str]:
        words = [word for one in (f"label=com.docker.compose.project={NAME}", *filters) for word in ("--filter", one)]
        return self._docker("ps", "-aq", *words).split()

    def _harmless(self, read: dict[str, Any]) -> dict[str, Any]:
        """Without this machine's ports and limits, names that only one project can have, and starting over."""
        label = dict([self._docker.label.split("=")])
        for service in read["services"].values():
            for key in ("build", "container_name", "ports", "profiles", "restart", "ulimits"):
                service.pop(key, None)
            service["labels"] = label
            service["healthcheck"] = _soon(service.get("healthcheck", {}), "1s" if len(read["services"]) < 4 else "4s")
        networks = {name: {"labels": label} for name in read.get("networks", {"default": {}})}
        volumes = {name: {"labels": label} for name in read.get("volumes", {})}
        return {**read, "networks": networks, "volumes": volumes}

    def _run(self, file: Path, *arguments: str) -> str:
        command = [needed_tool(), "-p", NAME, "-f", file.name, *arguments]
        done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode != 0:
            raise NotReadyError(done.stdout + done.stderr)
        return done.stdout.strip()


def _soon(check: dict[str, Any], interval: str) -> dict[str, Any]:
    """Return a health check, else what an image's own has to say, at an interval that a test can wait for."""
    if check.get("disable") or check.get("test") == ["NONE"]:
        return {"disable": True}
    tested = {"test": check["test"]} if "test" in check else {}
    return {**tested, "interval": interval, "timeout": "20s", "retries": 20}


@dataclass(frozen=True)
class Running:
    """The containers of a project that was started."""

    docker: Docker
    services: Mapping[str, Service]
    declared: Services
    """As docker-compose reads them."""

    def wait(self) -> None:
        """Wait for every service. Raises NotReadyError."""
        for service in self.services.values():
            service.wait()

    def restart(self) -> None:
        """Stop all services, start them again in the same containers, and wait for them.

        What a service depends on starts first: it may look up an address once, and addresses change.
        """
        _each(lambda name: self.docker("stop", "-t", "2", name), [one.name for one in self.services.values()])
        order = TopologicalSorter({name: tuple(one.get("depends_on", ())) for name, one in self.declared.items()})
        order.prepare()
        while order.is_active():
            ready = order.get_ready()
            _each(lambda name: self.docker("start", name), [self.services[name].name for name in ready])
            order.done(*ready)
        self.wait()


class Service:
    """One service's container."""

    def __init__(self, docker: Docker, name: str) -> None:
        self._docker = docker
        self.name = name

    def wait(self) -> None:
        """Wait until it runs and its health check, where it has one, is content. Raises NotReadyError."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = self._docker.inspect(self.name)["State"]
            if not state["Running"]:
                break
            if state.get("Health", {}).get("Status", "healthy") == "healthy":
                return
            time.sleep(0.2)
        raise NotReadyError(f"{self._docker.inspect(self.name)['State']}\n{self.logs()}")

    def logs(self) -> str:
        """Return the last that it wrote to its standard output and error."""
        return self._docker("logs", "--tail", "30", self.name, merge=True)

    def processes(self) -> list[Process]:
        """Return what it started, its first process first; not what looks into it, such as a health check."""
        first = self._docker.inspect(self.name)["State"]["Pid"]
        rows = [line.split() for line in self._docker("top", self.name, "-eo", "pid,ppid").split("\n")[1:]]
        own = [first]
        for parent in own:
            own += [int(pid) for pid, above in rows if int(above) == parent]
        return processes(own)

    def beside(self, image: str, script: str, *arguments: str, folder: Path) -> str:
        """Run a shell script in another container on its network, with `folder` as /project; return what it prints.

        Tries again for as long as a start may take; raises EngineError with what the last try printed.
        """
        run = ("run", "--rm", "-i", "--label", self._docker.label, "--network", f"container:{self.name}")
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._docker(
                    *run,
                    "-v",
                    f"{folder}:/project",
                    "--entrypoint",
                    "sh",
                    image,
                    "-s",
                    *arguments,
                    stdin=script.encode(),
                )
            except EngineError:
                if time.monotonic() > end or not self._docker.inspect(self.name)["State"]["Running"]:
                    raise
                time.sleep(0.5)

    def write_to_root(self) -> str:
        """Make a file in / as root; returns what is said against it, empty where it is made."""
        try:
            self._docker("exec", "-u", "0", self.name, "touch", "/written-by-the-test")
        except EngineError as error:
            return str(error).partition("\n")[2].strip()
        return ""
