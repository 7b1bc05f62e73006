"""Folders that a Dockerfile prepares for its program to write to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from hardener.model.places import is_below, is_programs, resolve

if TYPE_CHECKING:
    from hardener.model.dockerfile import Stage
    from hardener.model.shell import Command
    from hardener.text.instructions import Word

_RUNTIME = frozenset({"log", "logs", "cache", ".cache", "run", "pids", "sockets"})
_SCRATCH = frozenset({"tmp", "temp"})

_STATE = ("/run", "/var/cache", "/var/lib", "/var/log", "/var/run", "/var/spool")
"""Where services keep what they write; a folder below is one service's own."""

_REMOVERS = frozenset({"rm", "rmdir", "mv"})
_GIVERS = frozenset({"chown", "chgrp", "install"})


class Prepared(NamedTuple):
    """A folder that a Dockerfile makes, most likely in order to write to it."""

    path: str
    kind: Literal["data", "runtime", "scratch"]
    volume: bool


def prepared(stage: Stage) -> Iterator[Prepared]:
    """Yield the volumes of a stage's chain and the folders that its `mkdir` makes, each once."""
    found = {path: Prepared(path, "data", True) for path in _volumes(stage)}
    for path in _made(stage):
        found.setdefault(path, Prepared(path, _kind(path.rpartition("/")[2]), False))
    yield from found.values()


def owned_folders(stage: Stage) -> tuple[str, ...]:
    """Return the folders that the program should own and that no command of the file gives away yet.

    These are its working directory, whose owner builders do not agree on, and what `mkdir` makes for it. A folder that
    a command may have removed again is left out: naming it would fail the build.
    """
    folder = stage.end_scope.workdir
    own = [folder] if folder is not None and is_programs(folder, folder) else []
    made = [path for path in _made(stage) if is_programs(path, folder) or _is_state(path)]
    gone, given = _mentioned(stage, _REMOVERS), _mentioned(stage, _GIVERS)
    kept = (path for path in dict.fromkeys([*own, *made]) if path == folder or not _is_among(path, gone))
    return tuple(path for path in kept if not _is_among(path, given))


def _is_state(path: str) -> bool:
    return any(path != folder and is_below(path, folder) for folder in _STATE) or is_below(path, "/data")


def _is_among(path: str, mentioned: set[str]) -> bool:
    """Whether a command names the folder, one that it lies in, or something of its name in an unknown place."""
    return path.rpartition("/")[2] in mentioned or any(
        word.startswith("/") and is_below(path, word) for word in mentioned
    )


def _mentioned(stage: Stage, programs: frozenset[str]) -> set[str]:
    """Return what calls of these programs name: as it is written, and as an absolute path where that can be told."""
    found = set()
    for run in stage.runs():
        for command in run.commands:
            for word in _paths(command) if command.name in programs else ():
                found |= {word.unquoted, (run.path(word) or "").removesuffix("*")}
    return {path.rstrip("/") or "/" for path in found if path}


def _paths(command: Command) -> tuple[Word, ...]:
    """Return the words behind the program that may be paths; the first one of chown and chgrp is an owner."""
    words = tuple(word for word in command.words[1:] if not word.text.startswith("-"))
    return words[1:] if command.name in ("chown", "chgrp") else words


def _kind(name: str) -> Literal["data", "runtime", "scratch"]:
    if name in _RUNTIME:
        return "runtime"
    return "scratch" if name in _SCRATCH else "data"


def _volumes(stage: Stage) -> Iterator[str]:
    for home in stage.chain:
        for instruction in home.instructions:
            for word in instruction.words() if instruction.keyword == "VOLUME" else ():
                path = resolve(home.expand(word.text, instruction), home.scope_at(instruction).workdir)
                if path is not None:
                    yield path.rstrip("/") or "/"


def _made(stage: Stage) -> Iterator[str]:
    for run in stage.runs():
        for command in run.commands:
            for word in command.words[1:] if command.name == "mkdir" else ():
                path = None if word.text.startswith("-") or "{" in word.text else run.path(word)
                if path is not None:
                    yield path.rstrip("/") or "/"
