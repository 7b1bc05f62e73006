"""Whether an image's user may run the program that it starts: a mode that suffices for root need not for others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.contextmodes import mode_of
from hardener.model.dockerfile.modes import granted
from hardener.model.dockerfile.ownerchanges import given_away, is_recursive
from hardener.model.dockerfile.steps import Step, steps
from hardener.model.dockerfile.variables import DEFAULT_PATH
from hardener.model.places import is_below, resolve
from hardener.model.startup.entry import commands_of, follow, in_force
from hardener.model.startup.privileges import behind_wrapper
from hardener.model.startup.scripts import moved, sources_of

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Copy, Dockerfile, Stage
    from hardener.model.project import Project
    from hardener.model.settings import User

_OWNER_EXECUTES = 0o100
_READ = 0o4
_EXECUTE = 0o1
_READ_AND_EXECUTE = 0o5
"""What a script's interpreter needs."""

_FETCHED = "600"
"""What ADD makes of the file of a URL (https://docs.docker.com/reference/dockerfile/#add)."""

_MODE_OPTION = re.compile(r"(?:-m|--mode=)(\d+)")
_UNTOUCHED = 0o4
"""What others may do with a file that is copied or made without a word about its mode, as far as that is certain."""


class _Mode(NamedTuple):
    """A mode that an instruction gives to a file, or a copy that puts another file there."""

    at: int
    """The index of the instruction."""
    line: int
    mode: str
    copied: bool


def reason(project: Project, dockerfile: Dockerfile, stage: Stage, user: User, is_given: Callable[[Copy], bool]) -> str:
    """Return why `user` cannot run what the image starts, where a mode of its file leaves that to root; else empty.

    `is_given` says which copies get the user as their owner. What a command of the file gives away counts as the
    user's: that is what the file's author decided.
    """
    image = _Image(project, dockerfile, stage, "g" if user.gid == 0 else "o", is_given)
    given = given_away(stage)
    for path, needed in _used(project, dockerfile, stage):
        if any(mention.covers(path) and not mention.opened for mention in given):
            continue
        left = image.left(path)
        if left.line and left.bits & needed != needed:
            verb = "read" if needed == _READ else "run"
            return f"line {left.line} lets only root {verb} {path}, which the image starts: give it mode 755"
    return ""


class _Left(NamedTuple):
    """What is left to a user of a file in the end."""

    bits: int
    line: int
    """What decides it; 0 where nothing is known to."""


@dataclass(frozen=True, slots=True)
class _Image:
    """The files of an image, as one who is not root finds them."""

    project: Project
    dockerfile: Dockerfile
    stage: Stage
    class_: str
    """Of the mode's parts: `g` for the group, `o` for others."""
    is_given: Callable[[Copy], bool]

    def left(self, path: str, depth: int = 4) -> _Left:
        """Return what the user may do with a file; `depth` limits stages that take from stages."""
        modes = sorted(self._modes(path, depth), key=lambda found: found.at)
        if not modes and depth:
            earlier = (self.left(other, depth - 1) for other in moved(self.stage, path))
            return next((found for found in earlier if found.line), _Left(_UNTOUCHED, 0))
        bits, line = _UNTOUCHED, 0
        for found in modes:
            start = _UNTOUCHED if found.copied else bits
            bits = granted(found.mode, self.class_, start) if found.mode else _UNTOUCHED
            line = found.line if found.mode else 0
        return _Left(bits, line)

    def _modes(self, path: str, depth: int) -> Iterator[_Mode]:
        owned = False
        for copy in (copy for home in self.stage.chain for copy in home.copies):
            brought = self._brought(copy, path, depth)
            if brought is None and not _brings(copy, path):
                continue
            flags = {flag.name: flag.value or "" for flag in copy.instruction.flags}
            if flags.get("chown", "root").partition(":")[0] not in ("root", "0") or self.is_given(copy):
                owned = True
                continue
            mode = flags.get("chmod") or (_FETCHED if _is_fetched(copy) else _counted(brought))
            yield _Mode(copy.instruction.index, copy.instruction.line, mode, copied=True)
        if not owned:
            yield from _set_by_runs(self.stage, path)

    def _brought(self, copy: Copy, path: str, depth: int) -> int | None:
        """Return the mode of the file that a copy puts at a path; None where that is not known."""
        other = self.dockerfile.stage(copy.origin) if copy.origin is not None and depth else None
        if other is None:
            return mode_of(self.project, self.dockerfile, copy, path)
        there = replace(self, stage=other, is_given=lambda _: False)
        found = (there.left(posixpath.join("/", source), depth - 1) for source in sources_of(copy, path))
        return next((int(f"7{left.bits}{left.bits}", 8) for left in found if left.line), None)


def _used(project: Project, dockerfile: Dockerfile, stage: Stage) -> Iterator[tuple[str, int]]:
    """Yield where the files may lie that the start-up runs or reads, each with what its user must be let do."""
    for path in dict.fromkeys(_started(stage)):
        yield path, _READ_AND_EXECUTE if _is_script(stage, path) else _EXECUTE
    for script in follow(project, dockerfile, stage).scripts:
        yield script.path, _READ_AND_EXECUTE if script.directly else _READ


def _started(stage: Stage) -> Iterator[str]:
    """Yield where the programs may lie that ENTRYPOINT and CMD name."""
    folders = stage.end_scope.variables.get("PATH", DEFAULT_PATH).split(":")
    for part in in_force(stage):
        for command in commands_of(part[1]) if part is not None else ():
            words = behind_wrapper([word.unquoted for word in command.words])
            name = stage.expand_at_end(words[0]) if words else None
            if not name:
                continue
            absolute = resolve(name, stage.end_scope.workdir) if "/" in name else None
            yield from (absolute,) if absolute else (f"{folder}/{name}" for folder in folders)


def _set_by_runs(stage: Stage, path: str) -> Iterator[_Mode]:
    for step in steps(stage):
        words = [word for word in step.command.words[1:] if not word.text.startswith("-")]
        instruction = step.run.instruction
        if (mode := _installed_mode(step, path)) and step.is_root:
            yield _Mode(instruction.index, instruction.line, mode, copied=False)
        if step.command.name != "chmod" or len(words) < 2 or not step.is_root:
            continue
        deep = is_recursive(step)
        targets = [target for target in map(step.path, words[1:]) if target is not None]
        if any(fnmatchcase(path, found) or (deep and is_below(path, found.removesuffix("/*"))) for found in targets):
            yield _Mode(instruction.index, instruction.line, words[0].unquoted, copied=False)


def _installed_mode(step: Step, path: str) -> str:
    """Return the mode that a call of `install` gives to a file; empty where it names none or is about others."""
    words = step.command.arguments
    if step.command.name != "install" or not words:
        return ""
    target = step.path(words[-1])
    names = {posixpath.join(target or "", posixpath.basename(word)) for word in words[:-1]} | {target}
    mode = next((value for option, value in pairwise(words) if option in ("-m", "--mode")), "")
    joined = (_MODE_OPTION.fullmatch(word) for word in words)
    return (mode or next((match[1] for match in joined if match), "")) if path in names else ""


def _counted(mode: int | None) -> str:
    """Return a mode as a word; empty where none is known, or not even root could run the file."""
    return f"{mode:03o}" if mode is not None and (mode & _OWNER_EXECUTES or not mode & _READ) else ""


def _is_fetched(copy: Copy) -> bool:
    return copy.instruction.keyword == "ADD" and any(
        (name or "").startswith(("http:", "https:")) for name in copy.sources
    )


def _is_script(stage: Stage, path: str) -> bool:
    copies = (copy for home in stage.chain for copy in home.copies if _brings(copy, path))
    names = [path, *(name for copy in copies if len(copy.sources) == 1 for name in copy.sources if name)]
    return any(name.endswith((".sh", ".bash", ".py")) for name in names)


def _brings(copy: Copy, path: str) -> bool:
    """Whether a copy puts a file there, as far as its words tell; one of a whole folder does where it says a mode."""
    destination = copy.destination
    if destination is None:
        return False
    names = [posixpath.basename(source.rstrip("/")) for source in copy.sources if source is not None]
    if path == destination or any(path == posixpath.join(destination, name) for name in names):
        return True
    return is_below(path, destination.rstrip("/") or "/") and (
        any(flag.name in ("chmod", "chown") for flag in copy.instruction.flags) or bool({"", "."} & set(names))
    )
