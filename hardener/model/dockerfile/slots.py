"""Places in a Dockerfile's stage that rules fill, in the order in which they stand there.

A rule says what goes into a slot; where the slot lies, and that two RUNs of ours in a row become one, is decided here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from hardener.model.startup.shell import is_shell
from hardener.text.instructions import DockerfileChange, Insert

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.text.instructions import Instruction

_DECLARATIONS = frozenset({"FROM", "ARG", "ENV", "LABEL", "MAINTAINER", "SHELL"})
_ROOTS = frozenset({"FROM", "RUN", "COPY", "ADD", "WORKDIR", "VOLUME", "USER", "ONBUILD"})
"""What may need root, or would be another's after a change of user."""

_MAKERS = frozenset({"FROM", "RUN", "COPY", "ADD", "WORKDIR"})
"""What makes files."""

_STARTS = frozenset({"ENTRYPOINT", "CMD", "HEALTHCHECK"})


class Slot(IntEnum):
    """The places, in order; the first lies early in the stage, the others after its last step that needs root."""

    ACCOUNT = 0
    """RUN: make the group and the user."""
    DIRECTORIES = 1
    """RUN: make directories and give them away."""
    SETUID = 2
    """RUN: strip setuid and setgid bits."""
    USER = 3
    """USER: who runs from here on; HEALTHCHECK, ENTRYPOINT and CMD follow."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Write an instruction into a slot of the stage with this number (counted from 0)."""

    stage: int
    slot: Slot
    parts: tuple[str, ...]
    """A RUN's commands, joined by &&; a USER's one argument."""
    before: int | None = None
    """The index of the instruction that they stand in front of; None for the place that the slot has by itself."""


def lower(dockerfile: Dockerfile, fills: Iterable[Fill]) -> list[DockerfileChange]:
    """Return the instructions that fill the slots, each in its place; equal fills are written once.

    The account lies behind the stage's first ARG, ENV, LABEL, MAINTAINER and SHELL. All else lies behind the last
    instruction that may need root and in front of the ENTRYPOINT, CMD or HEALTHCHECK that follows it; bits are stripped
    earlier where a USER of the file's own has ended root's part.
    """
    placed: dict[tuple[int, str], list[str]] = {}
    for fill in sorted(dict.fromkeys(fills), key=lambda fill: (fill.stage, fill.slot)):
        keyword = "USER" if fill.slot is Slot.USER else "RUN"
        place = fill.before if fill.before is not None else place_of(dockerfile.stages[fill.stage], fill.slot)
        placed.setdefault((place, keyword), []).extend(fill.parts)
    changes = []
    for (place, keyword), parts in placed.items():
        value = parts[0] if keyword == "USER" else tuple(dict.fromkeys(parts))
        changes.append(Insert(place, keyword, value))
    return list(changes)


def obstacle(stage: Stage, slot: Slot, before: int | None = None, given: Container[int] = ()) -> str:
    """Return why a slot of the stage cannot be filled, by itself or in front of an instruction; empty where it can.

    `given`: the indexes of copies that get another owner than root in the same run.
    """
    place = before if before is not None else place_of(stage, slot)
    if slot is not Slot.USER and not _is_roots(stage, place):
        purpose = "no bits can be taken away" if slot is Slot.SETUID else "nothing can be made or given away"
        return f"no part of the stage runs as root, so that {purpose} there"
    shell = stage.scopes[place - stage.first].shell or ("sh",)
    if slot is not Slot.USER and not any(is_shell([word]) for word in shell):
        return f"`SHELL` has {shell[0]} run what has to be written there, which is no shell that knows `chown`"
    for foreign in roots_files_behind(stage) if slot is Slot.SETUID else ():
        if foreign.index not in given:
            return f"line {foreign.line} adds files of root behind the last step that is root"
    last = stage.instructions[-1]
    return f"line {last.last_line} ends with a continuation that nothing follows" if last.dangling else ""


def roots_files_behind(stage: Stage) -> Iterator[Instruction]:
    """Yield what may bring files of root with any bits behind the place where these can be stripped."""
    place = place_of(stage, Slot.SETUID)
    return (found for found in stage.instructions if found.index >= place and _brings_roots_files(found))


def is_last_step(stage: Stage, instruction: Instruction) -> bool:
    """Whether nothing behind the instruction may need root."""
    return all(found.keyword not in _ROOTS for found in stage.instructions if found.index > instruction.index)


def place_of(stage: Stage, slot: Slot, limit: int | None = None) -> int:
    """Return the index of the instruction that the slot lies in front of; for directories it is `limit` or before."""
    if slot is Slot.ACCOUNT:
        return _early(stage)
    if slot is Slot.DIRECTORIES:
        return _last_as_root(stage, _late(stage) if limit is None else limit)
    return _last_rooted(stage) if slot is Slot.SETUID else _late(stage)


def _last_as_root(stage: Stage, limit: int) -> int:
    """Return the last place up to `limit` where a RUN is root's; in front of VOLUME and USER where no files follow.

    Where no place is root's it is `limit`.
    """
    made = (found.index for found in stage.instructions if found.keyword in _MAKERS and found.index < limit)
    last = max(made, default=stage.first)
    for place in range(last + 1, limit):
        if stage.instructions[place - stage.first].keyword in ("USER", "VOLUME") and _is_roots(stage, place):
            return place
    return next((place for place in range(limit, stage.first, -1) if _is_roots(stage, place)), limit)


def _is_roots(stage: Stage, place: int) -> bool:
    """Whether a RUN in front of the instruction with this index would be root's."""
    return stage.is_root_in(stage.scopes[place - stage.first])


def _early(stage: Stage) -> int:
    first = next((found.index for found in stage.instructions if found.keyword not in _DECLARATIONS), stage.following)
    late = _late(stage)
    rooted = (place for place in range(first, late + 1) if _is_roots(stage, place))
    return next(rooted, first)


def _late(stage: Stage) -> int:
    last = max((found.index for found in stage.instructions if found.keyword in _ROOTS), default=stage.first)
    after = (found.index for found in stage.instructions if found.index > last and found.keyword in _STARTS)
    return next(after, stage.following)


def _last_rooted(stage: Stage) -> int:
    """Return the last place where a RUN is root, also when the run turns a final `USER root` into another user."""
    late = _late(stage)
    word = stage.user
    if word is not None and word.is_root and word.stage == stage.number and is_last_step(stage, word.instruction):
        late = word.instruction.index
    rooted = (place for place in range(late, stage.first, -1) if _is_roots(stage, place))
    return next(rooted, late)


def _brings_roots_files(instruction: Instruction) -> bool:
    """Whether it may bring files of root with any bits: what lies in version control has none of these."""
    foreign = instruction.keyword == "ADD" or any(flag.name == "from" for flag in instruction.flags)
    return (
        foreign and instruction.keyword in ("ADD", "COPY") and all(flag.name != "chown" for flag in instruction.flags)
    )
