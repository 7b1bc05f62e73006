"""
Dockerfiles as instructions with exact positions.

All offsets count characters of the text that was parsed, which has no byte order mark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from hardener.text.dockerchanges import DockerfileChange, Drop, DropWord, Insert, Rewrite, SetFlag, SetKeyword
from hardener.text.dockerflags import Flag
from hardener.text.dockerlex import Heredoc, LogicalLine
from hardener.text.dockerwords import Span, blank_separated, json_strings, quoted, shell_words, unquoted
from hardener.text.unparsable import UnparsableError

if TYPE_CHECKING:
    from hardener.text.dockerfile import Dockerfile

__all__ = [
    "Dockerfile",
    "DockerfileChange",
    "Drop",
    "DropWord",
    "Flag",
    "Heredoc",
    "Insert",
    "Instruction",
    "Rewrite",
    "SetFlag",
    "SetKeyword",
    "UnparsableError",
    "Word",
    "parse",
]

_SHELL = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN"})
_QUOTED = frozenset({"ARG", "ENV", "LABEL"})
_WHOLE = frozenset({"MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"})


class Word(NamedTuple):
    """A word of an instruction's arguments; between `start` and `end` the text may have continuations."""

    text: str
    """As it is written, with quotes; the string's value where it is part of an exec form."""
    start: int
    end: int

    @property
    def unquoted(self) -> str:
        """It as a shell passes it on, save for substitutions."""
        return unquoted(self.text)


@dataclass(frozen=True, eq=False)
class Instruction:
    """One instruction with everything that belongs to it."""

    index: int
    """Its number in the file, from 0; an instruction within ONBUILD has that of the ONBUILD."""
    keyword: str
    """In upper case."""
    start: int
    """The offset of its first character that is not blank."""
    end: int
    """The offset behind its last line, continuations and heredocs included, before that line's ending."""
    line: int
    """The number of its first line, counted from 1."""
    last_line: int
    flags: tuple[Flag, ...]
    keyword_end: int
    value: str
    """What follows the flags, with continuations joined and comments left out as BuildKit does."""
    json: tuple[str, ...] | None
    """The strings of an exec form (for HEALTHCHECK: of what follows CMD)."""
    heredocs: tuple[Heredoc, ...]
    onbuild: Instruction | None
    """What an ONBUILD does."""
    arguments: str
    """`value` with the flags in front of it."""
    source: LogicalLine = field(repr=False, compare=False)
    value_position: int = field(repr=False, compare=False)
    """Where `value` begins in `source.text`."""
    escape: str = field(repr=False, compare=False)

    @property
    def flags_closed(self) -> bool:
        """A bare `--` stands between the flags and the arguments."""
        return self.arguments.removesuffix(self.value).split()[-1:] == ["--"]

    @property
    def dangling(self) -> bool:
        """The file ends where this instruction should continue."""
        return self.source.dangling

    def offset(self, position: int) -> int:
        """Return where in the text the character at `position` of `value` stands."""
        return self.source.offset(self.value_position + position)

    def position(self, offset: int) -> int | None:
        """Return where in `value` the character at `offset` of the text stands, None where it is not part of it."""
        position = self.source.position(offset)
        if position is None or not 0 <= position - self.value_position <= len(self.value):
            return None
        return position - self.value_position

    def words(self) -> tuple[Word, ...]:
        """
        Return the words of `value`, split as the instruction splits them.

        The shell form of RUN, CMD, ENTRYPOINT and HEALTHCHECK is split as a POSIX shell does, with `&&`, `;`, `|` and
        the like as words of their own; USER, WORKDIR, STOPSIGNAL and MAINTAINER have one word at most.
        """
        return self._words

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of its words, where nobody asks for places."""
        return tuple(self._word_text(start, end) for start, end in self._spans())

    @cached_property
    def _words(self) -> tuple[Word, ...]:
        line = self.source
        return tuple(
            Word(self._word_text(start, end), line.offset(start), line.end_offset(end)) for start, end in self._spans()
        )

    def _word_text(self, start: int, end: int) -> str:
        text = self.source.text[start:end]
        return str(json.loads(text)) if self.json is not None and text.startswith('"') else text

    def _spans(self) -> Iterator[Span]:
        start = self.value_position
        end = start + len(self.value)
        text = self.source.text
        if self.json is not None:
            return json_strings(text, start, end)
        if self.keyword in _SHELL:
            return shell_words(text, start, end)
        if self.keyword in _QUOTED:
            return quoted(text, start, end, self.escape)
        if self.keyword in _WHOLE:
            return iter([(start, end)] if self.value else [])
        return blank_separated(text, start, end)


def parse(text: str) -> Dockerfile:
    """
    Return the Dockerfile that `text` (without a byte order mark) is; an empty one has no instructions.

    Raises UnparsableError for what BuildKit's parser rejects. The package under it is only loaded here.
    """
    from hardener.text.dockerfile import Dockerfile  # noqa: PLC0415 - it takes longer to import than to parse a file

    return Dockerfile(text)


def __getattr__(name: str) -> Any:
    """Provide `Dockerfile` to those who ask for it, without loading its module for the others."""
    if name != "Dockerfile":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hardener.text.dockerfile import Dockerfile  # noqa: PLC0415 - see parse

    return Dockerfile
