"""Wait until the services of one start are ready or have given up, then ask them and look."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardener.runtime.client import Engine, EngineError, Record
from hardener.runtime.processes import Process, UnreadableProcessesError, on_this_host, processes_of, started_by
from hardener.runtime.trial.checks import Check, accepts, addresses, answers, published, target_of
from hardener.runtime.trial.observation import PORT, Observation, listening, written
from hardener.runtime.trial.programs import completed

GRACE = 20
"""Seconds beyond the quiet ones that a service has to open a port that it declares, and to answer what is asked."""
_PAUSE = 0.25
_LOG_LINES = 40

Seen = Mapping[str, Observation]
"""By service."""
Places = Mapping[str, Sequence[int]]
"""What `on_this_host` found."""


class OutOfTimeError(EngineError):
    """The trial as a whole took longer than it may, or started more often."""


@dataclass(slots=True)
class Watch:
    """The services of one started project."""

    engine: Engine
    project: str
    services: Mapping[str, Mapping[str, Any]]
    """As the user has them: they say which ports they publish."""
    checks: Sequence[Check]
    workload: Path | None
    settle: float
    """Seconds that a service without a health check must stay as it is until it counts as ready."""
    left: Callable[[], float]
    """Returns the seconds that the trial still has; raises OutOfTimeError."""
    refusal: str
    """Why not all was started; empty where it was."""
    quiet: dict[str, tuple[object, float]] = field(default_factory=dict, init=False)
    """By service: how it was last seen, and since when it is like that."""

    def until_ready(self, names: Sequence[str], expected: Seen | None) -> Seen:
        """Return what services do once all are ready or have given up.

        `expected` is what they did before: then it is not waited longer than that took, with some patience.
        Raises EngineError.
        """
        self.quiet.clear()
        ready = self._wait(names, expected or {}, time.monotonic())
        found = self.engine.project(self.project)
        worked = self._work(found)
        return {name: self._observe(name, found.get(name), ready[name], worked) for name in names}

    def _wait(self, names: Sequence[str], expected: Seen, started: float) -> dict[str, float]:
        """Return after how many seconds each service was ready, or no longer waited for."""
        ready: dict[str, float] = {}
        while True:
            found, places = self.engine.project(self.project), on_this_host()
            waited = time.monotonic() - started
            for name in names:
                if name not in ready and self._is_ready(name, found.get(name), expected.get(name), places, waited):
                    ready[name] = waited
            late = [name for name in names if name not in ready]
            if not late or (expected and waited >= self._patience(expected)):
                return ready | dict.fromkeys(late, waited)
            try:
                self.left()
            except OutOfTimeError as error:
                raise OutOfTimeError(f"{', '.join(late)}: not ready: {error}") from None
            time.sleep(_PAUSE)

    def _patience(self, expected: Seen) -> float:
        return 2 * max(seen.seconds for seen in expected.values()) + self.settle + 5

    def _is_ready(
        self, name: str, container: Record | None, expected: Observation | None, places: Places, waited: float
    ) -> bool:
        """Return whether there is nothing more to wait for, good or bad."""
        if container is None or container["State"]["Status"] == "created":
            return bool(self.refusal)
        state = container["State"]
        if state.get("Restarting"):
            return False
        health = _health(container)
        if not state["Running"] or health == "unhealthy":
            return True
        ports = self._ports(container, places)
        quiet = self._quiet(name, (state["StartedAt"], ports), waited)
        if health == "starting" or (not health and quiet < self.settle):
            return False
        if expected is not None:
            wanted = {probe for probe, fine in expected.probes if fine}
            return set(expected.listening) <= set(ports) and wanted <= self._answered(name, container, ports)
        return waited >= self.settle + GRACE or self._is_complete(name, container, ports)

    def _quiet(self, name: str, state: object, waited: float) -> float:
        """Return for how many seconds a service has been as it is."""
        before, since = self.quiet.get(name, (None, waited))
        if before != state:
            since = waited
        self.quiet[name] = state, since
        return waited - since

    def _is_complete(self, name: str, container: Record, ports: Sequence[int]) -> bool:
        """Return whether one of the ports that a service declares is open, and all checks are answered."""
        declared = {
            int(port.partition("/")[0]) for port in container["Config"].get("ExposedPorts") or () if "tcp" in port
        }
        declared |= {target for _, target in map(published, self.services[name].get("ports") or ())}
        return (not declared or bool(declared & set(ports))) and all(fine for _, fine in self._asked(name, container))

    def _observe(self, name: str, container: Record | None, seconds: float, worked: bool | None) -> Observation:
        if container is None or container["State"]["Status"] == "created":
            return self._unstarted(container, seconds)
        state, places = container["State"], on_this_host()
        ports = self._ports(container, places) if state["Running"] else ()
        probes = list(self._probes(name, container, ports)) if state["Running"] else []
        probes += [("workload", worked)] if worked is not None else []
        return Observation(
            image_id=container["Image"],
            user=container["Config"].get("User") or "",
            running=state["Running"],
            exit_code=None if state["Running"] else state["ExitCode"],
            health=_health(container) if state["Running"] else "",
            listening=ports,
            processes=self._processes(container, places) if state["Running"] else (),
            written=written(self.engine, container["Id"], _mounted(container)),
            probes=tuple(probes),
            log=self.engine.logs(container["Id"], _LOG_LINES),
            seconds=seconds,
        )

    def _unstarted(self, container: Record | None, seconds: float) -> Observation:
        said = (container["State"].get("Error") if container else "") or self.refusal
        image = container["Image"] if container else ""
        return Observation(image, "", False, None, "", (), (), (), (), said, seconds)

    def _ports(self, container: Record, places: Places) -> tuple[int, ...]:
        return listening(self.engine, container["Id"], places.get(container["Id"], ()))

    def _processes(self, container: Record, places: Places) -> tuple[Process, ...]:
        pids = places.get(container["Id"], ())
        if not container["HostConfig"].get("PidMode"):  # else what loses its parent goes to a process of another one
            pids = started_by(container["State"]["Pid"], pids)
        try:
            return tuple(processes_of(container["Id"], self.engine, {container["Id"]: list(pids)}))
        except (UnreadableProcessesError, EngineError):
            return ()

    def _answered(self, name: str, container: Record, ports: Sequence[int]) -> set[str]:
        return {probe for probe, fine in self._probes(name, container, ports) if fine} | {"workload"}

    def _probes(self, name: str, container: Record, ports: Sequence[int]) -> Iterator[tuple[str, bool]]:
        yield from ((f"{PORT}{port}", accepts(container, port)) for port in ports)
        yield from self._asked(name, container)

    def _asked(self, name: str, container: Record) -> Iterator[tuple[str, bool]]:
        for check in self.checks:
            place = target_of(check, self.services)
            if place is not None and place[0] == name:
                yield check.text, answers(self.engine, container, check, place[1])
            elif check.url is None and check.service == name:
                yield check.text, answers(self.engine, container, check, None)

    def _work(self, found: Mapping[str, Record]) -> bool | None:
        """Run the user's script with the services' addresses in its environment; None where there is none."""
        if self.workload is None:
            return None
        places = {_variable(name): next(iter(addresses(container)), "") for name, container in found.items()}
        environment = {**os.environ, **places}
        try:
            done = completed([str(self.workload)], environment, self.left())
        except subprocess.TimeoutExpired:
            late = f"{self.workload} did not end in the time that the trial may take"
            raise EngineError(f"{late}: allow more with --timeout") from None
        except OSError as error:
            raise EngineError(f"{self.workload} cannot be run: {error.strerror}") from None
        return done.returncode == 0


def _health(container: Record) -> str:
    health = (container["State"].get("Health") or {}).get("Status", "")
    return "" if health == "none" else str(health)


def _mounted(container: Record) -> list[str]:
    return [mount["Destination"] for mount in container["Mounts"]] + list(container["HostConfig"].get("Tmpfs") or ())


def _variable(service: str) -> str:
    """Return the variable that a workload finds a service's address in: `MY_DB_ADDRESS` for `my-db`."""
    return "".join(char if char.isalnum() else "_" for char in service.upper()) + "_ADDRESS"
