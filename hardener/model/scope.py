"""What is in force at an instruction of a Dockerfile: variables, working directory, user, shell."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from hardener.text.dockervars import expand

if TYPE_CHECKING:
    from hardener.text.instructions import Instruction


DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What BuildKit takes for PATH where an image says nothing; official images put their own folders in front of it."""


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
        return (self.expanded or "").partition(":")[0] in ("root", "0")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is in force in front of an instruction, or at a stage's end."""

    variables: Mapping[str, str] = field(default_factory=lambda: {"PATH": DEFAULT_PATH})
    """Those with a known value: ENV, and ARG with their defaults."""
    environment: frozenset[str] = frozenset()
    """The names that ENV set: an ARG of the same name has no effect."""
    arguments: frozenset[str] = frozenset()
    """The names whose value a build argument can change."""
    workdir: str | None = None
    """Absolute; None where no WORKDIR says it, or a variable hides it."""
    user: UserWord | None = None
    shell: tuple[str, ...] | None = None

    def is_fixed(self, text: str) -> bool:
        """Whether no build argument can change what `text` expands to."""
        if "$" not in text:
            return True
        steady = {name: value for name, value in self.variables.items() if name not in self.arguments}
        return expand(text, steady) is not None


def global_arguments(instructions: Iterable[Instruction], escape: str) -> Mapping[str, str]:
    """Return the ARG instructions in front of the first FROM, those with a default."""
    known: dict[str, str] = {}
    for instruction in instructions:
        if instruction.keyword == "ARG":
            pairs = _pairs(instruction, known, escape)
            known |= {name: value for name, value in pairs if value is not None}
    return known


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
    variables = dict(scope.variables)
    names = set(scope.environment)
    changeable = set(scope.arguments)
    for name, value in _pairs(instruction, scope.variables, escape, legacy=True):
        names.add(name)
        variables.pop(name, None)
        changeable.discard(name)
        if value is not None:
            variables[name] = value
        if not scope.is_fixed(instruction.value):
            changeable.add(name)
    return replace(scope, variables=variables, environment=frozenset(names), arguments=frozenset(changeable))


def _with_arguments(instruction: Instruction, scope: Scope, arguments: Mapping[str, str], escape: str) -> Scope:
    variables = dict(scope.variables)
    changeable = set(scope.arguments)
    for name, value in _pairs(instruction, scope.variables, escape):
        if name in scope.environment:
            continue
        changeable.add(name)
        default = value if value is not None else arguments.get(name)
        variables.pop(name, None)
        if default is not None:
            variables[name] = default
    return replace(scope, variables=variables, arguments=frozenset(changeable))


def _pairs(
    instruction: Instruction, variables: Mapping[str, str], escape: str, *, legacy: bool = False
) -> Iterator[tuple[str, str | None]]:
    """Yield names and values, None for a value that is not given or not known; `legacy`: `ENV NAME the rest`."""
    words = [word.text for word in instruction.words()]
    if legacy and words and "=" not in words[0]:
        yield words[0], expand(instruction.value[len(words[0]) :].strip(), variables, escape)
        return
    for word in words:
        name, separator, value = word.partition("=")
        yield name, expand(value, variables, escape) if separator else None
