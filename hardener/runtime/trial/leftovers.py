"""What belongs to which trial, so that one that was killed is cleaned up after by the next."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hardener.runtime.client import Engine, EngineError

LABEL = "harden.trial"
PROJECT = "com.docker.compose.project"
"""By which Compose tells a project's things."""
_PREFIX = "harden-trial-"


def owner() -> str:
    """Return the value that this process's things carry: its host, its number and when it began."""
    return f"{_host()}-{os.getpid()}-{_began(os.getpid())}"


@contextmanager
def workplace(engine: Engine, *, keep: bool) -> Iterator[Path]:
    """Give a folder, and in the end remove it and all on the engine that carries this process's label.

    What trials of this host left that have ended without doing so goes first. With `keep` nothing of this one's goes.
    """
    _clean(engine, _is_over)
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}{_host()}-*"):
        if _is_over(folder.name.removeprefix(_PREFIX).partition("_")[0]):
            shutil.rmtree(folder, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{owner()}_")).resolve()
    try:
        yield work
    finally:
        if not keep:
            _clean(engine, lambda value: value == owner())
            shutil.rmtree(work, ignore_errors=True)


def take_down(engine: Engine, project: str) -> None:
    """Remove the containers, networks and volumes of a Compose project of a trial's."""
    _discard(engine, PROJECT, lambda value: value == project, ("container", "network", "volume"))


def _clean(engine: Engine, goes: Callable[[str], bool]) -> None:
    _discard(engine, LABEL, goes, ("container", "network", "volume", "image"))


def _discard(engine: Engine, label: str, goes: Callable[[str], bool], kinds: Iterable[str]) -> None:
    there = engine.labelled(label)
    for kind in kinds:
        for name, value in there.get(kind, ()):
            if goes(value):
                with suppress(EngineError):  # still in use, by what was kept: the next trial finds it again
                    engine.discard(kind, name)


def _is_over(value: str) -> bool:
    """Return whether a label's value names a process of this host that has ended."""
    host, _, rest = value.rpartition("-")[0].rpartition("-")
    began = value.rpartition("-")[2]
    return host == _host() and rest.isdecimal() and _began(int(rest)) != began


def _host() -> str:
    return "".join(char if char.isalnum() else "." for char in socket.gethostname())


def _began(pid: int) -> str:
    """Return when a process began, in clock ticks since the boot (proc_pid_stat(5), field 22); empty without one.

    Where there is no /proc, the number alone has to tell: then it is `0` for a process that is there.
    """
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return ""
        except PermissionError:
            pass
        return "0"
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
