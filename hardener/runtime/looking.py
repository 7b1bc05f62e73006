"""Look at containers and images; nothing that was there before is changed."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from hardener.runtime.client import Engine, EngineError, MissingError
from hardener.runtime.container import Container, container_of
from hardener.runtime.imagefiles import Files, read_files
from hardener.runtime.processes import Process, UnreadableProcessesError, on_this_host, processes_of
from hardener.runtime.trial.leftovers import LABEL, owner, remove_left
from hardener.runtime.verification import Seen

ADVICE = ": name a command that stays, such as `-- sleep 60`"
"""Ends the reason why an image that ended too early was not looked at, for who can name a command."""
_PAUSE = 0.05

Tell = Callable[[str], None]


def running(engine: Engine) -> list[Container]:
    """Return the containers that run, by project, service and name; without those that only hold a pod."""
    records = {record["Id"]: record for record in engine.containers()}
    found = [container_of(record, records) for record in records.values()]
    return sorted(
        (container for container in found if not container.holds_a_pod),
        key=lambda container: (container.project, container.service, container.name),
    )


def look(engine: Engine, containers: Iterable[Container], tell: Tell) -> Iterator[Seen]:
    """Yield what is seen of running containers; the files of those of one image are read once."""
    places = on_this_host()
    read: dict[str, Files | str] = {}
    for container in containers:
        try:
            processes, unread = tuple(processes_of(container.id, engine, places)), ""
        except (UnreadableProcessesError, EngineError) as error:
            processes, unread = (), str(error)
        if container.image_id not in read:
            tell(f"reading the files of {container.image}")
            read[container.image_id] = _files(engine, container.id)
        files = read[container.image_id]
        known = files if isinstance(files, Files) else None
        yield Seen(container, processes, known, unread, "" if isinstance(files, Files) else files)


def look_at_image(engine: Engine, reference: str, command: Sequence[str], settle: float, tell: Tell) -> Seen:
    """Start an image once, without a network, and return what is seen of it after `settle` seconds, or when it ends.

    Raises MissingError and EngineError.
    """
    with _started(engine, reference, command) as name:
        tell(f"running {reference}")
        processes = _last_seen(engine, name, settle)
        container = container_of(engine.container(name))
        unread = "" if processes else _why_nothing(engine, name)
        tell(f"reading the files of {reference}")
        files = _files(engine, name)
    known = files if isinstance(files, Files) else None
    return Seen(container, processes, known, unread, "" if known else str(files), alone=True)


@contextmanager
def _started(engine: Engine, reference: str, command: Sequence[str]) -> Iterator[str]:
    with suppress(EngineError):  # what stands between us and it may not let all be listed
        remove_left(engine)
    name = engine.create(reference, command, {LABEL: owner()})
    try:
        engine.start(name)
        yield name
    finally:
        engine.remove(name)


def _last_seen(engine: Engine, name: str, settle: float) -> tuple[Process, ...]:
    """Return the processes as they were last seen: a program that steps down has done so by then."""
    end = time.monotonic() + settle
    seen: tuple[Process, ...] = ()
    while engine.container(name)["State"]["Running"]:
        seen = _processes(engine, name) or seen
        if time.monotonic() >= end:
            break
        time.sleep(_PAUSE)
    return seen


def _processes(engine: Engine, name: str) -> tuple[Process, ...]:
    try:
        return tuple(processes_of(name, engine, on_this_host()))
    except (UnreadableProcessesError, EngineError):
        return ()


def _why_nothing(engine: Engine, name: str) -> str:
    state = engine.container(name)["State"]
    if state["Running"]:
        return "its processes are not on this host, and no shell in it shows them"
    said = engine.logs(name).strip().split("\n")[-1]
    ended = f"it ended with exit code {state['ExitCode']} before it could be looked at"
    return ended + (f" ({said})" if said else "") + ADVICE


def _files(engine: Engine, name: str) -> Files | str:
    """Return what the files say, or why they cannot be read."""
    try:
        return read_files(engine.files(name))
    except (tarfile.TarError, MissingError, EngineError) as error:
        return f"its files cannot be read: {error}"
