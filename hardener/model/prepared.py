"""Folders that a Dockerfile prepares for its program to write to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from hardener.model.places import resolve
from hardener.model.shell import run_commands

if TYPE_CHECKING:
    from hardener.model.dockerfile import Stage
    from hardener.text.instructions import Instruction, Word

_RUNTIME = frozenset({"log", "logs", "cache", ".cache", "run", "pids", "sockets"})
_SCRATCH = frozenset({"tmp", "temp"})


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


def _kind(name: str) -> Literal["data", "runtime", "scratch"]:
    if name in _RUNTIME:
        return "runtime"
    return "scratch" if name in _SCRATCH else "data"


def _volumes(stage: Stage) -> Iterator[str]:
    for home in stage.chain:
        for instruction in home.instructions:
            if instruction.keyword == "VOLUME":
                yield from _resolved(home, instruction, instruction.words())


def _made(stage: Stage) -> Iterator[str]:
    for home, instruction in stage.runs():
        if "mkdir" not in instruction.source.text and not instruction.heredocs:
            continue
        for command in run_commands(instruction):
            if command.name == "mkdir":
                words = [word for word in command.words[1:] if not word.text.startswith("-") and "{" not in word.text]
                yield from _resolved(home, instruction, words)


def _resolved(stage: Stage, instruction: Instruction, words: Iterable[Word]) -> Iterator[str]:
    for word in words:
        path = resolve(stage.expand(word.text, instruction), stage.scope_at(instruction).workdir)
        if path is not None:
            yield path.rstrip("/") or "/"
