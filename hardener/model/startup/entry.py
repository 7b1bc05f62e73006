"""What a stage's image starts, read from its ENTRYPOINT and CMD and from the scripts that these call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hardener.model.dockerfile.stages import Stage
from hardener.model.images.profiles import Image
from hardener.model.startup.doubts import Doubt, NeedsRoot, Unreadable, is_vague
from hardener.model.startup.privileges import base_name, behind_wrapper, only_converses
from hardener.model.startup.reading import Ran, Reading, looks_like_script
from hardener.model.startup.shell import SHELLS, Command, script_commands
from hardener.text.instructions import Instruction, Word

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile
    from hardener.model.project import Project

_LONGEST = 60
"""Characters of an instruction that evidence shows."""


@dataclass(frozen=True, slots=True)
class ReadNoRoot:
    """All of the start-up was read, and nothing in it needs root."""

    evidence: str


StartUp: TypeAlias = ReadNoRoot | Doubt


class InForce(NamedTuple):
    """The ENTRYPOINT and the CMD of an image, as far as the file says them; each with the stage that does."""

    entrypoint: tuple[Stage, Instruction] | None
    command: tuple[Stage, Instruction] | None


def in_force(stage: Stage) -> InForce:
    """Return the last ENTRYPOINT and CMD of a stage's chain; an ENTRYPOINT voids the CMD of what it is built on."""
    entrypoint: tuple[Stage, Instruction] | None = None
    command: tuple[Stage, Instruction] | None = None
    for home in stage.chain:
        for instruction in home.instructions:
            if instruction.keyword == "ENTRYPOINT":
                entrypoint = (home, instruction)
                command = command if command and command[0] is home else None
            elif instruction.keyword == "CMD":
                command = (home, instruction)
    return InForce(entrypoint, command)


class Followed(NamedTuple):
    """What following a start-up's commands shows."""

    doubts: tuple[Doubt, ...]
    """What speaks against starting as another user, in the order of the commands."""
    opened: tuple[str, ...]
    """The files that were read, as the user sees them."""
    places: tuple[str, ...]
    """Folders that the commands write to, as far as these tell; absolute."""
    programs: tuple[str, ...]
    """The programs that are started, with their arguments."""
    scripts: tuple[Ran, ...]
    """The scripts that are started or read, where they were found."""
    in_home: tuple[str, ...]
    """What writes to the home of whoever starts it, in words for people."""

    @property
    def helper(self) -> str:
        """The setuid program that is called, with where that is; empty where none is."""
        return next((doubt.helper for doubt in self.doubts if isinstance(doubt, NeedsRoot) and doubt.helper), "")


def follow(project: Project, dockerfile: Dockerfile, stage: Stage) -> Followed:
    """Follow what a stage's image starts into the scripts of the build context."""
    return project.once(_follow, dockerfile, stage)


def _follow(project: Project, dockerfile: Dockerfile, stage: Stage) -> Followed:
    reading = Reading(project, dockerfile, stage)
    doubts = tuple(_doubts(project, dockerfile, stage, reading))
    return Followed(
        doubts,
        reading.opened,
        tuple(dict.fromkeys(reading.places)),
        tuple(reading.programs),
        tuple(reading.scripts),
        tuple(reading.in_home),
    )


def read_start_up(project: Project, dockerfile: Dockerfile, stage: Stage) -> StartUp:
    """Return what is to be known of a stage's start-up; scripts are read from the build context."""
    found = in_force(stage)
    image = stage.image
    if found.entrypoint is None:
        if image is not None and not image.base and image.starts != "non-root":
            return _of_base(image)
        if image is None and stage.family != "none":
            return Unreadable(f"what {stage.written_base} starts is not known")
        if image is not None and image.entrypoint is None:
            return Unreadable(f"the entrypoint of {image.name} is not known")
    parts = [part for part in found if part is not None]
    if not parts and image is not None and image.starts == "root":
        return NeedsRoot(f"{stage.chain[0].base} starts a server that is root by habit", master=True)
    if not parts and (image is None or image.base or not image.entrypoint):
        return Unreadable("no CMD or ENTRYPOINT says what starts")
    followed = follow(project, dockerfile, stage)
    if followed.doubts:
        return min(followed.doubts, key=is_vague)
    if (shell := _conversation(found)) is not None:
        return NeedsRoot(
            f"{shell} starts nothing of its own: an image to build on, or to work in, may need root for that"
        )
    read = [*(_shown(part[1]) for part in parts), *followed.opened]
    return ReadNoRoot(f"its start-up was read and needs no root: {', '.join(read) or 'that of the base image'}")


def _of_base(image: Image) -> Doubt:
    if image.starts == "steps-down":
        return NeedsRoot(f"the entrypoint of {image.name} starts as root and steps down by itself")
    if image.starts == "root":
        return NeedsRoot(f"the entrypoint of {image.name} starts a server that is root by habit", master=True)
    return Unreadable(f"what {image.name} starts, and as whom, is not known")


def _parts(found: InForce) -> Iterator[Instruction]:
    """Yield the ENTRYPOINT and, unless it only gives that arguments, the CMD."""
    if found.entrypoint is not None:
        yield found.entrypoint[1]
    if found.command is not None and (found.entrypoint is None or _takes_a_command(found.entrypoint[1])):
        yield found.command[1]


def _conversation(found: InForce) -> str | None:
    """Return the part that starts only a shell or an interpreter, for a person or for images built from this."""
    if found.command and found.entrypoint and not _takes_a_command(found.entrypoint[1]):
        return None
    last = found.command or found.entrypoint
    commands = commands_of(last[1]) if last is not None else []
    if last is None or len(commands) != 1 or not only_converses([word.unquoted for word in commands[0].words]):
        return None
    return _shown(last[1])


def _doubts(project: Project, dockerfile: Dockerfile, stage: Stage, reading: Reading) -> Iterator[Doubt]:
    """Yield what speaks against starting as another user."""
    for instruction in _parts(in_force(stage)):
        for command in commands_of(instruction):
            yield from reading.command(command, f"{instruction.keyword} (line {instruction.line})")
    for service in project.builders(dockerfile, stage):
        for key in ("entrypoint", "command"):
            for command in service.commands(key):
                yield from reading.command(command, f"{key} of {service.subject} in {service.document.file}")


def _takes_a_command(entrypoint: Instruction) -> bool:
    """Whether CMD may be a command of its own rather than arguments of the entrypoint's program."""
    if entrypoint.json is None:
        return False
    words = [word.text for word in entrypoint.words()]
    rest = behind_wrapper(words)
    return not rest or looks_like_script(rest[0]) or base_name(rest[0]) in SHELLS


def _shown(instruction: Instruction) -> str:
    """Return an ENTRYPOINT or a CMD as a person finds it: its text, cut where it is long, and its line."""
    text = " ".join(f"{instruction.keyword} {instruction.value}".split())
    return f"{text if len(text) <= _LONGEST else f'{text[:_LONGEST]}…'} (line {instruction.line})"


def commands_of(instruction: Instruction) -> list[Command]:
    """Return the commands of an ENTRYPOINT or a CMD in either form."""
    if instruction.json is None:
        return script_commands(instruction.value)
    words = tuple(Word(text, instruction.start, instruction.start) for text in instruction.json)
    return [Command(words, ";", ";", False, ())] if words else []
