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
_KEPT = "kept-"
"""How the value begins of what stays until it is asked to go."""


def owner(*, keep: bool = False) -> str:
    """Return the value that this process's things carry: its host, its number and when it began; and if they stay."""
    return f"{_KEPT if keep else ''}{_host()}-{os.getpid()}-{_began(os.getpid())}"


@contextmanager
def workplace(engine: Engine, *, keep: bool) -> Iterator[Path]:
    """Give a folder, and in the end remove it and all on the engine that carries this process's label.

    What trials of this host left that have ended without doing so goes first. With `keep` nothing of this one's goes,
    neither in the end nor with the next.
    """
    remove_left(engine)
    work = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{owner(keep=keep)}_")).resolve()
    try:
        yield work
    finally:
        if not keep:
            _clean(engine, lambda value: value == owner())
            shutil.rmtree(work, ignore_errors=True)


def remove_left(engine: Engine) -> None:
    """Remove what processes of this host left that have ended without doing so themselves."""
    _remove(engine, _is_over)


def remove_kept(engine: Engine) -> int:
    """Remove what trials of this host kept that have ended, and return how many things of the engine that were."""
    return _remove(engine, lambda value: value.startswith(_KEPT) and _is_over(value.removeprefix(_KEPT)))


def take_down(engine: Engine, project: str) -> None:
    """Remove the containers, networks and volumes of a Compose project of a trial's."""
    _discard(engine, PROJECT, lambda value: value == project, ("container", "network", "volume"))


def _remove(engine: Engine, goes: Callable[[str], bool]) -> int:
    """Remove what carries such a label's value, folders too."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if goes(folder.name.removeprefix(_PREFIX).partition("_")[0]):
            shutil.rmtree(folder, ignore_errors=True)
    return _clean(engine, goes)


def _clean(engine: Engine, goes: Callable[[str], bool]) -> int:
    return _discard(engine, LABEL, goes, ("container", "network", "volume", "image"))


def _discard(engine: Engine, label: str, goes: Callable[[str], bool], kinds: Iterable[str]) -> int:
    there = engine.labelled(label)
    removed = 0
    for kind in kinds:
        for name, value in there.get(kind, ()):
            if goes(value):
                with suppress(EngineError):  # still in use, by what was kept: the next trial finds it again
                    engine.discard(kind, name)
                    removed += 1
    return removed


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
