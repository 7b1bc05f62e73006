"""A Dockerfile: dockerfile-parse's reader on top of our own instructions. The only importer of that package."""

from __future__ import annotations

import io
from bisect import bisect_right
from functools import cached_property
from typing import Any

from dockerfile_parse.parser import DockerfileParser

from hardener.text.dockerlex import LineReader
from hardener.text.dockerread import read_instructions
from hardener.text.instructions import Instruction


class Dockerfile(DockerfileParser):
    """
    What a text says, with positions; the setters that it inherits reformat and must not be used.

    Only `structure` of what it inherits is ours: the package's breaks on heredocs and on blank lines in continuations.
    """

    def __init__(self, text: str) -> None:
        """Parse `text`, which has no byte order mark. Raises UnparsableError."""
        # the package has no types
        super().__init__(fileobj=io.BytesIO(text.encode()))  # type: ignore[no-untyped-call]
        reader = LineReader(text)
        self.text = text
        self.instructions: list[Instruction] = read_instructions(reader)
        self.comments: list[tuple[int, int]] = reader.comments
        """Start and end of each comment from its `#`, also within continuations; directives are comments too."""
        self.directives: dict[str, str] = reader.directives
        """Of `syntax`, `escape` and `check` those that are set."""
        self.directives_end: int = reader.directives_end
        """The offset of the line after the last directive."""
        self.escape: str = reader.escape

    @cached_property
    def newline(self) -> str:
        r"""The line ending that most lines have, `\n` or `\r\n`."""
        windows = self.text.count("\r\n")
        return "\r\n" if 2 * windows > self.text.count("\n") else "\n"

    def line(self, offset: int) -> int:
        """Return the number, from 1, of the line that the character at `offset` stands on."""
        return bisect_right(self._line_starts, offset)

    def line_start(self, offset: int) -> int:
        """Return the offset at which the line of the character at `offset` begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def next_line(self, offset: int) -> int:
        """Return the offset at which the line after that of `offset` begins; without one, the end of the text."""
        end = self.text.find("\n", offset)
        return end + 1 if end >= 0 else len(self.text)

    @cached_property
    def structure(self) -> list[dict[str, Any]]:
        """The instructions as dockerfile-parse has them: lines count from 0, comments are left out."""
        return [
            {
                "instruction": instruction.keyword,
                "startline": instruction.line - 1,
                "endline": instruction.last_line - 1,
                "content": self.text[self.line_start(instruction.start) : self.next_line(instruction.end)],
                "value": instruction.arguments,
            }
            for instruction in self.instructions
        ]

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        while (end := self.text.find("\n", starts[-1])) >= 0:
            starts.append(end + 1)
        return starts
