"""What commands of a Dockerfile already did about the owner of a folder, or about the folder being there at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.modes import lets_anybody_write
from hardener.model.dockerfile.steps import Step, steps
from hardener.model.places import is_below

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage
    from hardener.text.instructions import Word

_OWNERS = frozenset({"chown", "chgrp"})
_MODE_OPTION = re.compile(r"^(?:-[A-Za-z]*m|--mode=)")
_REMOVERS = frozenset({"rm", "rmdir", "mv"})


class Mention(NamedTuple):
    """A command's word that names a path."""

    number: int
    """How many commands of the stage's chain stand in front of the command."""
    path: str | None
    """Absolute; None where that is not known."""
    name: str
    """The last part of the word as it is written."""
    recursive: bool
    opened: bool
    """It lets anybody write there, rather than naming an owner."""

    def covers(self, path: str) -> bool:
        """Whether the command concerns the path; one that names no known path does where the last parts are equal."""
        if self.path is None:
            return self.name == path.rpartition("/")[2]
        inside = self.path.removesuffix("/*")
        if inside != self.path and path.rpartition("/")[0] == inside:
            return True
        return path == self.path or (self.recursive and is_below(path, inside))


def given_away(stage: Stage) -> tuple[Mention, ...]:
    """Return what calls of chown, chgrp, `install -o` and `find -exec chown` name, and what anybody may write to.

    Whom they give it to does not count: that is what the file's author decided.
    """
    return tuple(mention for number, step in enumerate(steps(stage)) for mention in _given(step, number))


def removed(stage: Stage) -> tuple[Mention, ...]:
    """Return what calls of rm, rmdir and mv name."""
    return tuple(
        mention
        for number, step in enumerate(steps(stage))
        if step.command.name in _REMOVERS
        for mention in _mentions(step, number, recursive=True)
        if mention.path is None or not mention.path.endswith("/*")
    )


def path_words(step: Step) -> tuple[Word, ...]:
    """Return the words behind the program that may be paths; the first one of chown, chgrp and chmod is none."""
    words = tuple(word for word in step.command.words[1:] if not word.text.startswith("-"))
    by_reference = any(word.text.startswith("--reference") for word in step.command.words)
    return words[1:] if step.command.name in (*_OWNERS, "chmod") and not by_reference else words


def is_recursive(step: Step) -> bool:
    """Whether a call of chown or chmod descends into folders."""
    options = [word for word in step.command.arguments if word.startswith("-")]
    return any(word == "--recursive" or (not word.startswith("--") and "R" in word) for word in options)


def install_owner(step: Step) -> str:
    """Return the owner that a call of `install` names; empty without one."""
    words = step.command.arguments
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if word in ("-o", "--owner"):
            return following
        if word.startswith(("-o", "--owner=")):
            return word.removeprefix("--owner=").removeprefix("-o")
    return ""


def _given(step: Step, number: int) -> Iterator[Mention]:
    command = step.command
    if command.name in _OWNERS or (command.name == "install" and install_owner(step)):
        yield from _mentions(step, number, recursive=command.name in _OWNERS and is_recursive(step))
    elif command.name in ("chmod", "install", "mkdir") and _opens(step):
        yield from _mentions(step, number, recursive=command.name == "chmod" and is_recursive(step), opened=True)
    elif command.name in ("find", "xargs") and _OWNERS & set(command.arguments):
        yield from _mentions(step, number, recursive=True)


def _opens(step: Step) -> bool:
    return any(lets_anybody_write(_MODE_OPTION.sub("", word)) for word in step.command.arguments)


def _mentions(step: Step, number: int, *, recursive: bool, opened: bool = False) -> Iterator[Mention]:
    for word in path_words(step):
        name = word.unquoted.rstrip("/").rpartition("/")[2]
        yield Mention(number, step.path(word), name, recursive, opened)
