"""Processes of a container, as the kernel describes them in /proc.

https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.capabilities import named

if TYPE_CHECKING:
    from hardener.runtime.client import Engine

PROC = Path("/proc")

_ID = re.compile(r"[0-9a-f]{64}")
_PARENT = re.compile(r"^PPid:\s*([0-9]+)$", re.MULTILINE)
_SETS = ("Inh", "Prm", "Eff", "Bnd", "Amb")
_SCRIPT = 'for file in /proc/[0-9]*/status; do echo "Self: $$"; cat "$file" 2>/dev/null; done'
"""Prints every process; its own are told by the shell's number."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process, with the ids that it has inside its container."""

    pid: int
    """Its number where it was read: the host's, or the container's."""
    name: str
    uid: int
    """Effective, as are `gid` and the capabilities of that name."""
    gid: int
    groups: tuple[int, ...]
    inheritable: tuple[str, ...]
    permitted: tuple[str, ...]
    effective: tuple[str, ...]
    bounding: tuple[str, ...]
    ambient: tuple[str, ...]
    no_new_privileges: bool
    seccomp: str
    """`off`, `strict` or `filter`; `unknown` where the kernel does not say."""

    @property
    def held(self) -> frozenset[str]:
        """The capabilities that it has or can take up by itself."""
        return frozenset(self.effective + self.permitted + self.inheritable + self.ambient)

    @property
    def within_reach(self) -> frozenset[str]:
        """Those that it has, or could have by starting a setuid program or one with file capabilities."""
        return self.held if self.no_new_privileges else self.held | frozenset(self.bounding)


class Span(NamedTuple):
    """Ids in a row that a user namespace shows as others."""

    first: int
    outside: int
    size: int


class UnreadableProcessesError(Exception):
    """The processes of a container cannot be read; the message says why."""


def processes_of(container: str, engine: Engine, places: Mapping[str, list[int]]) -> list[Process]:
    """Return the processes of a running container, by number.

    `places` is what `on_this_host` found; a container that is not there runs elsewhere and is asked through a shell of
    its own. Raises UnreadableProcessesError and EngineError.
    """
    local = [read for pid in places.get(container, ()) if (read := _read(pid)) is not None]
    return local or _read_inside(container, engine)


def on_this_host() -> dict[str, list[int]]:
    """Return the numbers of all processes of containers that run on this host, by the container's full id.

    A process belongs to the innermost container that its control group names, with every engine and cgroup version.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for folder in sorted(PROC.glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            ids = _ID.findall((folder / "cgroup").read_text())
        except OSError:  # it has ended, or is not ours to see
            continue
        if ids:
            found[ids[-1]].append(int(folder.name))
    return dict(found)


def started_by(first: int, pids: Iterable[int]) -> list[int]:
    """Return, of some processes of this host, the first one of a container and those that descend from it.

    What the engine executes beside it, such as a health check, is none of them: its parent is outside.
    """
    parents = {pid: _parent(pid) for pid in pids}
    found = {first}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return [pid for pid in parents if pid in found]


def parse(status: str, uids: Iterable[Span] = (), gids: Iterable[Span] = ()) -> Process | None:
    """Return the process that a /proc/PID/status describes; None for one that has ended.

    `uids` and `gids` are its user namespace's: the ids in `status` are the reader's, and become the container's.
    """
    fields = dict(line.partition(":")[::2] for line in status.split("\n") if ":" in line)
    if "CapEff" not in fields or fields.get("State", "").strip().startswith(("Z", "X")):
        return None
    inheritable, permitted, effective, bounding, ambient = (
        named(int(fields.get(f"Cap{kind}", "0"), 16)) for kind in _SETS
    )
    groups = tuple(gids)
    return Process(
        pid=int(fields["Pid"]),
        name=fields["Name"].strip(),
        uid=_inside(int(fields["Uid"].split()[1]), uids),
        gid=_inside(int(fields["Gid"].split()[1]), groups),
        groups=tuple(_inside(int(group), groups) for group in fields.get("Groups", "").split()),
        inheritable=inheritable,
        permitted=permitted,
        effective=effective,
        bounding=bounding,
        ambient=ambient,
        no_new_privileges=fields.get("NoNewPrivs", "").strip() == "1",
        seccomp={"0": "off", "1": "strict", "2": "filter"}.get(fields.get("Seccomp", "").strip(), "unknown"),
    )


def _read(pid: int) -> Process | None:
    try:
        home = PROC / str(pid)
        return parse((home / "status").read_text(errors="replace"), _spans(home / "uid_map"), _spans(home / "gid_map"))
    except OSError:  # it has ended
        return None


def _parent(pid: int) -> int | None:
    try:
        found = _PARENT.search((PROC / str(pid) / "status").read_text(errors="replace"))
    except OSError:  # it has ended
        return None
    return int(found[1]) if found else None


def _spans(file: Path) -> list[Span]:
    """https://man7.org/linux/man-pages/man7/user_namespaces.7.html, "User and group ID mappings"."""
    return [Span(*map(int, line.split())) for line in file.read_text().split("\n") if line]


def _inside(number: int, spans: Iterable[Span]) -> int:
    """Return an id of the reader's as the process's user namespace shows it."""
    span = next((span for span in spans if span.outside <= number < span.outside + span.size), None)
    return number if span is None else number - span.outside + span.first


def _read_inside(container: str, engine: Engine) -> list[Process]:
    code, printed = engine.execute(container, ["sh", "-c", _SCRIPT])
    found = list(_those_of_others(printed.decode(errors="replace")))
    if not found:
        said = printed.decode(errors="replace").strip().split("\n")[-1]
        raise UnreadableProcessesError(
            f"its processes are not on this host, and no shell in it shows them ({said or f'exit code {code}'})"
        )
    return found


def _those_of_others(printed: str) -> Iterator[Process]:
    """Yield the processes in the script's output besides the script's own."""
    for part in printed.split("Self: ")[1:]:
        own, _, status = part.partition("\n")
        process = parse(status)
        parent = next((line.split()[1] for line in status.split("\n") if line.startswith("PPid:")), "")
        if process is not None and own not in (str(process.pid), parent):
            yield process
