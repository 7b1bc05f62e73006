"""Dockerfiles: stages, what they are built from, and what is in force at each of their instructions.

Read as Docker's Dockerfile reference says (https://docs.docker.com/reference/dockerfile/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.prepared import Prepared, prepared
from hardener.model.dockerfile.scope import Scope, UserWord, global_arguments, initial, scopes
from hardener.model.document import Document, Subject
from hardener.model.images.profiles import Family, Image, profile
from hardener.model.places import is_below, resolve
from hardener.model.startup.shell import Command, run_commands
from hardener.text import instructions as tree
from hardener.text.dockervars import expand
from hardener.text.source import Source

if TYPE_CHECKING:
    from hardener.text.instructions import Dockerfile as Tree
    from hardener.text.instructions import Instruction, Word

_WINDOWS = ("windows", "nanoserver", "servercore")


class Copy(NamedTuple):
    """A COPY or ADD with what its words stand for; None is "a variable hides it"."""

    instruction: Instruction
    sources: tuple[str | None, ...]
    """Without heredocs."""
    destination: str | None
    """Absolute; it ends with `/` where that is written or where it is the working directory."""
    origin: str | None
    """The stage or image of `--from`; None for the build context."""

    def text_of(self, path: str) -> str | None:
        """Return the content that a heredoc puts at `path`."""
        name = path.rpartition("/")[2]
        for heredoc in self.instruction.heredocs:
            if path == self.destination or (path == f"{self.destination}{name}" and name == heredoc.name):
                return heredoc.body
        return None


class Run(NamedTuple):
    """A RUN with the commands that it holds."""

    stage: Stage
    instruction: Instruction
    commands: tuple[Command, ...]

    def path(self, word: Word) -> str | None:
        """Return the absolute path that a word of its commands names; None where a variable hides it."""
        expanded = self.stage.expand(word.unquoted, self.instruction)
        return resolve(expanded, self.stage.scope_at(self.instruction).workdir)


@dataclass(frozen=True, eq=False)
class Stage(Subject):
    """One FROM with the instructions up to the next; offsets are those of its text."""

    number: int
    """Counted from 0."""
    name: str | None
    base: str | None
    """What it is built from, variables replaced by their defaults; None where that is not possible."""
    written_base: str
    parent: Stage | None
    """The earlier stage of the file that `base` names."""
    platform: str | None
    instructions: tuple[Instruction, ...]
    """From the FROM on."""
    is_last: bool
    escape: str
    globals: Mapping[str, str]

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def chain(self) -> tuple[Stage, ...]:
        """The stages of the file that its image is made of, the first one first, itself last."""
        return (*self.parent.chain, self) if self.parent else (self,)

    @property
    def first(self) -> int:
        """The index of its FROM."""
        return self.instructions[0].index

    @property
    def following(self) -> int:
        """The index behind its last instruction."""
        return self.instructions[-1].index + 1

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """What is in force in front of each of its instructions, and at last at its end."""
        inherited = self.parent.scopes[-1] if self.parent else initial(self.image.environment if self.image else None)
        return scopes(self.instructions, inherited, self.globals, self.number, self.escape)

    @property
    def end_scope(self) -> Scope:
        """What is in force in the image."""
        return self.scopes[-1]

    def is_root_in(self, scope: Scope) -> bool:
        """Whether a RUN in the scope runs as root, as far as that is known."""
        if scope.user is not None:
            return scope.user.is_root
        default = self.image.default_user if self.image else None
        return default is None or default.uid == 0

    @property
    def user(self) -> UserWord | None:
        """The USER in force in the image; None where neither it nor a parent has one."""
        return self.end_scope.user

    def scope_at(self, instruction: Instruction) -> Scope:
        """Return what is in force in front of one of its instructions."""
        return self.scopes[instruction.index - self.first]

    @cached_property
    def image(self) -> Image | None:
        """What is known of the image at the root of its chain."""
        if self.parent:
            return self.parent.image
        return profile(self.base or self.written_base)

    @cached_property
    def family(self) -> Family:
        """How users are made in it."""
        if self._looks_like_windows():
            return "windows"
        if self.parent:
            return self.parent.family
        return self.image.family if self.image else "unknown"

    def _looks_like_windows(self) -> bool:
        shell = self.end_scope.shell or ()
        if self.platform and self.platform.startswith("windows"):
            return True
        if shell and shell[0].lower().rpartition("\\")[2].removesuffix(".exe") in ("powershell", "pwsh", "cmd"):
            return shell[0].lower() != "pwsh"
        return self.parent is None and any(word in self.written_base.lower() for word in _WINDOWS)

    def expand(self, text: str, instruction: Instruction) -> str | None:
        """Return `text` of one of its instructions with its variables replaced; None where one has no known value."""
        return expand(text, self.scope_at(instruction).variables, self.escape)

    def expand_at_end(self, text: str) -> str | None:
        """Return `text` with the variables that hold in the image; None where one has no known value."""
        return expand(text, self.end_scope.variables, self.escape)

    @cached_property
    def copies(self) -> tuple[Copy, ...]:
        """Its own COPY and ADD instructions."""
        return tuple(self._copy(found) for found in self.instructions if found.keyword in ("COPY", "ADD"))

    def _copy(self, instruction: Instruction) -> Copy:
        words = [self.expand(word.text, instruction) for word in instruction.words() if not word.text.startswith("<<")]
        origin = next((flag.value for flag in instruction.flags if flag.name == "from"), None)
        destination = resolve(words[-1], self.scope_at(instruction).workdir) if words else None
        return Copy(instruction, tuple(words[:-1]), destination, origin)

    def copies_below(self, path: str) -> bool:
        """Whether a COPY or ADD of its chain puts something into the folder, or below it."""
        destinations = (copy.destination for stage in self.chain for copy in stage.copies)
        return any(found is not None and is_below(found.rstrip("/"), path) for found in destinations)

    def prepared_paths(self) -> Iterator[Prepared]:
        """Yield the volumes of its chain and the folders that it makes."""
        return prepared(self)

    @cached_property
    def own_runs(self) -> tuple[Run, ...]:
        """Its own RUN instructions."""
        found = (instruction for instruction in self.instructions if instruction.keyword == "RUN")
        return tuple(Run(self, instruction, tuple(run_commands(instruction))) for instruction in found)

    def runs(self) -> Iterator[Run]:
        """Yield the RUN instructions of its whole chain, in order."""
        for stage in self.chain:
            yield from stage.own_runs


@dataclass(slots=True, eq=False)
class Dockerfile(Document):
    """A Dockerfile of the run."""

    tree: Tree = field(kw_only=True, repr=False)
    stages: tuple[Stage, ...] = field(default=(), kw_only=True)

    @property
    def comments(self) -> list[tuple[int, int]]:
        """Start and end of each comment, from its `#`."""
        return self.tree.comments

    @property
    def subjects(self) -> tuple[Stage, ...]:
        """Its stages, the last one last."""
        return self.stages

    def stage(self, target: str | None) -> Stage | None:
        """Return the stage with this name or number (from 0), the last one for None."""
        if target is None:
            return self.stages[-1] if self.stages else None
        named = [stage for stage in self.stages if stage.name == target.lower()]
        if named:
            return named[-1]
        number = int(target) if target.isdecimal() else len(self.stages)
        return self.stages[number] if number < len(self.stages) else None

    def children(self, stage: Stage) -> tuple[Stage, ...]:
        """Return the stages that are built from this one."""
        return tuple(other for other in self.stages if other.parent is stage)


def parse(source: Source) -> Dockerfile:
    """Return the Dockerfile that a file is. Raises UnparsableError, from the text layer."""
    parsed = tree.parse(source.text)
    dockerfile = Dockerfile(source, tree=parsed)
    starts = [at for at, instruction in enumerate(parsed.instructions) if instruction.keyword == "FROM"]
    before = parsed.instructions[: starts[0]] if starts else parsed.instructions
    arguments = global_arguments(before, parsed.escape)
    stages: list[Stage] = []
    for start, end in pairwise([*starts, len(parsed.instructions)]):
        found = tuple(parsed.instructions[start:end])
        stages.append(_stage(dockerfile, found, stages, arguments, is_last=end == len(parsed.instructions)))
    dockerfile.stages = tuple(stages)
    return dockerfile


def _stage(
    document: Dockerfile,
    instructions: tuple[Instruction, ...],
    earlier: list[Stage],
    arguments: Mapping[str, str],
    *,
    is_last: bool,
) -> Stage:
    words = [word.text for word in instructions[0].words()]
    written = words[0] if words else ""
    base = expand(written, arguments, document.tree.escape)
    name = words[2].lower() if len(words) == 3 and words[1].lower() == "as" else None
    platform = next((flag.value for flag in instructions[0].flags if flag.name == "platform"), None)
    named = [stage for stage in earlier if base is not None and stage.name == base.lower()]
    known = name is not None and all(stage.name != name for stage in earlier)
    return Stage(
        document=document,
        subject=f"stage {name if known else len(earlier) + 1}",
        start=instructions[0].start,
        end=instructions[-1].end,
        number=len(earlier),
        name=name,
        base=base,
        written_base=written,
        parent=named[-1] if named else None,
        platform=platform,
        instructions=instructions,
        is_last=is_last,
        escape=document.tree.escape,
        globals=arguments,
    )
