"""
What should change in a Dockerfile, said by instruction number: the vocabulary that rules use.

An index counts the instructions of the text as it was parsed, from 0; all changes of a run speak about that one text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Insert:
    """
    A new instruction in front of the one with index `before`; the number of instructions means the end.

    Several at one place keep the order in which they are given. A tuple stands for commands of one RUN, joined by `&&`
    and written one on a line.
    """

    before: int
    keyword: str
    value: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetFlag:
    """The instruction has the flag `--name=value`: added after its other flags, or the flag of that name changed."""

    index: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The characters from `start` up to `end` of the text become `new`; they are `old` and lie in that instruction."""

    index: int
    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SetKeyword:
    """The instruction has this keyword (given in upper case); it is written in lower case where the old one is."""

    index: int
    keyword: str


@dataclass(frozen=True, slots=True)
class DropWord:
    """
    The word from `start` up to `end` of the text, which is `old`, is gone from the instruction's arguments.

    With it go the blanks in front of it and, where it stands alone on a line, that line and its continuation.
    """

    index: int
    start: int
    end: int
    old: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The instruction is gone, with the lines it stands on."""

    index: int


DockerfileChange: TypeAlias = Insert | SetFlag | SetKeyword | Rewrite | DropWord | Drop
