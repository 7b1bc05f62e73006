"""Users and groups that a file gives its files to, by COPY's `--chown` and by chown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.steps import Step, steps
from hardener.model.images.baseaccounts import known_users
from hardener.model.places import is_programs

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage
    from hardener.model.settings import User


class _Gift(NamedTuple):
    owner: str
    """As it is written: a name or a number, and maybe `:` and a group."""
    paths: tuple[str | None, ...]
    line: int


def given_to(stage: Stage) -> tuple[User, int] | None:
    """Return the one user of the base that the program's folders are given to, with the line; None for more or none."""
    users = known_users(stage)
    found: dict[str, tuple[User, int]] = {}
    for gift in _gifts(stage):
        name = gift.owner.partition(":")[0]
        folder = stage.end_scope.workdir
        if name not in ("", "root", "0") and any(path and is_programs(path, folder) for path in gift.paths):
            if name not in users:
                return None
            found.setdefault(name, (users[name], gift.line))
    return next(iter(found.values())) if len(found) == 1 else None


def gives_to_root_group(stage: Stage) -> bool:
    """Whether the file gives anything to the group of root, or to whatever group a file has."""
    if any(gift.owner.partition(":")[2] in ("0", "root") for gift in _gifts(stage)):
        return True
    return any(_opens_to_group(step) for step in steps(stage))


def _opens_to_group(step: Step) -> bool:
    words = [word for word in step.command.arguments if not word.startswith("-")]
    if not words or step.command.name not in ("chgrp", "chmod"):
        return False
    if step.command.name == "chgrp":
        return words[0] in ("0", "root")
    mode = words[0]
    octal = mode[-2:-1] in "2367" and mode.isdecimal()
    return octal or any(
        "g" in part.split("=")[0].split("+")[0] and ("+" in part or "=" in part) for part in mode.split(",")
    )


def _gifts(stage: Stage) -> Iterator[_Gift]:
    for home in stage.chain:
        for copy in home.copies:
            owner = next((flag.value for flag in copy.instruction.flags if flag.name == "chown"), None)
            if owner:
                yield _Gift(owner, (copy.destination,), copy.instruction.line)
    for step in steps(stage):
        words = [word for word in step.command.words[1:] if not word.text.startswith("-")]
        if step.command.name == "chown" and len(words) > 1:
            paths = tuple(step.path(word) for word in words[1:])
            yield _Gift(words[0].unquoted, paths, step.run.instruction.line)
