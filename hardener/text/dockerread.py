"""Logical lines to instructions, as BuildKit's parser reads them and with what it rejects.

Where its versions differ, this is the current one: `CMD ["a"] b` is a shell form (0.12 took it for an exec form), and
blanks may part `<<` from a heredoc's name.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NoReturn

from hardener.text.dockerflags import read_flags
from hardener.text.dockerlex import LineReader, LogicalLine
from hardener.text.dockervars import SPACE
from hardener.text.dockerwords import BLANKS, quoted
from hardener.text.instructions import Instruction
from hardener.text.unparsable import UnparsableError

_EXEC_FORM = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"})
_KEYWORDS = _EXEC_FORM | frozenset(
    {"ARG", "ENV", "EXPOSE", "FROM", "LABEL", "MAINTAINER", "ONBUILD", "STOPSIGNAL", "USER", "WORKDIR"}
)
_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})


def read_instructions(reader: LineReader) -> list[Instruction]:
    """Return all instructions that `reader` finds. Raises UnparsableError."""
    instructions: list[Instruction] = []
    while (line := reader.logical_line()) is not None:
        instruction = _instruction(line, 0, len(instructions), reader)
        instructions.append(_with_heredocs(instruction, reader))
    return instructions


def _with_heredocs(instruction: Instruction, reader: LineReader) -> Instruction:
    bearer = instruction.onbuild or instruction
    if "<<" not in instruction.source.text or bearer.keyword not in _HEREDOCS or bearer.json is not None:
        return instruction
    heredocs = tuple(reader.heredocs(instruction.source))
    end, last_line = reader.line_end, reader.number
    if instruction.onbuild:
        bearer = replace(bearer, heredocs=heredocs, end=end, last_line=last_line)
        return replace(instruction, heredocs=heredocs, end=end, last_line=last_line, onbuild=bearer)
    return replace(instruction, heredocs=heredocs, end=end, last_line=last_line)


def _instruction(line: LogicalLine, start: int, index: int, reader: LineReader, *, inner: bool = False) -> Instruction:
    text = line.text.rstrip(SPACE)
    start = _skip_space(text, start)
    blanks = BLANKS.search(text, start)
    keyword_end, after = blanks.span() if blanks else (len(text), len(text))
    written = text[start:keyword_end]
    keyword = written.upper()
    # `uſer`.upper() is USER
    if keyword not in _KEYWORDS or not written.isascii():
        raise UnparsableError(f"{written[:40]!r} is no instruction", line.line)
    if inner and keyword == "ONBUILD":
        raise UnparsableError("an ONBUILD within an ONBUILD", line.line)
    flags, position = read_flags(line, after, len(text), reader.escape)
    position = _skip_space(text, position)
    value = text[position:]
    if keyword in ("ENV", "LABEL"):
        _check_pairs(keyword, text, position, reader.escape, line.line)
    nested = keyword == "ONBUILD" and value
    return Instruction(
        index=index,
        keyword=keyword,
        start=line.offset(start) if inner else line.start,
        end=reader.line_end,
        line=line.line,
        last_line=reader.number,
        flags=flags,
        keyword_end=line.end_offset(keyword_end),
        value=value,
        json=_exec_form(keyword, value, line.line),
        heredocs=(),
        onbuild=_instruction(line, position, index, reader, inner=True) if nested else None,
        arguments=text[after:].lstrip(SPACE),
        source=line,
        value_position=position,
        escape=reader.escape,
    )


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in SPACE:
        position += 1
    return position


def _check_pairs(keyword: str, text: str, position: int, escape: str, line: int) -> None:
    """Hold what follows ENV or LABEL to `name value` or `name=value …`."""
    words = [text[start:end] for start, end in quoted(text, position, len(text), escape)]
    if not words:
        return
    if "=" not in words[0]:
        if not BLANKS.search(text, position):
            raise UnparsableError(f"{keyword} must have two arguments", line)
        return
    for word in words:
        if "=" not in word:
            raise UnparsableError(f"{word[:40]!r} in {keyword} is not name=value", line)


def _exec_form(keyword: str, value: str, line: int) -> tuple[str, ...] | None:
    """Return the strings of a JSON array, None where the arguments are none."""
    if keyword not in _EXEC_FORM:
        return None
    if keyword == "HEALTHCHECK":
        kind = BLANKS.search(value)
        value = value[kind.end() :] if kind else ""
    if not value.startswith("["):
        return None
    try:
        items = json.loads(value, parse_constant=_no_json)
    except ValueError:
        return None
    except RecursionError:
        items = [None]
    if not all(isinstance(item, str) for item in items):
        raise UnparsableError("an exec form may have strings only", line)
    return tuple(items)


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
