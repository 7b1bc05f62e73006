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
    """What the continuation lines of a RUN begin with."""
    trailing_operators: bool
    """`&&` stands at the end of a line, not at the start of the next."""


def style_of(dockerfile: Dockerfile) -> Style:
    """Return the habits of `dockerfile`; where it shows none, upper case, four spaces and leading operators."""
    cases = Counter(dockerfile.text[instruction.keyword_end - 1].islower() for instruction in dockerfile.instructions)
    indents: Counter[str] = Counter()
    leading = trailing = 0
    for first, second in _continuations(dockerfile):
        if (indent := second[: len(second) - len(second.lstrip(_BLANKS))]) and second.strip(_BLANKS):
            indents[indent] += 1
        leading += second.lstrip(_BLANKS).startswith("&&")
        trailing += first.rstrip(_BLANKS).endswith("&&")
    (indent, _), *_ = indents.most_common(1) or [("    ", 0)]
    return Style(cases[True] > cases[False], indent, trailing > leading)


def _continuations(dockerfile: Dockerfile) -> Iterator[tuple[str, str]]:
    """Yield each two lines of a RUN that a continuation joins."""
    for instruction in dockerfile.instructions:
        if instruction.keyword != "RUN":
            continue
        line = instruction.source
        ends = (*line.positions[1:], len(line.text))
        pieces = [line.text[start:end] for start, end in zip(line.positions, ends, strict=True)]
        yield from pairwise(pieces)
