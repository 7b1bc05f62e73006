"""Whether an image's user may run the program that it starts: a mode that suffices for root need not for others."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.given import given_away, is_recursive
from hardener.model.modes import granted
from hardener.model.places import is_below, resolve
from hardener.model.privileges import behind_wrapper
from hardener.model.startup import commands_of, in_force
from hardener.model.steps import steps
from hardener.model.variables import DEFAULT_PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from hardener.model.dockerfile import Copy, Stage
    from hardener.model.settings import User

_EXECUTE = 0o1
_UNTOUCHED = 0o4
"""What others may do with a file that is copied or made without a word about its mode, as far as that is certain."""


class _Mode(NamedTuple):
    """A mode that an instruction gives to a file, or a copy that puts another file there."""

    at: int
    """The index of the instruction."""
    line: int
    mode: str
    copied: bool


def reason(stage: Stage, user: User, is_given: Callable[[Copy], bool]) -> str:
    """Return why `user` cannot run what the image starts, where a chmod of its file leaves that to root; else empty.

    `is_given` says which copies get the user as their owner. What a command of the file gives away counts as the
    user's: that is what the file's author decided.
    """
    class_ = "g" if user.gid == 0 else "o"
    given = given_away(stage)
    for path in dict.fromkeys(_started(stage)):
        if any(mention.covers(path) and not mention.opened for mention in given):
            continue
        bits, line = _UNTOUCHED, 0
        for found in sorted(_modes(stage, path, is_given), key=lambda found: found.at):
            bits = granted(found.mode, class_, _UNTOUCHED if found.copied else bits) if found.mode else _UNTOUCHED
            line = found.line if found.mode and not bits & _EXECUTE else 0
        if line:
            return f"line {line} lets only root run {path}, which the image starts: give it mode 755"
    return ""


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


def _modes(stage: Stage, path: str, is_given: Callable[[Copy], bool]) -> Iterator[_Mode]:
    owned = False
    for home in stage.chain:
        for copy in home.copies:
            if not _brings(copy, path):
                continue
            flags = {flag.name: flag.value or "" for flag in copy.instruction.flags}
            if flags.get("chown", "root").partition(":")[0] not in ("root", "0") or is_given(copy):
                owned = True
            else:
                yield _Mode(copy.instruction.index, copy.instruction.line, flags.get("chmod", ""), copied=True)
    if owned:
        return
    for step in steps(stage):
        words = [word for word in step.command.words[1:] if not word.text.startswith("-")]
        instruction = step.run.instruction
        if step.command.name != "chmod" or len(words) < 2 or not step.is_root:
            continue
        deep = is_recursive(step)
        targets = [target for target in map(step.path, words[1:]) if target is not None]
        if any(fnmatchcase(path, found) or (deep and is_below(path, found.removesuffix("/*"))) for found in targets):
            yield _Mode(instruction.index, instruction.line, words[0].unquoted, copied=False)


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
