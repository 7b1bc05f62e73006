"""
The lines of a Dockerfile: comments and directives apart, continued lines joined, heredocs read.

Source: "Format", "Parser directives" and "Here-Documents" in Docker's Dockerfile reference, and BuildKit's parser
where it is silent: blank and comment lines within a continuation are passed over, and a doubled escape character
does not continue.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from hardener.text.dockervars import SPACE, WordLexer, WordSyntaxError
from hardener.text.unparsable import UnparsableError

_LONGEST_LINE = 65_536
"""In bytes of UTF-8 with the newline: the buffer through which BuildKit reads lines."""

_DIRECTIVE = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*\Z")
_DIRECTIVES = ("syntax", "escape", "check")
_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """An instruction's line with its continuations joined, and where each piece of it stands in the text."""

    text: str
    positions: tuple[int, ...]
    """Where each piece begins in `text`."""
    offsets: tuple[int, ...]
    """Where each piece begins in the file."""
    start: int
    """The offset of its first character that is not blank."""
    line: int
    """The number of its first physical line, counted from 1."""
    dangling: bool
    """The file ends where a continuation should follow."""

    def offset(self, position: int) -> int:
        """Return where in the file the character at `position` stands; at a seam, the start of the later piece."""
        piece = bisect_right(self.positions, position) - 1
        return self.offsets[piece] + position - self.positions[piece]

    def end_offset(self, position: int) -> int:
        """Return where in the file the characters before `position` end; at a seam, the end of the earlier piece."""
        return self.offset(position - 1) + 1

    def position(self, offset: int) -> int | None:
        """Return the position of what stands at `offset` of the file, None where that is no part of `text`."""
        piece = bisect_right(self.offsets, offset) - 1
        position = self.positions[piece] + offset - self.offsets[piece]
        limit = self.positions[piece + 1] if piece + 1 < len(self.positions) else len(self.text)
        return position if 0 <= position <= limit else None


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document: `start` and `end` are the offsets of its body, whose terminator begins at `end`."""

    name: str
    body: str
    """As it is written, with its tabs and line endings."""
    start: int
    end: int
    expand: bool
    """The name is not quoted: variables in the body are replaced."""
    strip_tabs: bool
    """`<<-`: leading tabs do not belong to the content."""


class LineReader:
    """Reads a text once, from logical line to logical line; collects comments and directives on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.escape = "\\"
        self.directives: dict[str, str] = {}
        self.directives_end = 0
        """The offset of the line after the last directive."""
        self.comments: list[tuple[int, int]] = []
        self.number = 0
        """Of the line that was read last, counted from 1."""
        self.line_end = 0
        """The offset at which the line that was read last ends, before its line ending."""
        self._at = 0
        self._directives_over = False

    def logical_line(self) -> LogicalLine | None:
        """Return the next line with an instruction, None at the end. Raises UnparsableError."""
        while (found := self._physical_line()) is not None:
            offset, line = found
            text = line.lstrip(SPACE)
            offset += len(line) - len(text)
            if text.startswith("#"):
                self.comments.append((offset, offset + len(text)))
                self._directive(text)
                continue
            self._directives_over = True
            if text:
                return self._joined(offset, text)
        return None

    def heredocs(self, line: LogicalLine) -> list[Heredoc]:
        """Read the here-documents that `line` announces; they follow it. Raises UnparsableError."""
        return [self._heredoc(name, line.line, expand, strip) for name, expand, strip in _announced(line)]

    def _physical_line(self) -> tuple[int, str] | None:
        start = self._at
        if start >= len(self.text):
            return None
        end = self.text.find("\n", start)
        end = end if end >= 0 else len(self.text)
        self._at = end + 1
        self.number += 1
        line = self.text[start:end]
        if len(line) >= _LONGEST_LINE // 4 and len(line.encode()) + 1 > _LONGEST_LINE:
            raise UnparsableError(f"longer than {_LONGEST_LINE - 1} bytes", self.number)
        line = line.rstrip("\r")
        self.line_end = start + len(line)
        return start, line

    def _directive(self, comment: str) -> None:
        match = None if self._directives_over else _DIRECTIVE.match(comment[1:].lstrip(SPACE))
        name = match[1].lower() if match else ""
        if match is None or name not in _DIRECTIVES:
            self._directives_over = True
            return
        if name in self.directives:
            raise UnparsableError(f"a second {name} directive", self.number)
        if name == "escape":
            if match[2] not in ("\\", "`"):
                raise UnparsableError(f"{match[2]!r} is no escape character", self.number)
            self.escape = match[2]
        self.directives[name] = match[2]
        self.directives_end = self._at

    def _joined(self, offset: int, text: str) -> LogicalLine:
        start, first = offset, self.number
        pieces: list[str] = []
        positions: list[int] = []
        offsets: list[int] = []
        length = 0
        while True:
            piece, continued = self._without_continuation(text)
            pieces.append(piece)
            positions.append(length)
            offsets.append(offset)
            length += len(piece)
            following = self._continuation() if continued else None
            if following is None:
                break
            offset, text = following
        return LogicalLine("".join(pieces), tuple(positions), tuple(offsets), start, first, dangling=continued)

    def _without_continuation(self, line: str) -> tuple[str, bool]:
        bare = line.rstrip(" \t")
        if bare.endswith(self.escape) and bare[-2:-1] != self.escape:
            return bare[:-1], True
        return line, False

    def _continuation(self) -> tuple[int, str] | None:
        while (found := self._physical_line()) is not None:
            offset, line = found
            text = line.lstrip(SPACE)
            if text.startswith("#"):
                self.comments.append((offset + len(line) - len(text), offset + len(line)))
            elif text:
                return found
        return None

    def _heredoc(self, name: str, opened: int, expand: bool, strip_tabs: bool) -> Heredoc:
        start = self._at
        while (found := self._physical_line()) is not None:
            offset, line = found
            if (line.lstrip("\t") if strip_tabs else line) == name:
                return Heredoc(name, self.text[start:offset], start, offset, expand, strip_tabs)
        raise UnparsableError(f"no {name} ends the heredoc", opened)


def _announced(line: LogicalLine) -> list[tuple[str, bool, bool]]:
    """Return name, expansion and tab stripping of each heredoc that a line begins."""
    if "<<" not in line.text:
        return []
    try:
        words = WordLexer(line.text, None, keep_quotes=True, keep_escapes=True).read()[1]
    except WordSyntaxError:
        return []
    found = []
    for word in words:
        match = _HEREDOC.fullmatch(word)
        if match is None or not match[2]:
            continue
        try:
            names = WordLexer(match[2], None).read()[1]
            quoted = WordLexer(match[2], None, keep_quotes=True).read()[1]
        except WordSyntaxError as error:
            raise UnparsableError(f"{word}: {error}", line.line) from None
        if len(names) == 1:
            found.append((names[0], _quotes(names[0]) == _quotes("".join(quoted)), match[1] == "-"))
    return found


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')
