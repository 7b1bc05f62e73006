"""Whether what runs is as hard as its manifest should make it: what was seen of each container, control by control.

A check carries the id of the rule that fixes what it finds. What cannot be read is unknown, which is never passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hardener.model.capabilities import shown
from hardener.model.compose.dependence import SOCKETS
from hardener.model.exceptions import Accepted
from hardener.model.hostpaths import is_sensitive
from hardener.model.settings import Thresholds
from hardener.runtime.container import Container, Mounted
from hardener.runtime.imagefiles import Files
from hardener.runtime.processes import Process

USER = "compose-user"
CAPABILITIES = "compose-drop-capabilities"
STRICT = (USER, CAPABILITIES)
"""What `--strict` fails on."""

_IN_KUBERNETES = {
    USER: "kubernetes-run-as-non-root",
    CAPABILITIES: "kubernetes-drop-capabilities",
    "compose-no-new-privileges": "kubernetes-no-privilege-escalation",
    "compose-no-unconfined": "kubernetes-seccomp",
    "compose-read-only": "kubernetes-read-only-root",
    "compose-no-privileged": "kubernetes-no-privileged",
    "compose-no-host-namespaces": "kubernetes-no-host-namespaces",
    "compose-engine-socket": "kubernetes-no-host-path",
    "compose-sensitive-mount": "kubernetes-no-host-path",
}
_SHOWN = 5


class Status(StrEnum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    JUSTIFIED = "justified"
    """It would have failed, and a justified exception accepts that."""


@dataclass(frozen=True, slots=True)
class Check:
    """One control of one container."""

    rule: str
    """The rule that puts it in force in the manifest which made the container, or in its Dockerfile."""
    status: Status
    message: str
    strict: bool = False
    """Whether `--strict` fails where this does."""


class Place(NamedTuple):
    """Where something is said."""

    file: Path
    """Absolute."""
    line: int
    """Counted from 1."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a container."""

    container: Container
    processes: tuple[Process, ...]
    files: Files | None
    unread: str = ""
    """Why its processes are not known; empty where they are."""
    unread_files: str = ""
    alone: bool = False
    """An image that was started to look at it: nothing limits it, so that only what it holds counts."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    """How many files of a sort are accepted in it."""
    place: Place | None = None
    """Where its manifest has it; None where nothing leads to a manifest on this host."""
    exceptions: tuple[Accepted, ...] = ()
    """The justified exceptions that are about it, those too that have expired."""

    @property
    def granted(self) -> frozenset[str]:
        """The capabilities that exceptions in force let it have."""
        return frozenset(one.capability for one in self.exceptions if one.capability and not one.expired)

    @property
    def lapsed(self) -> dict[str, Accepted]:
        """Those that exceptions let it have until a day that is past."""
        past = (one for one in self.exceptions if one.expired and one.capability not in self.granted)
        return {one.capability: one for one in past if one.capability}


def name_of(seen: Seen) -> str:
    """Return what a container is called, with the service that it runs; of an image that was started its name."""
    if seen.alone:
        return seen.container.image
    service = seen.container.service
    return f"{seen.container.name} (service {service})" if service else seen.container.name


def checks(seen: Seen) -> list[Check]:
    """Return every control of a container, in a fixed order."""
    found = [*_of_processes(seen), *_of_container(seen), *_of_files(seen)]
    if seen.container.in_kubernetes:
        found = [replace(check, rule=_IN_KUBERNETES.get(check.rule, check.rule)) for check in found]
    return [_justified(check, seen.exceptions) for check in found]


def _justified(check: Check, exceptions: Iterable[Accepted]) -> Check:
    """Return a check with what an exception about its rule says of it."""
    about = [one for one in exceptions if one.rule == check.rule] if check.status is Status.FAILED else []
    if not about:
        return check
    last = max(about, key=lambda one: one.until)
    if last.expired:
        return replace(check, message=f"{check.message}; {last.past}")
    return replace(check, status=Status.JUSTIFIED, message=f"{check.message}; {last.words}")


def _of_processes(seen: Seen) -> Iterator[Check]:
    user = "dockerfile-non-root-user" if seen.alone else USER
    rules = [user, CAPABILITIES, *([] if seen.alone else ["compose-no-new-privileges", "compose-no-unconfined"])]
    if not seen.processes:
        yield from (Check(rule, Status.UNKNOWN, seen.unread, strict=rule in (*STRICT, user)) for rule in rules)
        return
    yield _user(seen.processes, user)
    yield _capabilities(seen)
    if seen.alone:
        return
    gaining = [process for process in seen.processes if not process.no_new_privileges]
    yield _judged("compose-no-new-privileges", _listed(gaining, "may gain privileges"), "none may gain privileges")
    yield _seccomp(seen.processes)


def _user(processes: Iterable[Process], rule: str) -> Check:
    root = [process for process in processes if process.uid == 0]
    users = sorted({f"{process.uid}:{process.gid}" for process in processes})
    return _judged(rule, _listed(root, "runs as root"), f"runs as {', '.join(users)}", strict=True)


def _capabilities(seen: Seen) -> Check:
    lapsed = seen.lapsed
    expected = (seen.container.added - lapsed.keys()) | seen.granted
    if "ALL" in expected:
        return Check(CAPABILITIES, Status.PASSED, "its manifest adds every capability", strict=True)
    found: set[str] = set()
    held: set[str] = set()
    for process in seen.processes:
        found |= (process.held if seen.alone else process.within_reach) - expected
        held |= process.held - expected
    how = "hold" if found <= held else "can get, by a setuid program," if not held else "hold or can get"
    past = "".join(f"; {one.past} ({name})" for name, one in lapsed.items() if name in found)
    return _judged(
        CAPABILITIES,
        f"its processes {how} {shown(found)}{past}" if found else "",
        f"holds only what its manifest or an exception grants: {shown(expected)}" if expected else "holds none",
        strict=True,
    )


def _seccomp(processes: Iterable[Process]) -> Check:
    rule = "compose-no-unconfined"
    if any(process.seccomp == "unknown" for process in processes):
        return Check(rule, Status.UNKNOWN, "the kernel does not say whether system calls are filtered")
    free = [process for process in processes if process.seccomp == "off"]
    return _judged(rule, _listed(free, "runs without seccomp"), "system calls are filtered")


def _of_container(seen: Seen) -> Iterator[Check]:
    if seen.alone:
        return
    container = seen.container
    yield _judged(
        "compose-read-only", "" if container.read_only else "its root can be written", "its root is read-only"
    )
    yield _judged("compose-no-privileged", "is privileged" if container.privileged else "", "is not privileged")
    shared = ", ".join(container.host_namespaces)
    yield _judged(
        "compose-no-host-namespaces",
        f"is in the host's namespaces: {shared}" if shared else "",
        "has its own namespaces",
    )
    binds = [mount for mount in container.mounts if mount.is_bind]
    sockets = [mount for mount in binds if SOCKETS.search(mount.source)]
    yield _judged("compose-engine-socket", _mounts("has the engine's socket", sockets), "has no engine's socket")
    system = [mount for mount in binds if mount not in sockets and is_sensitive(mount.source)]
    yield _judged(
        "compose-sensitive-mount", _mounts("has the host's system", system), "has nothing of the host's system"
    )


def _of_files(seen: Seen) -> Iterator[Check]:
    rules = ("dockerfile-no-setuid", "dockerfile-no-world-writable", "dockerfile-no-sudo")
    most = (seen.thresholds.setuid, seen.thresholds.world_writable, None)
    if seen.files is None:
        yield from (
            Check(rule, Status.UNKNOWN, seen.unread_files, strict=limit is not None)
            for rule, limit in zip(rules, most, strict=True)
        )
        return
    files = seen.files
    setuid, writable, sudo = rules
    yield _counted(setuid, "setuid or setgid", files.setuid, most[0], "no setuid or setgid files")
    yield _counted(writable, "writable by all", files.world_writable, most[1], "nothing is writable by all")
    found = [path for path in files.switches if path.endswith("/sudo")]
    yield _judged(sudo, f"has sudo: {_some(found)}" if found else "", "has no sudo")


def _judged(rule: str, fault: str, fine: str, *, strict: bool = False) -> Check:
    return Check(rule, Status.FAILED if fault else Status.PASSED, fault or fine, strict)


def _counted(rule: str, what: str, paths: Sequence[str], most: int | None, fine: str) -> Check:
    """Return the check of how many there are; `--strict` fails where the configuration says how many may be."""
    said = _paths(what, paths)
    if most is None or not paths:
        return _judged(rule, said, fine, strict=most is not None)
    if len(paths) > most:
        return Check(rule, Status.FAILED, f"{said}; the configuration accepts {most}", strict=True)
    return Check(rule, Status.PASSED, f"{said}, of {most} that the configuration accepts", strict=True)


def _listed(processes: list[Process], what: str) -> str:
    """Return what is wrong with processes, naming the first ones; empty without any."""
    if not processes:
        return ""
    names = [f"{process.name} ({process.pid})" for process in processes]
    return f"{what}: {_some(names)}"


def _mounts(what: str, mounts: list[Mounted]) -> str:
    return f"{what}: {_some([f'{mount.source}:{mount.target}' for mount in mounts])}" if mounts else ""


def _paths(what: str, paths: Iterable[str]) -> str:
    found = list(paths)
    return f"{len(found)} {what}: {_some(found)}" if found else ""


def _some(words: list[str]) -> str:
    left = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {left} more" if left > 0 else "")
