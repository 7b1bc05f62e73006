"""How a Dockerfile is written: what new text in it should look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardener.text.dockerfile import Dockerfile


_BLANKS = " \t"


@dataclass(frozen=True, slots=True)
class Style:
    """A file's habits, by majority."""

    lower_case: bool
    """Keywords are in lower case."""
    indent: str
    """What the first continuation line of a RUN begins with; further ones may lie deeper."""
    trailing_operators: bool
    """`&&` stands at the end of a line, not at the start of the next."""


def style_of(dockerfile: Dockerfile) -> Style:
    """Return the habits of `dockerfile`; where it shows none, upper case, four spaces and leading operators."""
    cases = Counter(dockerfile.text[instruction.keyword_end - 1].islower() for instruction in dockerfile.instructions)
    indents: Counter[str] = Counter()
    leading = trailing = 0
    for pieces in _pieces(dockerfile):
        follow = (piece for piece in pieces[1:] if piece.strip(_BLANKS))
        if (second := next(follow, "")) and (indent := second[: len(second) - len(second.lstrip(_BLANKS))]):
            indents[indent] += 1
        for first, second in pairwise(pieces):
            leading += second.lstrip(_BLANKS).startswith("&&")
            trailing += first.rstrip(_BLANKS).endswith("&&")
    (indent, _), *_ = indents.most_common(1) or [("    ", 0)]
    return Style(cases[True] > cases[False], indent, trailing > leading)


def _pieces(dockerfile: Dockerfile) -> Iterator[list[str]]:
    """Yield the lines of each RUN that continuations join."""
    for instruction in dockerfile.instructions:
        if instruction.keyword != "RUN":
            continue
        line = instruction.source
        ends = (*line.positions[1:], len(line.text))
        yield [line.text[start:end] for start, end in zip(line.positions, ends, strict=True)]
