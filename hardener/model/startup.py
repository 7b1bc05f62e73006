"""What a stage's image starts, read from its ENTRYPOINT and CMD and from the scripts that these call.

The reading errs on one side only: a start-up that may need root is never called one that does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hardener.model.dockerfile import Stage
from hardener.model.images import Image
from hardener.model.places import is_below, is_programs
from hardener.model.privileges import base_name, behind_wrapper, is_master, needs_root, only_converses
from hardener.model.roothome import corepack_line
from hardener.model.scripts import Missing, Script, find_script
from hardener.model.shell import SHELLS, Command, script_commands, substituted
from hardener.text.instructions import Instruction, Word

if TYPE_CHECKING:
    from hardener.model.dockerfile import Dockerfile
    from hardener.model.project import Project

_FUNCTION = re.compile(r"^[ \t]*(?:function[ \t]+)?([\w:.-]+)[ \t]*\(\)", re.MULTILINE)
_SETTINGS = frozenset({"activate", ".env", "profile", ".profile", ".bashrc"})
"""Files that set variables and start nothing."""

_DEEPEST = 5
"""Scripts that call scripts that call scripts …"""

_LONGEST = 60
"""Characters of an instruction that evidence shows."""


@dataclass(frozen=True, slots=True)
class ReadNoRoot:
    """All of the start-up was read, and nothing in it needs root."""

    evidence: str


@dataclass(frozen=True, slots=True)
class NeedsRoot:
    """Something in the start-up works only, or may work only, as root."""

    reason: str
    """A sentence for people, with the word and the line that show it."""
    master: bool = False
    """It is a server whose first process is root by habit, not by need: a configuration can say otherwise."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of the start-up could not be read."""

    reason: str


StartUp: TypeAlias = ReadNoRoot | NeedsRoot | Unreadable


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
    if not parts and (image is None or image.base or not image.entrypoint):
        return Unreadable("no CMD or ENTRYPOINT says what starts")
    reader = _Reader(project, dockerfile, stage)
    for verdict in reader.verdicts(found):
        return verdict
    if (shell := reader.conversation(found)) is not None:
        return NeedsRoot(
            f"{shell} starts nothing of its own: an image to build on, or to work in, may need root for that"
        )
    return ReadNoRoot(reader.evidence(found))


def _of_base(image: Image) -> NeedsRoot | Unreadable:
    if image.starts == "steps-down":
        return NeedsRoot(f"the entrypoint of {image.name} starts as root and steps down by itself")
    if image.starts == "root":
        return NeedsRoot(f"the entrypoint of {image.name} starts a server that is root by habit", master=True)
    return Unreadable(f"what {image.name} starts, and as whom, is not known")


class _Reader:
    """Reads one start-up; `seen` are the scripts that were opened."""

    def __init__(self, project: Project, dockerfile: Dockerfile, stage: Stage) -> None:
        self._project = project
        self._dockerfile = dockerfile
        self._stage = stage
        self._seen: dict[str, str] = {}
        self._functions: set[str] = set()

    def evidence(self, found: InForce) -> str:
        """Say what was read."""
        read = [_shown(part[1]) for part in found if part is not None] + list(self._seen.values())
        return f"its start-up was read and needs no root: {', '.join(read) or 'that of the base image'}"

    def conversation(self, found: InForce) -> str | None:
        """Return the part that starts only a shell or an interpreter, for a person or for images built from this."""
        if found.command and found.entrypoint and not self._takes_a_command(found.entrypoint[1]):
            return None
        last = found.command or found.entrypoint
        commands = commands_of(last[1]) if last is not None else []
        if last is None or len(commands) != 1 or not only_converses([word.unquoted for word in commands[0].words]):
            return None
        return _shown(last[1])

    def verdicts(self, found: InForce) -> Iterator[NeedsRoot | Unreadable]:
        """Yield what speaks against starting as another user."""
        for part in found:
            if part is None:
                continue
            instruction = part[1]
            if part is found.command and found.entrypoint and not self._takes_a_command(found.entrypoint[1]):
                continue
            where = f"{instruction.keyword} (line {instruction.line})"
            for command in commands_of(instruction):
                yield from self._command(command, where, 0)
        for service in self._project.builders(self._dockerfile, self._stage):
            for key in ("entrypoint", "command"):
                for command in service.commands(key):
                    yield from self._command(command, f"{key} of {service.subject} in {service.document.file}", 0)

    def _takes_a_command(self, entrypoint: Instruction) -> bool:
        """Whether CMD may be a command of its own rather than arguments of the entrypoint's program."""
        if entrypoint.json is None:
            return False
        words = [word.text for word in entrypoint.words()]
        rest = behind_wrapper(words)
        return not rest or _looks_like_script(rest[0]) or base_name(rest[0]) in SHELLS

    def _command(self, command: Command, where: str, depth: int) -> Iterator[NeedsRoot | Unreadable]:
        for word in command.words:
            for inner in substituted(word):
                yield from self._command(inner, where, depth)
        words = behind_wrapper([word.unquoted for word in command.words])
        if not words:
            return
        name = base_name(words[0])
        known = [self._expanded(word) or word for word in words]
        redirected = [self._expanded(word) or word for word in command.redirected]
        need = needs_root(known, redirected, self._may_write, self._stage.end_scope.variables)
        if need is not None:
            yield NeedsRoot(f"{where} calls `{need.shown}`, {need.why}", master=is_master(base_name(known[0])))
        elif name in ("yarn", "pnpm") and (line := corepack_line(self._stage)) is not None:
            yield NeedsRoot(f"{where} calls `{name}`, which corepack (line {line}) keeps in root's home")
        elif name in self._functions:
            return
        elif name in (".", "source") and len(words) > 1:
            if base_name(words[1]) in _SETTINGS:
                return
            yield from self._script(words[1], where, depth, certain=True)
        elif name in SHELLS:
            yield from self._shell(words, where, depth)
        elif "$" in name:
            yield from self._variable(name, where)
        else:
            yield from self._script(words[0], where, depth)

    def _variable(self, name: str, where: str) -> Iterator[Unreadable]:
        plain = name.strip("\"'")
        if plain.lstrip("$").strip("{}") in ("@", "*", "0") or plain[:2] == "$(":
            return
        yield Unreadable(f"{where} starts `{plain}`, and what that stands for is not known")

    def _shell(self, words: list[str], where: str, depth: int) -> Iterator[NeedsRoot | Unreadable]:
        rest = words[1:]
        while rest and rest[0].startswith(("-", "+")):
            option = rest.pop(0)
            if not option.startswith("--") and "c" in option[1:]:
                for command in script_commands(rest[0]) if rest else ():
                    yield from self._command(command, where, depth + 1)
                return
            if option in ("-o", "+o") and rest:
                rest.pop(0)
        if rest:
            yield from self._script(rest[0], where, depth, certain=True)

    def _script(self, word: str, where: str, depth: int, *, certain: bool = False) -> Iterator[NeedsRoot | Unreadable]:
        expanded = self._expanded(word)
        if expanded is None:
            if certain or _looks_like_script(word):
                yield Unreadable(f"{where} starts `{word}`, and what that stands for is not known")
            return
        if expanded in self._seen:
            return
        script = find_script(self._project, self._dockerfile, self._stage, expanded)
        if isinstance(script, Missing):
            if (certain or _looks_like_script(expanded)) and not self._is_of_base(expanded):
                yield Unreadable(f"the script {expanded} {script.reason}")
            return
        self._seen[expanded] = script.name
        if script.is_shell and depth >= _DEEPEST:
            yield Unreadable(f"{script.name} is called from too many scripts")
        elif script.is_shell or certain:
            yield from self._commands_in(script, depth)

    def _commands_in(self, script: Script, depth: int) -> Iterator[NeedsRoot | Unreadable]:
        self._functions |= set(_FUNCTION.findall(script.text))
        for command in script_commands(script.text):
            line = script.text.count("\n", 0, command.words[0].start) + 1
            yield from self._command(command, f"{script.name} (line {line})", depth + 1)

    def _may_write(self, path: str) -> bool:
        """Whether a place is the program's, or one that the file makes for it."""
        if is_programs(path, self._stage.end_scope.workdir):
            return True
        return any(is_below(path, prepared.path) for prepared in self._stage.prepared_paths())

    def _expanded(self, word: str) -> str | None:
        return self._stage.expand_at_end(word) if "$" in word else word

    def _is_of_base(self, word: str) -> bool:
        image = self._stage.image
        return image is not None and word in (image.entrypoint or ())


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


def _looks_like_script(word: str) -> bool:
    name = base_name(word)
    return name.endswith((".sh", ".bash", ".ash")) or "entrypoint" in name or "docker-start" in name
