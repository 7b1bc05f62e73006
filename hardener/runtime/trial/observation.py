"""What a service does once it is started: what it listens on, what it writes, who it is, and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from hardener.runtime.client import Engine, EngineError
from hardener.runtime.processes import PROC, Process
from hardener.runtime.trial.refusal import last_line, worded

PORT = "port "
"""How the probe of a port begins that the service itself was seen to open."""
_INIT = ("/sbin/docker-init", "/usr/sbin/docker-init")
"""What Docker puts there where `init: true` asks for it; /sbin is a link in many images."""
_DELETED = 2
_TABLES = ("tcp", "tcp6")
_LISTENS = "0A"
"""TCP_LISTEN: include/net/tcp_states.h."""
_LOOPBACK = ("00000000000000000000000001000000", "7F")
"""::1 and 127.0.0.0/8, mapped into IPv6 too: the last byte of an address's first word stands last."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One service, once it had started or given up."""

    image_id: str
    user: str
    """As whom it was told to start, by its manifest or its image; empty is root."""
    running: bool
    exit_code: int | None
    """None while it runs, and where it was never started."""
    health: str
    """`healthy`, `unhealthy`, `starting`; empty without a health check."""
    listening: tuple[int, ...]
    """TCP ports that others can reach."""
    processes: tuple[Process, ...]
    written: tuple[str, ...]
    """Paths that it made or changed outside of what is mounted."""
    probes: tuple[tuple[str, bool], ...]
    """What was asked of it, and whether it answered."""
    log: str
    """The end of what it printed, or why it was not started."""
    seconds: float
    """From its start until it was ready."""

    @property
    def is_well(self) -> bool:
        """Whether it runs and is not unwell, or has ended without complaint."""
        return self.health in ("", "healthy") if self.running else self.exit_code == 0

    @property
    def was_started(self) -> bool:
        """Whether it runs or has ended."""
        return self.running or self.exit_code is not None

    def lacks(self, before: Observation) -> str:
        """Return what it did before and does not do here; empty where it does all of that."""
        if not self.is_well:
            return self.complaint()
        if before.running and not self.running:
            return "it ended"
        if missing := sorted(set(before.listening) - set(self.listening)):
            return f"nothing listens on port {', '.join(map(str, missing))}"
        answered = dict(self.probes)
        failed = [name for name, fine in before.probes if fine and not answered.get(name)]
        return f"no answer: {', '.join(failed)}" if failed else ""

    def complaint(self) -> str:
        """Return what is wrong with a service as it is; empty where it is well and answers what the user asks."""
        if self.is_well:
            failed = [name for name, fine in self.probes if not fine and not name.startswith(PORT)]
            return f"no answer: {', '.join(failed)}" if failed else ""
        if self.running:
            return f"its health check says {self.health}"
        last = last_line(self.log) if self.was_started else worded(self.log)
        how = f"it ended with exit code {self.exit_code}" if self.was_started else "it was not started"
        return f"{how}: {last}" if last else how


def listening(engine: Engine, container: str, pids: Iterable[int]) -> tuple[int, ...]:
    """Return the TCP ports that a running container listens on, besides on loopback; none where nothing tells.

    `pids` are the numbers of its processes on this host; without any, the container itself is asked.
    https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
    """
    pid = next(iter(pids), None)
    tables = _asked_inside(engine, container) if pid is None else _read(PROC / str(pid) / "net")
    return tuple(sorted({port for line in tables.split("\n") if (port := _port(line)) is not None}))


def _read(folder: Path) -> str:
    try:
        return "\n".join((folder / name).read_text() for name in _TABLES)
    except OSError:  # it has ended
        return ""


def _asked_inside(engine: Engine, container: str) -> str:
    try:
        return engine.execute(container, ["cat", *(f"/proc/net/{name}" for name in _TABLES)])[1].decode(
            errors="replace"
        )
    except EngineError:
        return ""


def _port(line: str) -> int | None:
    fields = line.split()
    if len(fields) < 4 or fields[3] != _LISTENS:
        return None
    address, _, port = fields[1].partition(":")
    return None if address.endswith(_LOOPBACK) else int(port, 16)


def written(engine: Engine, container: str, mounted: Collection[str]) -> tuple[str, ...]:
    """Return the folders in which a container made or changed something, none of them inside of another.

    What is `mounted` is left out: the engine makes a place for it, which nobody wrote to.
    """
    changes = (entry["Path"] for entry in engine.changes(container) if entry["Kind"] != _DELETED)
    paths = sorted(changes, key=lambda path: path.split("/"))
    deepest = (path for path, after in pairwise([*paths, ""]) if not _is_below(after, path))
    places = [path for path in deepest if not any(_is_below(path, place) for place in (*mounted, *_INIT))]
    folders: set[str] = set()
    for path in places:
        if not any(_is_below(path, folder) for folder in folders):  # else there is nothing to ask the engine
            folders.add(path if engine.is_folder(container, path) else path.rpartition("/")[0] or "/")
    return tuple(sorted(found for found in folders if not any(_is_below(found, other) for other in folders - {found})))


def _is_below(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)
