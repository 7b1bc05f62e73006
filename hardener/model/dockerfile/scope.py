"""What is in force at an instruction of a Dockerfile: variables, working directory, user, shell."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.variables import Binding, Variables
from hardener.text.dockervars import expand

if TYPE_CHECKING:
    from hardener.text.instructions import Instruction


class UserWord(NamedTuple):
    """A USER instruction as it stands."""

    instruction: Instruction
    stage: int
    """The number of the stage that it stands in, from 0."""
    expanded: str | None
    """Its word with variables replaced; None where one has no known value."""
    fixed: bool
    """No build argument can change it."""

    @property
    def written(self) -> str:
        """Its word as it is written."""
        return self.instruction.value

    @property
    def is_root(self) -> bool:
        """Whether it names root, whatever the group."""
        name = (self.expanded or "").partition(":")[0]
        return name == "root" or (name.isdecimal() and int(name) == 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is in force in front of an instruction, or at a stage's end."""

    variables: Variables = field(default_factory=Variables)
    """What ENV set, and ARG with their defaults."""
    workdir: str | None = None
    """Absolute; None where no WORKDIR says it, or a variable hides it."""
    user: UserWord | None = None
    shell: tuple[str, ...] | None = None

    def is_fixed(self, text: str) -> bool:
        """Whether no build argument can change what `text` expands to."""
        return "$" not in text or expand(text, self.variables.fixed()) is not None

    def is_environment(self, name: str) -> bool:
        """Whether ENV set the variable, so that the program has it too."""
        binding = self.variables.binding(name)
        return binding is not None and binding.by_env


def global_arguments(instructions: Iterable[Instruction], escape: str) -> Mapping[str, str]:
    """Return the ARG instructions in front of the first FROM, those with a default."""
    known: dict[str, str] = {}
    for instruction in instructions:
        if instruction.keyword == "ARG":
            pairs = _pairs(instruction, known, escape)
            known |= {name: value for name, value in pairs if value is not None}
    return known


def initial(environment: Mapping[str, str] | None) -> Scope:
    """Return what is in force where a stage begins on an image that sets these variables."""
    bindings = [(name, Binding(value, True, True)) for name, value in (environment or {}).items()]
    return Scope(Variables().after(bindings))


def scopes(
    instructions: tuple[Instruction, ...], inherited: Scope, arguments: Mapping[str, str], stage: int, escape: str
) -> tuple[Scope, ...]:
    """Return the scope in front of each instruction of a stage, and the one at its end."""
    found = [inherited]
    for instruction in instructions:
        found.append(_after(instruction, found[-1], arguments, stage, escape))
    return tuple(found)


def _after(instruction: Instruction, scope: Scope, arguments: Mapping[str, str], stage: int, escape: str) -> Scope:
    keyword = instruction.keyword
    if keyword == "ENV":
        return _with_environment(instruction, scope, escape)
    if keyword == "ARG":
        return _with_arguments(instruction, scope, arguments, escape)
    if keyword == "USER":
        word = expand(instruction.value, scope.variables, escape)
        return replace(scope, user=UserWord(instruction, stage, word, scope.is_fixed(instruction.value)))
    if keyword == "WORKDIR":
        return replace(scope, workdir=_workdir(expand(instruction.value, scope.variables, escape), scope.workdir))
    if keyword == "SHELL" and instruction.json:
        return replace(scope, shell=instruction.json)
    return scope


def _workdir(path: str | None, before: str | None) -> str | None:
    if path is None or not (path.startswith("/") or before):
        return None
    return posixpath.normpath(posixpath.join(before or "/", path)).replace("//", "/")


def _with_environment(instruction: Instruction, scope: Scope, escape: str) -> Scope:
    fixed = scope.is_fixed(instruction.value)
    pairs = _pairs(instruction, scope.variables, escape, legacy=True)
    return replace(
        scope, variables=scope.variables.after([(name, Binding(value, True, fixed)) for name, value in pairs])
    )


def _with_arguments(instruction: Instruction, scope: Scope, arguments: Mapping[str, str], escape: str) -> Scope:
    bindings = [
        (name, Binding(value if value is not None else arguments.get(name), False, False))
        for name, value in _pairs(instruction, scope.variables, escape)
        if not scope.is_environment(name)
    ]
    return replace(scope, variables=scope.variables.after(bindings))


def _pairs(
    instruction: Instruction, variables: Mapping[str, str], escape: str, *, legacy: bool = False
) -> Iterator[tuple[str, str | None]]:
    """Yield names and values, None for a value that is not given or not known; `legacy`: `ENV NAME the rest`."""
    words = list(instruction.texts)
    if legacy and words and "=" not in words[0]:
        yield words[0], expand(instruction.value[len(words[0]) :].strip(), variables, escape)
        return
    for word in words:
        name, separator, value = word.partition("=")
        yield name, expand(value, variables, escape) if separator else None
