"""Commands of a start-up, followed into the scripts that they call: what in them speaks against another user than root.

The reading errs on one side only: a start-up that may need root is never called one that does not.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.roothome import corepack_line
from hardener.model.places import is_below, is_programs, is_root_home, resolve
from hardener.model.settings import Level
from hardener.model.startup import packagescripts, supervisor
from hardener.model.startup.besidecode import beside_code, is_copied, misplaced
from hardener.model.startup.commandfiles import CommandFile, command_file
from hardener.model.startup.daemons import packaged
from hardener.model.startup.doubts import Doubt, NeedsRoot, Unreadable
from hardener.model.startup.inlinecode import reads_input, stepping_down
from hardener.model.startup.innercommands import STEPS_DOWN, assignments, handed_on, is_client
from hardener.model.startup.packagescripts import Call, script_call
from hardener.model.startup.privileges import (
    QUESTIONS,
    Need,
    base_name,
    behind_wrapper,
    is_master,
    is_setuid_helper,
    needs_root,
    targets,
)
from hardener.model.startup.projectwrites import Writes, writes
from hardener.model.startup.scripts import Missing, Script, find_script, is_written
from hardener.model.startup.shell import SHELLS, Command, script_commands, substituted
from hardener.text.dockervars import expand

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project

_FUNCTION = re.compile(r"^[ \t]*(?:function[ \t]+)?([\w:.-]+)[ \t]*\(\)", re.MULTILINE)
_SETTINGS = frozenset({"activate", ".env", "profile", ".profile", ".bashrc"})
"""Files that set variables and start nothing."""

_HOME = re.compile(r"~(?:/|$)|\$(?:HOME\b|\{HOME\})")

_DEEPEST = 5
"""Scripts that call scripts that call scripts …"""


class Ran(NamedTuple):
    """A script that a start-up runs."""

    path: str
    """Where it lies in the image; absolute."""
    directly: bool
    """The system runs it, rather than a shell that is told to read it."""


class Reading:
    """Reads one start-up; keeps which scripts it opened."""

    def __init__(self, project: Project, dockerfile: Dockerfile, stage: Stage) -> None:
        self._project = project
        self._dockerfile = dockerfile
        self._stage = stage
        self._seen: dict[str, str] = {}
        self._functions: set[str] = set()
        self._assigned: dict[str, str] = {}
        self._at = stage.end_scope.workdir
        self.in_home: list[str] = []
        """What writes to the home of whoever starts it, in words for people."""
        self.scripts: list[Ran] = []
        """The scripts that were read."""
        self.programs: list[str] = []
        """The programs that were reached with their arguments, scripts and clients left out."""
        self.places: list[str] = []
        """Folders that the commands write to, as far as these tell; absolute."""

    @property
    def folder(self) -> str | None:
        """The working directory, as far as it is known."""
        return self._stage.end_scope.workdir

    @property
    def opened(self) -> tuple[str, ...]:
        """The scripts that were read, as the user sees them."""
        return tuple(self._seen.values())

    def command(self, command: Command, where: str, depth: int = 0) -> Iterator[Doubt]:
        """Yield what speaks against another user in a command; `where` says where it stands, `depth` how deep."""
        at = self._at
        for word in command.words:
            for inner in substituted(word):
                yield from self.command(inner, where, depth)
        self._at = at
        words = behind_wrapper([word.unquoted for word in command.words])
        if not words and not command.redirected:
            return
        words = words or [":"]  # `exec > file`
        name = base_name(words[0])
        known = [self.expanded(word) or word for word in words]
        redirected = [self.expanded(word) or word for word in command.redirected]
        need = self._need(known, redirected)
        self.in_home += [f"{where} calls `{shown}`" for shown, path in targets(known, redirected) if _HOME.match(path)]
        if reads_input(command, words):
            yield Unreadable(f"{where} feeds code to `{name}`, and that is not read")
        elif need is not None:
            helper = f"`{name}` ({where} calls it)" if is_setuid_helper(name) else ""
            asks = name in QUESTIONS and need.shown == name
            yield NeedsRoot(f"{where} calls `{need.shown}`, {need.why}", is_master(name), asks, helper)
        elif name in ("yarn", "pnpm") and (line := corepack_line(self._stage)) is not None:
            yield NeedsRoot(f"{where} calls `{name}`, which corepack (line {line}) keeps in root's home")
        elif name in (".", "source") and len(words) > 1 and base_name(words[1]) not in _SETTINGS:
            yield from self._script(words[1], where, depth, certain=True)
        elif name in ("cd", "pushd", "popd"):
            self._at = resolve(self.expanded(known[-1]), at) if command.always_runs and len(known) == 2 else None
        elif name in SHELLS:
            yield from self._shell(words, where, depth)
            self._at = at
        elif "$" in name:
            yield from self._variable(words, where, depth)
        elif name not in self._functions and name not in (".", "source"):
            yield from self._program(known, where, depth)
            self._at = at

    def _need(self, words: list[str], redirected: list[str]) -> Need | None:
        """Return what in a command needs root; gives the user, where code stays root's, what the command fills."""
        need = needs_root(words, redirected, self._is_own, self._stage.end_scope.variables)
        need = need or misplaced(words, redirected, self._at, self._is_own)
        if need is not None or self._project.settings_of(self._dockerfile).level is Level.BASELINE:
            return need
        for found in beside_code(self._stage, words, redirected, self._at):
            if found.folder is None or is_copied(self._project, self._dockerfile, self._stage, found.folder):
                why = f"which changes {found.path}: at level restricted code and its folder stay root's"
                return Need(found.shown, why)
            self.places.append(found.folder)
        return None

    def _program(self, words: list[str], where: str, depth: int) -> Iterator[Doubt]:
        if (server := packaged(self._stage, base_name(words[0]))) is not None:
            name = f"`{base_name(words[0])}`, whose package {server.name} (line {server.line})"
            yield NeedsRoot(
                f"{where} calls {name} has it run as root, or as a user of its own that its files belong to"
            )
        elif base_name(words[0]) == "supervisord":
            yield from supervisor.doubts(self, words, where, depth)
        elif (file := command_file(words)) is not None:
            yield from self._command_file(file, where, depth)
        elif (call := script_call(words)) is not None:
            yield from self._package_script(call, where, depth)
        elif (found := writes(words)) is not None:
            yield from self._tool(found, where)
        else:
            if found_code := stepping_down(words):
                yield NeedsRoot(f"{where} calls `{found_code}`, which needs root")
            if not is_client(words[0]):
                self.programs.append(" ".join(words))
            yield from self._script(words[0], where, depth)
            for command in handed_on(words) if depth < _DEEPEST else ():
                yield from self.command(command, where, depth + 1)

    def _package_script(self, call: Call, where: str, depth: int) -> Iterator[Doubt]:
        if depth >= _DEEPEST:
            yield Unreadable(f"{where} calls `{call.script}` through too many scripts")
        else:
            yield from packagescripts.doubts(self, call, where, depth)

    def _command_file(self, file: CommandFile, where: str, depth: int) -> Iterator[Doubt]:
        script = self.find(file.path)
        if isinstance(script, Missing):
            yield Unreadable(f"{where} starts what {file.path} names, which {script.reason}")
            return
        for line, text in file.commands(script.text):
            for command in script_commands(text):
                yield from self.command(command, f"{script.name} (line {line})", depth + 1)

    def _tool(self, found: Writes, where: str) -> Iterator[NeedsRoot]:
        if found.shown:
            yield NeedsRoot(f"{where} calls `{found.shown}`, which writes where a RUN may have left files of root")
        self.places += [path for place in found.places if (path := resolve(place, self.folder)) is not None]

    def _variable(self, words: list[str], where: str, depth: int) -> Iterator[Doubt]:
        plain = words[0].strip("\"'")
        if plain.lstrip("$").strip("{}") in ("@", "*", "0") or plain[:2] == "$(":
            return
        expanded = self.expanded(words[0])
        if expanded is None or "$" in expanded or depth >= _DEEPEST:
            yield Unreadable(f"{where} starts `{plain}`, and what that stands for is not known")
            return
        for command in script_commands(" ".join((expanded, *words[1:]))):
            yield from self.command(command, where, depth + 1)

    def _shell(self, words: list[str], where: str, depth: int) -> Iterator[Doubt]:
        rest = words[1:]
        while rest and rest[0].startswith(("-", "+")):
            option = rest.pop(0)
            if not option.startswith("--") and "c" in option[1:]:
                for command in script_commands(rest[0]) if rest else ():
                    yield from self.command(command, where, depth + 1)
                return
            if option in ("-o", "+o") and rest:
                rest.pop(0)
        if rest:
            word = rest[0] if "/" in rest[0] or "$" in rest[0] else f"./{rest[0]}"
            yield from self._script(word, where, depth, certain=True)

    def _script(self, word: str, where: str, depth: int, *, certain: bool = False) -> Iterator[Doubt]:
        expanded = self.expanded(word)
        if expanded is None:
            if certain or looks_like_script(word):
                yield Unreadable(f"{where} starts `{word}`, and what that stands for is not known")
            return
        if "/" in expanded:
            expanded = resolve(expanded, self._at) or expanded
        if expanded in self._seen:
            return
        script = find_script(self._project, self._dockerfile, self._stage, expanded)
        if isinstance(script, Missing):
            unread = certain or looks_like_script(expanded) or is_written(self._stage, expanded)
            if unread and not self._is_of_base(expanded):
                yield Unreadable(f"the script {expanded} {script.reason}")
            return
        self._seen[expanded] = script.name
        self.scripts.append(Ran(script.path, not certain))
        if script.is_shell and depth >= _DEEPEST:
            yield Unreadable(f"{script.name} is called from too many scripts")
        elif script.is_shell or certain:
            yield from self._commands_in(script, depth)
        elif (found := STEPS_DOWN.search(script.text)) is not None:
            line = script.text.count("\n", 0, found.start()) + 1
            yield NeedsRoot(f"{script.name} (line {line}) calls `{found[0]}`, which needs root")

    def _commands_in(self, script: Script, depth: int) -> Iterator[Doubt]:
        self._functions |= set(_FUNCTION.findall(script.text))
        for name, value in assignments(script.text).items():
            known = self.expanded(value)
            if known is not None:
                self._assigned[name] = known
            if name == "HOME" and is_root_home(known or ""):
                yield NeedsRoot(f"{script.name} sets HOME to {known}, where only root may look")
        for command in script_commands(script.text):
            line = script.text.count("\n", 0, command.words[0].start) + 1
            yield from self.command(command, f"{script.name} (line {line})", depth + 1)

    def find(self, word: str) -> Script | Missing:
        """Return the file that a path names in the image; relative ones start in the working directory."""
        path = resolve(self.expanded(word), self.folder or "/")
        if path is None:
            return Missing("is named by a variable without a known value")
        found = find_script(self._project, self._dockerfile, self._stage, path)
        if isinstance(found, Script):
            self._seen[path] = found.name
        return found

    def may_write(self, path: str) -> bool:
        """Whether the file makes a place for writing or, where code is given away, it is the program's."""
        if self._project.settings_of(self._dockerfile).level is Level.BASELINE and is_programs(
            path, self._stage.end_scope.workdir
        ):
            return True
        return any(is_below(path, prepared.path) for prepared in self._stage.prepared_paths())

    def _is_own(self, path: str) -> bool:
        """Whether a place is the program's, be its code given away or not, or one that the file makes for it."""
        return is_programs(path, self._stage.end_scope.workdir) or self.may_write(path)

    def expanded(self, word: str) -> str | None:
        """Return a word with the image's variables replaced; None where one has no known value."""
        if "$" not in word:
            return word
        return expand(word, ChainMap(self._assigned, dict(self._stage.end_scope.variables)), self._stage.escape)

    def _is_of_base(self, word: str) -> bool:
        image = self._stage.image
        return image is not None and word in (image.entrypoint or ())


def looks_like_script(word: str) -> bool:
    """Whether a command's word is most likely a script of the file's author."""
    name = base_name(word)
    return name.endswith((".sh", ".bash", ".ash")) or "entrypoint" in name or "docker-start" in name
