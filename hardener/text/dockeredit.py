"""Changes to a Dockerfile as edits of its text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from hardener.text.dockerguard import check
from hardener.text.dockerlex import LineReader
from hardener.text.dockerread import read_instructions
from hardener.text.dockerstyle import Style, style_of
from hardener.text.edits import Edit
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
from hardener.text.unparsable import UnparsableError

if TYPE_CHECKING:
    from hardener.text.dockerfile import Dockerfile

__all__ = ["RefusedError", "check", "render"]

_PLAIN_FLAG = re.compile(r"""[^\s'"\\`]+""")


class RefusedError(ValueError):
    """A change that cannot be written so that the file keeps its meaning."""

    def __init__(self, change: DockerfileChange, reason: str) -> None:
        super().__init__(reason)
        self.change = change
        self.reason = reason


def render(dockerfile: Dockerfile, changes: Sequence[DockerfileChange]) -> list[Edit]:
    """
    Return the edits that make `changes`, all of which speak about `dockerfile` as it is.

    A new instruction stands on lines of its own above the instruction it precedes and above the comments that touch
    that one; at the end of a stage it follows the stage's last instruction. Raises RefusedError.
    """
    changes = [*dict.fromkeys(change for change in changes if not isinstance(change, Insert)), *_inserts(changes)]
    _refuse_conflicts(changes)
    edits = []
    for change in changes:
        match change:
            case SetFlag():
                edits += _set_flag(dockerfile, change)
            case SetKeyword():
                edits.append(_set_keyword(dockerfile, change))
            case Rewrite():
                edits.append(_rewrite(dockerfile, change))
            case DropWord():
                edits.append(_drop_word(dockerfile, change))
            case Drop():
                edits.append(_drop(dockerfile, change))
    return edits + list(_insertions(dockerfile, _inserts(changes)))


def _inserts(changes: Sequence[DockerfileChange]) -> list[Insert]:
    return [change for change in changes if isinstance(change, Insert)]


def _refuse_conflicts(changes: Sequence[DockerfileChange]) -> None:
    dropped = {change.index for change in changes if isinstance(change, Drop)}
    flags: set[tuple[int, str]] = set()
    keywords: set[int] = set()
    for change in changes:
        if isinstance(change, (SetFlag, SetKeyword, Rewrite, DropWord)) and change.index in dropped:
            raise RefusedError(change, "another change removes the instruction")
        if isinstance(change, SetKeyword):
            if change.index in keywords:
                raise RefusedError(change, "another change sets another keyword")
            keywords.add(change.index)
        if isinstance(change, SetFlag):
            if (change.index, change.name) in flags:
                raise RefusedError(change, f"another change sets --{change.name} otherwise")
            flags.add((change.index, change.name))
    rewrites = sorted((c for c in changes if isinstance(c, (Rewrite, DropWord))), key=lambda c: (c.start, c.end))
    for earlier, later in pairwise(rewrites):
        if later.start < earlier.end or later.start == earlier.start:
            raise RefusedError(later, "another change rewrites the same text")


def _insertions(dockerfile: Dockerfile, inserts: Sequence[Insert]) -> Iterator[Edit]:
    style = style_of(dockerfile)
    by_place: dict[int, list[Insert]] = {}
    for insert in inserts:
        by_place.setdefault(insert.before, []).append(insert)
    for before, together in by_place.items():
        at, indent = _place(dockerfile, before, together[0])
        texts = [indent + _instruction_text(dockerfile, insert, style) for insert in together]
        opened = dockerfile.text[at - 1 : at] not in ("", "\n")
        joined = dockerfile.newline.join([*texts, ""] if _opens_paragraph(dockerfile, at) else texts)
        yield Edit(at, at, dockerfile.newline + joined if opened else joined + dockerfile.newline)


def _place(dockerfile: Dockerfile, before: int, insert: Insert) -> tuple[int, str]:
    """Return where the lines of new instructions begin, and how far they are indented."""
    instructions = dockerfile.instructions
    if not instructions:
        return len(dockerfile.text), ""
    ends_stage = before == len(instructions) or instructions[before].keyword == "FROM"
    if before == 0 or not ends_stage:
        return _above(dockerfile, before), _indent(dockerfile, instructions[before])
    last = instructions[before - 1]
    if last.dangling:
        raise RefusedError(insert, f"line {last.last_line} ends with a continuation that nothing follows")
    return dockerfile.next_line(last.end), _indent(dockerfile, last)


def _above(dockerfile: Dockerfile, before: int) -> int:
    """Return the offset of the line of an instruction, or of the first of the comments right above it."""
    at = dockerfile.line_start(dockerfile.instructions[before].start)
    number = bisect_left(dockerfile.comments, (at, at)) - 1
    while number >= 0:
        start, end = dockerfile.comments[number]
        if start < dockerfile.directives_end or dockerfile.next_line(end) != at:
            break
        at = dockerfile.line_start(start)
        number -= 1
    return at


def _opens_paragraph(dockerfile: Dockerfile, at: int) -> bool:
    """Whether a comment begins at the start of a line, behind a blank one: it speaks of what follows, not of ours."""
    number = bisect_left(dockerfile.comments, (at, at))
    if number == len(dockerfile.comments):
        return False
    start = dockerfile.comments[number][0]
    above = dockerfile.text[:at].removesuffix("\n").removesuffix("\r")
    return not dockerfile.text[at:start].strip(" \t") and above.rpartition("\n")[2].strip(" \t") == "" != above


def _indent(dockerfile: Dockerfile, neighbour: Instruction) -> str:
    return dockerfile.text[dockerfile.line_start(neighbour.start) : neighbour.start]


def _instruction_text(dockerfile: Dockerfile, insert: Insert, style: Style) -> str:
    keyword = insert.keyword.lower() if style.lower_case else insert.keyword.upper()
    parts = (insert.value,) if isinstance(insert.value, str) else insert.value
    if any("\n" in part for part in parts):
        raise RefusedError(insert, "a new instruction may not bring its own line ends")
    if len(parts) > 1 and keyword.upper() != "RUN":
        raise RefusedError(insert, f"{keyword} takes no commands to join")
    if any(part.endswith(("\\", dockerfile.escape)) for part in parts[:-1]):
        raise RefusedError(insert, "a backslash at its end would escape what joins the next command")
    before, after = (" && ", "") if style.trailing_operators else (" ", "&& ")
    seam = f"{before}{dockerfile.escape}{dockerfile.newline}{style.indent}{after}"
    text = f"{keyword} {seam.join(parts)}"
    if not _stands_alone(text, dockerfile.escape):
        raise RefusedError(insert, f"{text!r} is not one complete instruction")
    return text


def _stands_alone(text: str, escape: str) -> bool:
    reader = LineReader(text)
    reader.escape = escape
    try:
        (instruction,) = read_instructions(reader)
    except UnparsableError:
        return False
    return not instruction.dangling and instruction.value != ""


def _set_flag(dockerfile: Dockerfile, change: SetFlag) -> list[Edit]:
    instruction = dockerfile.instructions[change.index]
    _refuse_onbuild(instruction, change)
    if not _PLAIN_FLAG.fullmatch(change.value):
        raise RefusedError(change, f"--{change.name}={change.value} would need quotes")
    new = f"--{change.name}={change.value}"
    same = [flag for flag in instruction.flags if flag.name == change.name]
    if len(same) > 1:
        raise RefusedError(change, f"--{change.name} is there more than once")
    if same:
        if same[0].value == change.value:
            return []
        if "\n" in dockerfile.text[same[0].start : same[0].end]:
            raise RefusedError(change, f"--{change.name} runs over a line end")
        return [Edit(same[0].start, same[0].end, new)]
    at = instruction.flags[-1].end if instruction.flags else instruction.keyword_end
    if instruction.flags_closed:
        raise RefusedError(change, "a bare -- ends the flags")
    return [Edit(at, at, " " + new)]


def _rewrite(dockerfile: Dockerfile, change: Rewrite) -> Edit:
    instruction = dockerfile.instructions[change.index]
    _refuse_onbuild(instruction, change)
    if dockerfile.text[change.start : change.end] != change.old:
        raise RefusedError(change, f"the text there is not {change.old!r}")
    edit = Edit(change.start, change.end, change.new)
    if any(heredoc.start <= change.start and change.end <= heredoc.end for heredoc in instruction.heredocs):
        return edit
    if "\n" in change.old or "\n" in change.new:
        raise RefusedError(change, "a rewrite may not cross a line end")
    if "<<" in change.old or "<<" in change.new:
        raise RefusedError(change, "a rewrite may not touch what announces a heredoc")
    start, end = instruction.position(change.start), instruction.position(change.end)
    if start is None or end is None:
        raise RefusedError(change, "it is not among the arguments of the instruction")
    return edit


def _set_keyword(dockerfile: Dockerfile, change: SetKeyword) -> Edit:
    instruction = dockerfile.instructions[change.index]
    _refuse_onbuild(instruction, change)
    written = dockerfile.text[instruction.start : instruction.keyword_end]
    if "\n" in written:
        raise RefusedError(change, "the keyword runs over a line end")
    return Edit(
        instruction.start, instruction.keyword_end, change.keyword.lower() if written.islower() else change.keyword
    )


def _drop_word(dockerfile: Dockerfile, change: DropWord) -> Edit:
    """Return the edit that takes a word away together with what only parts it from others."""
    instruction, text = dockerfile.instructions[change.index], dockerfile.text
    _refuse_onbuild(instruction, change)
    if text[change.start : change.end] != change.old or "\n" in change.old:
        raise RefusedError(change, f"the text there is not {change.old!r}")
    line, following = dockerfile.line_start(change.start), dockerfile.next_line(change.end)
    before, after = text[line : change.start], text[change.end : following]
    if before.strip(" \t"):
        return Edit(line + len(before.rstrip(" \t")), change.end, "")
    if instruction.position(change.start) is None:
        raise RefusedError(change, f"{change.old} begins a line of a heredoc")
    if after.strip() == dockerfile.escape:
        return Edit(line, following, "")
    if after.strip():
        return Edit(change.start, following - len(after.lstrip(" \t")), "")
    above = text[dockerfile.line_start(line - 1) : line].rstrip()
    if not above.endswith(dockerfile.escape) or above.lstrip(" \t").startswith("#"):
        raise RefusedError(change, f"a comment or a blank line stands above {change.old}")
    kept = above[: -len(dockerfile.escape)].rstrip(" \t")
    return Edit(dockerfile.line_start(line - 1) + len(kept), change.end, "")


def _drop(dockerfile: Dockerfile, change: Drop) -> Edit:
    instruction = dockerfile.instructions[change.index]
    return Edit(dockerfile.line_start(instruction.start), dockerfile.next_line(instruction.end), "")


def _refuse_onbuild(instruction: Instruction, change: DockerfileChange) -> None:
    if instruction.keyword == "ONBUILD":
        raise RefusedError(change, "ONBUILD runs in other builds")
