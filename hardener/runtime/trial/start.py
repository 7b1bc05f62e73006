"""One start of a project in a place of its own: bring it up, wait until it is ready, look at it, remove it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardener.runtime.client import Engine, EngineError, MissingError, Record
from hardener.runtime.processes import Process, UnreadableProcessesError, on_this_host, processes_of
from hardener.runtime.trial.checks import Check, accepts, addresses, answers, asked
from hardener.runtime.trial.composetool import ComposeError, ComposeTool, Model, write_model
from hardener.runtime.trial.copies import Copies
from hardener.runtime.trial.isolation import Isolation, NotTriedError, isolated
from hardener.runtime.trial.observation import Observation, listening, written
from hardener.runtime.trial.subject import services_of

_PAUSE = 0.25
_LOG_LINES = 40

Seen = Mapping[str, Observation]
"""By service."""


class OutOfTimeError(EngineError):
    """The trial as a whole took longer than it may, or started more often."""


@dataclass(slots=True)
class Starter:
    """Starts projects one after the other, each under a name of its own, and counts."""

    engine: Engine
    tool: ComposeTool
    how: Isolation
    work: Path
    """A folder of the trial's own."""
    settle: float
    """Seconds that a service without a health check must stay quiet until it counts as ready."""
    end: float
    """Until when it may take, by `time.monotonic`."""
    max_runs: int
    checks: Sequence[Check] = ()
    workload: Path | None = None
    tell: Callable[[str], None] = lambda _text: None
    keep: bool = False
    """Whether what was started stays."""
    runs: int = field(default=0, init=False)

    def run(
        self, model: Model, services: Sequence[str], expected: Seen | None = None, *, restart: bool = False
    ) -> list[Seen]:
        """Start services with what they need and return what they do; once more after a restart where asked.

        `expected` is what they did before: then it is not waited longer than that took, with some patience.
        Raises EngineError and NotTriedError.
        """
        with self._up(model, services, patient=expected is None) as (project, file):
            seen = [self._watch(project, model, services, expected)]
            if restart:
                self.tool.restart(project, file, self._left())
                seen.append(self._watch(project, model, services, expected))
            return seen

    def check(self, model: Model, service: str) -> None:
        """Raise NotTriedError where a service cannot be started in a place of its own, or an image is not there."""
        found = isolated(model, [service], self.how, lambda mount: mount)
        for name, part in services_of(found).items():
            if not part.get("build"):
                try:
                    self.engine.image(part["image"])
                except MissingError as error:
                    raise NotTriedError(f"{name}: {error}") from None

    @contextmanager
    def _up(self, model: Model, services: Sequence[str], *, patient: bool) -> Iterator[tuple[str, Path]]:
        if self.runs >= self.max_runs:
            raise OutOfTimeError(f"not found within {self.max_runs} starts")
        self.runs += 1
        project = f"{self.how.image}-{self.runs}"
        file = self.work / f"{project}.json"
        key, _, value = self.how.label.partition("=")
        copies = Copies(self.engine, model, project, (key, value), self.work / project)
        write_model(isolated(model, services, self.how, copies.mount), file)
        try:
            try:
                self.tool.up(project, file, (), self._left())
            except (
                ComposeError
            ):  # hardened, a service that others wait for may never become healthy: that is the answer
                if patient or not self.engine.project(project):
                    raise
            yield project, file
        finally:
            if not self.keep:
                self.tool.down(project, file, 120)

    def _watch(self, project: str, model: Model, services: Sequence[str], expected: Seen | None) -> Seen:
        """Wait until every service is ready or has given up, then ask and look."""
        started = time.monotonic()
        ready: dict[str, float] = {}
        while len(ready) < len(services) and time.monotonic() - started < self._patience(expected):
            found = self.engine.project(project)
            for name in services:
                if name not in ready and self._is_ready(found.get(name), (expected or {}).get(name), started):
                    ready[name] = time.monotonic() - started
            time.sleep(_PAUSE)
        found = self.engine.project(project)
        worked = self._work(found)
        return {
            name: self._observe(name, found[name], model, ready.get(name, time.monotonic() - started), worked)
            for name in services
            if name in found
        }

    def _is_ready(self, container: Record | None, expected: Observation | None, started: float) -> bool:
        """Return whether there is nothing more to wait for, good or bad."""
        if container is None:
            return False
        state = container["State"]
        if not state["Running"] or state.get("Restarting"):
            return True
        health = (state.get("Health") or {}).get("Status", "")
        if health in ("healthy", "unhealthy"):
            return True
        quiet = time.monotonic() - started >= self.settle
        if health or not quiet:
            return False
        return expected is None or set(expected.listening) <= set(listening(self._processes(container)))

    def _observe(self, name: str, container: Record, model: Model, seconds: float, worked: bool | None) -> Observation:
        container = self.engine.container(container["Id"])
        state = container["State"]
        processes = self._processes(container) if state["Running"] else ()
        ports = listening(processes)
        probes = [(f"port {port}", accepts(container, port)) for port in ports]
        probes += self._asked(name, container, services_of(model))
        probes += [("workload", worked)] if worked is not None else []
        return Observation(
            image_id=container["Image"],
            user=container["Config"].get("User") or "",
            running=state["Running"],
            exit_code=None if state["Running"] else state["ExitCode"],
            health=(state.get("Health") or {}).get("Status", ""),
            listening=ports,
            processes=processes,
            written=written(self.engine, container["Id"], _mounted(container)),
            probes=tuple(probes),
            log=self.engine.logs(container["Id"], _LOG_LINES),
            seconds=seconds,
        )

    def _processes(self, container: Record) -> tuple[Process, ...]:
        try:
            return tuple(processes_of(container["Id"], self.engine, on_this_host()))
        except (UnreadableProcessesError, EngineError):
            return ()

    def _asked(self, name: str, container: Record, services: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
        for check in self.checks:
            place = asked(check, services)
            if place is not None and place[0] == name:
                yield check.text, answers(self.engine, container, check, place[1])
            elif check.url is None and check.service in ("", name):
                yield check.text, answers(self.engine, container, check, None)

    def _work(self, found: Mapping[str, Record]) -> bool | None:
        """Run the user's script with the services' addresses in its environment; None where there is none."""
        if self.workload is None:
            return None
        places = {_variable(name): next(iter(addresses(container)), "") for name, container in found.items()}
        try:
            done = subprocess.run(
                [str(self.workload)],
                env={**os.environ, **places},
                check=False,
                timeout=self._left(),
                capture_output=True,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{self.workload} cannot be run: {error}") from None
        return done.returncode == 0

    def _patience(self, expected: Seen | None) -> float:
        if expected is None:
            return self._left()
        longest = max((seen.seconds for seen in expected.values()), default=0)
        return min(2 * longest + self.settle + 5, self._left())

    def _left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise OutOfTimeError("not found in the time that it may take: allow more with --timeout")
        return left


def _mounted(container: Record) -> list[str]:
    return [mount["Destination"] for mount in container["Mounts"]] + list(container["HostConfig"].get("Tmpfs") or ())


def _variable(service: str) -> str:
    """Return the variable that a workload finds a service's address in: `MY_DB_ADDRESS` for `my-db`."""
    return "".join(char if char.isalnum() else "_" for char in service.upper()) + "_ADDRESS"
