"""The words of an instruction's arguments, and where each begins and ends in the joined line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from hardener.text.dockervars import SPACE

Span = tuple[int, int]

BLANKS = re.compile(r"[\t\v\f\r ]+")
"""What parts the words of an instruction (not of a shell)."""

_NOT_BLANK = re.compile(r"[^\t\v\f\r ]+")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SHELL_OPERATOR = re.compile(r"&&|\|\||;;|\|&|&(?!>)|[;|()]")
_SHELL_PIECE = re.compile(
    rf"""
      \\.?
    | '[^']*(?:'|\Z)
    | "(?:\\.|\$\([^()]*\)|[^"\\])*(?:"|\\?\Z)
    | `[^`]*(?:`|\Z)
    | &> | [<>]+[&|]?
    | [^{SPACE}\\'"`<>&;|()$]+
    | \$(?!\()
    """,
    re.VERBOSE | re.DOTALL,
)
_SHELL_QUOTED = re.compile(r"""\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)\"""", re.DOTALL)


def blank_separated(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the words that blanks part; quotes mean nothing (FROM, COPY, ADD, VOLUME, EXPOSE)."""
    return (match.span() for match in _NOT_BLANK.finditer(text, start, end))


def quoted(text: str, start: int, end: int, escape: str) -> Iterator[Span]:
    """Yield the words that white space parts outside of quotes (ENV, LABEL, ARG); quotes stay part of them."""
    return (match.span() for match in _quoted_word(escape).finditer(text, start, end))


def json_strings(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the strings of an exec form with their double quotes; the text is known to be an array of strings."""
    return (match.span() for match in _JSON_STRING.finditer(text, start, end))


def shell_words(text: str, start: int, end: int) -> Iterator[Span]:
    """
    Yield the words and control operators (`&&`, `;`, `|`, `(` …) of a command for a POSIX shell.

    Redirections, quotations and substitutions stay part of the word they touch.
    """
    at = start
    while at < end:
        if text[at] in SPACE:
            at += 1
            continue
        operator = _SHELL_OPERATOR.match(text, at, end)
        stop = operator.end() if operator else _shell_word_end(text, at, end)
        yield at, stop
        at = stop


def unquoted(word: str) -> str:
    """Return a shell word without its quotes and backslashes; substitutions stay as they are written."""
    if not ("\\" in word or "'" in word or '"' in word):
        return word
    return _SHELL_QUOTED.sub(lambda match: match[1] or match[2] or re.sub(r'\\([$`"\\])', r"\1", match[3] or ""), word)


def _shell_word_end(text: str, at: int, end: int) -> int:
    while at < end:
        if text.startswith("$(", at):
            at = _substitution_end(text, at + 2, end)
        elif piece := _SHELL_PIECE.match(text, at, end):
            at = piece.end()
        else:
            break
    return at


def _substitution_end(text: str, at: int, end: int) -> int:
    depth = 1
    while at < end and depth:
        if text[at] in "()":
            depth += 1 if text[at] == "(" else -1
            at += 1
        elif piece := _SHELL_PIECE.match(text, at, end):
            at = piece.end()
        else:
            at += 1
    return at


@cache
def _quoted_word(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    double = rf'"(?:{e}.|[^"{e}])*(?:"|{e}?\Z)'
    return re.compile(rf"(?:{e}.|'[^']*(?:'|\Z)|{double}|[^{SPACE}'\"{e}])+(?:{e}\Z)?", re.DOTALL)
