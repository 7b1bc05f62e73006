"""Holds a changed Dockerfile to its promise: the old instructions with the declared changes, and nothing else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hardener.text.instructions import (
    DockerfileChange,
    Drop,
    DropWord,
    Insert,
    Instruction,
    Rewrite,
    SetFlag,
    SetKeyword,
)

if TYPE_CHECKING:
    from hardener.text.dockerfile import Dockerfile

_GAP = "\0"
"""Stands where a word was dropped; no text that can be parsed has it."""

_Kept: TypeAlias = "SetFlag | SetKeyword | Rewrite | DropWord"


class _Meaning(NamedTuple):
    """What an instruction says, without its place and layout."""

    keyword: str
    flags: tuple[tuple[str, str | None], ...]
    value: str
    bodies: tuple[str, ...]
    """Of its heredocs, whose names and options `value` has."""


def check(old: Dockerfile, changes: Sequence[DockerfileChange], new: Dockerfile) -> str | None:
    """
    Return None where `new` is `old` with `changes` applied to its instructions, else what differs.

    It knows nothing of how the text was made. Directives and the comments outside of dropped instructions must be as
    they were.
    """
    if new.directives != old.directives:
        return "the parser directives changed"
    expected = list(_expected(old, changes))
    if len(expected) != len(new.instructions):
        return f"{len(new.instructions)} instructions where {len(expected)} should be"
    for wanted, found in zip(expected, new.instructions, strict=True):
        if not (_is_insert(wanted, found) if isinstance(wanted, Insert) else _is_as(wanted, _meaning(found))):
            return f"line {found.line}: {found.keyword} is not as declared"
    dropped = [old.instructions[change.index] for change in changes if isinstance(change, Drop)]
    if _comments(old, dropped) != _comments(new, []):
        return "a comment changed"
    return None


def _expected(old: Dockerfile, changes: Sequence[DockerfileChange]) -> Iterator[_Meaning | Insert]:
    inserts: defaultdict[int, list[Insert]] = defaultdict(list)
    others: defaultdict[int, list[_Kept | Drop]] = defaultdict(list)
    for change in changes:
        if isinstance(change, Insert):
            inserts[change.before].append(change)
        elif change not in others[change.index]:
            others[change.index].append(change)
    for instruction in old.instructions:
        yield from inserts[instruction.index]
        declared = others[instruction.index]
        if not any(isinstance(change, Drop) for change in declared):
            yield _changed(instruction, declared)
    yield from inserts[len(old.instructions)]


def _changed(instruction: Instruction, changes: Sequence[_Kept | Drop]) -> _Meaning:
    meaning = _meaning(instruction)
    for change in changes:
        if isinstance(change, SetFlag):
            meaning = _with_flag(meaning, change)
        elif isinstance(change, SetKeyword):
            meaning = meaning._replace(keyword=change.keyword)
    rewrites = [change for change in changes if isinstance(change, (Rewrite, DropWord))]
    for rewrite in sorted(rewrites, key=lambda rewrite: rewrite.start, reverse=True):
        meaning = _rewritten(instruction, meaning, rewrite)
    return meaning


def _with_flag(meaning: _Meaning, change: SetFlag) -> _Meaning:
    new = (change.name, change.value)
    if any(name == change.name for name, _ in meaning.flags):
        flags = tuple(new if flag[0] == change.name else flag for flag in meaning.flags)
    else:
        flags = (*meaning.flags, new)
    return meaning._replace(flags=flags)


def _rewritten(instruction: Instruction, meaning: _Meaning, change: Rewrite | DropWord) -> _Meaning:
    for number, heredoc in enumerate(instruction.heredocs):
        if heredoc.start <= change.start <= change.end <= heredoc.end:
            bodies = list(meaning.bodies)
            bodies[number] = _spliced(bodies[number], change.start - heredoc.start, change.end - heredoc.start, change)
            return meaning._replace(bodies=tuple(bodies))
    first, last = instruction.position(change.start), instruction.position(change.end)
    return meaning._replace(value=_spliced(meaning.value, first, last, change))


def _spliced(text: str, first: int | None, last: int | None, change: Rewrite | DropWord) -> str:
    if isinstance(change, Rewrite):
        return text[:first] + change.new + text[last:]
    return text[:first].rstrip(" \t") + _GAP + (text[last:] if last is not None else "").lstrip(" \t")


def _is_as(wanted: _Meaning, found: _Meaning) -> bool:
    """Whether they say the same, where a dropped word may have left any number of blanks between its neighbours."""
    return (
        (wanted.keyword, wanted.flags) == (found.keyword, found.flags)
        and _fits(wanted.value, found.value)
        and all(_fits(body, other) for body, other in zip(wanted.bodies, found.bodies, strict=True))
    )


def _fits(wanted: str, found: str) -> bool:
    if _GAP not in wanted:
        return wanted == found
    first, *rest = re.split(f"{_GAP}+", wanted)
    pattern = re.escape(first)
    for part in rest:
        pattern += (r"[ \t]*" if part[:1] in ("", "\r", "\n", *"&|;)") else r"[ \t]+") + re.escape(part)
    return re.fullmatch(pattern, found) is not None


def _meaning(instruction: Instruction) -> _Meaning:
    return _Meaning(
        instruction.keyword,
        tuple((flag.name, flag.value) for flag in instruction.flags),
        instruction.value,
        tuple(heredoc.body for heredoc in instruction.heredocs),
    )


def _is_insert(insert: Insert, found: Instruction) -> bool:
    if insert.keyword.upper() != found.keyword or found.heredocs:
        return False
    if isinstance(insert.value, str):
        return found.arguments == insert.value
    commands = r"[ \t]+&&[ \t]+".join(re.escape(command) for command in insert.value)
    return re.fullmatch(commands, found.arguments) is not None


def _comments(dockerfile: Dockerfile, without: Sequence[Instruction]) -> list[str]:
    """Return the texts of the comments outside of some instructions."""
    gone = iter(sorted(without, key=lambda instruction: instruction.start))
    last = next(gone, None)
    texts = []
    for start, end in dockerfile.comments:
        while last is not None and last.end < start:
            last = next(gone, None)
        if last is None or start < last.start:
            texts.append(dockerfile.text[start:end])
    return texts
