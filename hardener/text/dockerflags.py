"""The flags between an instruction's keyword and its arguments (`COPY --from=build --link …`)."""

from __future__ import annotations

from dataclasses import dataclass

from hardener.text.dockerlex import LogicalLine

_BLANKS = "\t\n\v\f\r "


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag; `start` and `end` are offsets in the text, from its dashes to the end of its value."""

    name: str
    """Without the dashes."""
    value: str | None
    """Without quotes and escapes; None where there is no `=`."""
    start: int
    end: int


def read_flags(line: LogicalLine, position: int, limit: int, escape: str) -> tuple[tuple[Flag, ...], int]:
    """
    Return the flags that begin at `position` of the line, and the position behind them.

    A bare `--` ends them and is passed over, as BuildKit does.
    """
    flags: list[Flag] = []
    while True:
        while position < limit and line.text[position] in _BLANKS:
            position += 1
        if not line.text.startswith("--", position, limit):
            return tuple(flags), position
        word, end = _word(line.text, position, limit, escape)
        if word == "--":
            return tuple(flags), end
        name, separator, value = word[2:].partition("=")
        flags.append(Flag(name, value if separator else None, line.offset(position), line.end_offset(end)))
        position = end


def _word(text: str, position: int, limit: int, escape: str) -> tuple[str, int]:
    """Return the word at `position` without quotes and escapes, and the position behind it."""
    plain: list[str] = []
    quote = ""
    while position < limit:
        char = text[position]
        if not quote and char in _BLANKS:
            break
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif char == escape:
            position += 1
            plain.append(text[position] if position < limit else "")
        else:
            plain.append(char)
        position += 1
    return "".join(plain), min(position, limit)
