"""Modes in a Dockerfile that let anybody write: where they stand, and whose the paths are that get them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.modes import lets_anybody_write
from hardener.model.dockerfile.ownerchanges import path_words
from hardener.model.dockerfile.prepared import made_words
from hardener.model.dockerfile.steps import Step, steps
from hardener.model.places import is_below, is_programs, may_be_programs
from hardener.text.instructions import Word

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage

_MODE_OPTION = re.compile(r"-[A-Za-z]*m|--mode")
_ATTACHED_MODE = re.compile(r"(?:-[A-Za-z]*?m|--mode=)(.+)")
_EVERYBODYS = frozenset({"/tmp", "/var/tmp", "/dev/shm"})  # noqa: S108 - paths in the image
_EXECUTED = re.compile(r"(?:^|/)(?:s?bin|libexec)(?:/|$)|\.(?:sh|bash|ash|py|pl|rb|js)$|entry-?point[^/]*$")


class Opening(NamedTuple):
    """A command that lets anybody write to what it names."""

    step: Step
    mode: Word
    """The mode alone, without an option in front of it; as large as the part of the text that holds it."""
    targets: tuple[Word, ...]
    wrapped: bool
    """Another command (find, xargs, sudo) calls it."""

    @property
    def text(self) -> str:
        """The command as people write it."""
        return " ".join(word.text for word in self.step.command.words)


class Whose(Enum):
    """What kind of path gets a mode that lets anybody write."""

    PROGRAMS = "the program's"
    EXECUTED = "executed, and written by nobody"
    EVERYBODYS = "everybody's, as /tmp is"
    SYSTEMS = "the system's"
    HIDDEN = "not known"


def openings(stage: Stage) -> Iterator[Opening]:
    """Yield the commands of a stage's chain that let anybody write to something."""
    for step in steps(stage):
        yield from _openings(step)


def whose(path: str | None, stage: Stage) -> Whose:
    """Return whose a path in the stage's image is."""
    if path is None:
        return Whose.HIDDEN
    path = path.rstrip("/") or "/"
    if path in _EVERYBODYS:
        return Whose.EVERYBODYS
    if _EXECUTED.search(path) and not is_below(path, "/home"):
        return Whose.EXECUTED
    inside = path.removesuffix("/*") or "/"
    if is_programs(inside, stage.end_scope.workdir) or may_be_programs(inside):
        return Whose.PROGRAMS
    return Whose.SYSTEMS


def _openings(step: Step) -> Iterator[Opening]:
    name = step.command.name
    if name == "chmod":
        by_reference = any(word.text.startswith("--reference") for word in step.command.words)
        plain = (word for word in step.command.words[1:] if not word.text.startswith("-"))
        mode = None if by_reference else next(plain, None)
        if mode is not None and lets_anybody_write(mode.unquoted):
            yield Opening(step, mode, path_words(step), wrapped=False)
    elif name in ("mkdir", "install"):
        mode = _mode_option(step)
        if mode is not None and lets_anybody_write(mode.unquoted):
            yield Opening(step, mode, _made(step, mode), wrapped=False)
    elif (mode := _wrapped_mode(step)) is not None:
        yield Opening(step, mode, (), wrapped=True)


def _mode_option(step: Step) -> Word | None:
    """Return the value of `-m` in any of its forms."""
    words = step.command.words[1:]
    for word, following in zip(words, (*words[1:], None), strict=True):
        if _MODE_OPTION.fullmatch(word.text):
            return following
        attached = _ATTACHED_MODE.fullmatch(word.text)
        if attached and word.end - word.start == len(word.text):
            return Word(attached[1], word.start + attached.start(1), word.end)
    return None


def _made(step: Step, mode: Word) -> tuple[Word, ...]:
    """Return what mkdir and `install -d` make; of an `install` of files the place that they go to."""
    made = tuple(made_words(step))
    return made or tuple(word for word in path_words(step) if word.start != mode.start)[-1:]


def _wrapped_mode(step: Step) -> Word | None:
    words = step.command.words
    if step.command.name not in ("find", "sudo", "xargs"):
        return None
    called = next((at for at, word in enumerate(words) if word.text.rpartition("/")[2] == "chmod"), len(words))
    rest = (word for word in words[called + 1 :] if not word.text.startswith("-"))
    mode = next(rest, None)
    return mode if mode is not None and lets_anybody_write(mode.unquoted) else None
