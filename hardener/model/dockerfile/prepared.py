"""Folders that a Dockerfile prepares for its program to write to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from hardener.model.dockerfile.steps import Step, steps
from hardener.model.places import is_below, is_hosts, is_state, may_be_programs, resolve

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage
    from hardener.text.instructions import Instruction, Word

Kind: TypeAlias = Literal["data", "runtime", "scratch"]

_RUNTIME = frozenset({"log", "logs", "cache", ".cache", "run", "pid", "pids", "sockets"})
_SCRATCH = frozenset({"tmp", "temp"})
_DATA = frozenset(
    """
    backup backups data database db downloads media output queue sessions spool state staticfiles storage store upload
    uploads var
    """.split()  # noqa: SIM905 - a table of words
)
_WRITTEN = _RUNTIME | _SCRATCH | _DATA
"""Names of folders that programs write to."""

_CODE = frozenset(
    """
    app bin build conf conf.d config dist etc lib libs node_modules packages plugins public scripts src templates vendor
    """.split()  # noqa: SIM905 - a table of words
)
"""Names of folders that hold what a program is made of; a COPY of what is around them may bring it."""

_HARMLESS = frozenset({"chgrp", "chmod", "chown", "ls", "mkdir", "rm", "rmdir", "stat", "test", "["})
"""Commands that put nothing into a folder that they name."""

_VALUED = re.compile(r"-[A-Za-z]*[mog]|--(?:mode|owner|group)")
"""Options of mkdir and `install -d` whose value is the next word."""


class Prepared(NamedTuple):
    """A folder that a Dockerfile makes, most likely in order to write to it."""

    path: str
    kind: Kind
    volume: bool


class Made(NamedTuple):
    """A folder that a command makes."""

    path: str
    step: Step
    number: int
    """How many commands of the stage's chain stand in front of that command."""


def prepared(stage: Stage) -> Iterator[Prepared]:
    """Yield the volumes of a stage's chain and the folders that are made in it for writing, each once.

    A volume for a socket, or for what is the kernel's, is none of these.

    A folder is made for writing where its name says so, where services keep their state, and where nothing in the file
    ever puts anything into it.
    """
    found = {path: Prepared(path, "data", True) for path, _, _ in volumes(stage) if not is_hosts(path)}
    made_by_file = tuple(made_folders(stage))
    for made in made_by_file:
        if _is_for_writing(made, made_by_file, stage):
            found.setdefault(made.path, Prepared(made.path, kind_of(made.path), False))
    yield from found.values()


def volumes(stage: Stage) -> Iterator[tuple[str, Stage, Instruction]]:
    """Yield the paths of the VOLUME instructions of a stage's chain, with where they stand."""
    for home in stage.chain:
        for instruction in home.instructions:
            for word in instruction.words() if instruction.keyword == "VOLUME" else ():
                path = resolve(home.expand(word.text, instruction), home.scope_at(instruction).workdir)
                if path is not None:
                    yield path.rstrip("/") or "/", home, instruction


def made_folders(stage: Stage) -> Iterator[Made]:
    """Yield what calls of `mkdir` and `install -d` in a stage's chain make, as far as their words tell."""
    for number, step in enumerate(steps(stage)):
        for word in made_words(step):
            path = step.path(word)
            if path is not None and "*" not in path:
                yield Made(path, step, number)


def made_words(step: Step) -> Iterator[Word]:
    """Yield the words of a command that name folders which it makes."""
    command = step.command
    if command.name != "mkdir" and not (command.name == "install" and {"-d", "--directory"} & set(command.arguments)):
        return
    takes_value = False
    for word in command.words[1:]:
        if takes_value:
            takes_value = False
        elif word.text.startswith("-"):
            takes_value = _VALUED.fullmatch(word.text) is not None
        else:
            yield word


def kind_of(path: str) -> Kind:
    """Return what a folder is for, by its name."""
    name = path.rpartition("/")[2]
    if name in _RUNTIME:
        return "runtime"
    return "scratch" if name in _SCRATCH else "data"


def is_named_for_code(path: str) -> bool:
    """Whether a folder's name is one of those that hold what a program is made of."""
    return path.rpartition("/")[2] in _CODE


def _is_for_writing(made: Made, others: Iterable[Made], stage: Stage) -> bool:
    if not may_be_programs(made.path):
        return False
    name = made.path.rpartition("/")[2]
    if name in _WRITTEN or is_state(made.path):
        return True
    return (
        not is_named_for_code(made.path)
        and not any(other.path != made.path and is_below(other.path, made.path) for other in others)
        and (_stays_empty(made.path, stage))
    )


def _stays_empty(path: str, stage: Stage) -> bool:
    """Whether nothing in the file enters the folder or puts something there."""
    for home in stage.chain:
        if any(scope.workdir is not None and is_below(scope.workdir, path) for scope in home.scopes):
            return False
        if any(copy.destination is not None and is_below(copy.destination, path) for copy in home.copies):
            return False
    return not any(_uses(step, path) for step in steps(stage))


def _uses(step: Step, path: str) -> bool:
    if step.command.name in _HARMLESS or any(made_words(step)):
        return False
    words = (*(word.unquoted for word in step.command.words[1:]), *step.command.redirected)
    name = path.rpartition("/")[2]
    return any(path in word or word.rstrip("/").rpartition("/")[2] == name for word in words)
