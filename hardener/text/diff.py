"""Unified diffs that `git apply` and `patch -p1 --binary` take, made from our own edits in linear time.

Comparing two texts again would be slow and would find other changes than the ones that were made: on 100,000 lines
with repeated blocks, difflib's matching takes 500 times as long and its diff is twice the size. Its grouping is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, TypeAlias

from hardener.text.edits import Edit, in_order
from hardener.text.source import Source

if TYPE_CHECKING:
    from unidiff.patch import PatchSet

CONTEXT = 3
"""Unchanged lines around a change, as git shows them."""

Opcode: TypeAlias = tuple[Literal["equal", "replace", "insert", "delete"], int, int, int, int]
"""As `SequenceMatcher.get_opcodes` has them; "replace" stands for insertions and deletions too."""

Range: TypeAlias = tuple[int, int]
"""Lines from one number up to another, counted from 0."""

_NO_NEWLINE = "\n\\ No newline at end of file\n"
_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_PLAIN_NAME = re.compile(r"[ !#-\[\]-~]*")


def unified(source: Source, edits: Iterable[Edit], new_text: str) -> str:
    r"""Return the diff from the text of `source` to `new_text`, which the edits make of it; empty if they are equal.

    Encode it as UTF-8 and write the bytes: `\r` belongs to the lines, so a stream that translates newlines breaks it.
    """
    mark = "\ufeff" if source.bom else ""
    old, new = _lines(mark + source.text), _lines(mark + new_text)
    shifted = [Edit(edit.start + len(mark), edit.end + len(mark), edit.new) for edit in edits]
    codes = _opcodes(old, new, shifted)
    if all(code[0] == "equal" for code in codes):
        return ""
    pieces = [f"--- {quoted('a/', source.name)}\n+++ {quoted('b/', source.name)}\n"]
    for group in _Known(codes).get_grouped_opcodes(CONTEXT):
        pieces += _hunk(group, old, new)
    return "".join(pieces)


class _Known(SequenceMatcher[str]):
    """A comparison whose result is known."""

    def __init__(self, codes: Sequence[Opcode]) -> None:
        super().__init__(None)
        self._codes = codes

    def get_opcodes(self) -> list[Opcode]:
        """Return a copy, because grouping shortens the first and the last."""
        return list(self._codes)


def patch_set(diff: str) -> PatchSet:
    """Return a diff (or several, one after the other) as unidiff reads it: files, hunks and lines, and their counts."""
    from unidiff.patch import PatchSet  # noqa: PLC0415 - a tenth of the start-up time, and few runs need it

    return PatchSet(diff)


def quoted(prefix: str, name: str) -> str:
    """Return a file's name as git writes it in a diff's header.

    In C quotes where it is not plain ASCII, with a tab after it where it has blanks: else `patch` ends it there.
    """
    path = prefix + name.lstrip("/")
    if _PLAIN_NAME.fullmatch(path):
        return path + "\t" if " " in path else path
    return f'"{"".join(map(_escaped, path.encode(errors="surrogateescape")))}"'


def _escaped(byte: int) -> str:
    return _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")


def _lines(text: str) -> list[str]:
    r"""Split after each `\n` and nowhere else; only the last line can lack it."""
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def _opcodes(old: Sequence[str], new: Sequence[str], edits: Iterable[Edit]) -> list[Opcode]:
    """Return what `SequenceMatcher.get_opcodes` would, by the edits: changed lines, and the equal ones between them."""
    codes: list[Opcode] = []
    i = j = 0
    for (i1, i2), (j1, j2) in _changes(old, new, edits):
        if i1 > i:
            codes.append(("equal", i, i1, j, j1))
        codes.append(("replace", i1, i2, j1, j2))
        i, j = i2, j2
    if i < len(old):
        codes.append(("equal", i, len(old), j, len(new)))
    return codes


def _changes(old: Sequence[str], new: Sequence[str], edits: Iterable[Edit]) -> list[tuple[Range, Range]]:
    """Return which lines became which; there are equal lines between any two of these."""
    changes: list[tuple[Range, Range]] = []
    moved = 0
    for first, last, growth in _touched(old, edits):
        after = len(new) if last == len(old) else last + moved + growth
        before, now = _trimmed(old, new, (first, last), (first + moved, after))
        moved = after - last
        if changes and changes[-1][0][1] == before[0]:
            previous = changes.pop()
            before, now = _trimmed(old, new, (previous[0][0], before[1]), (previous[1][0], now[1]))
        if before[0] < before[1] or now[0] < now[1]:
            changes.append((before, now))
    return changes


def _touched(old: Sequence[str], edits: Iterable[Edit]) -> Iterator[tuple[int, int, int]]:
    """Yield (first line, line after the last, how many more the new text has) for each run of lines that edits reach.

    A run ends with a newline that no edit touches, or with the text: there the count is not to be used, because it is
    newlines that are counted and the last line may have none.
    """
    line = offset = 0
    first = last = growth = 0
    for edit in in_order(edits):
        start, offset = _line_at(old, edit.start, line, offset)
        line, offset = _line_at(old, edit.end, start, offset)
        if start >= last:
            if last:
                yield first, last, growth
            first, growth = start, 0
        last = min(line + 1, len(old))
        growth += edit.new.count("\n") - (line - start)
    yield first, last, growth


def _line_at(lines: Sequence[str], wanted: int, line: int, offset: int) -> tuple[int, int]:
    """Return the line that holds the offset `wanted` and where it starts, looking onwards from `line` at `offset`."""
    while line < len(lines) and offset + len(lines[line]) <= wanted:
        if line == len(lines) - 1 and not lines[line].endswith("\n"):
            break
        offset += len(lines[line])
        line += 1
    return line, offset


def _trimmed(old: Sequence[str], new: Sequence[str], before: Range, after: Range) -> tuple[Range, Range]:
    """Return the changed lines without those at either edge that the new text repeats."""
    (i1, i2), (j1, j2) = before, after
    while i1 < i2 and j1 < j2 and old[i1] == new[j1]:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and old[i2 - 1] == new[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
    return (i1, i2), (j1, j2)


def _hunk(group: Sequence[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    yield f"@@ -{_shown((group[0][1], group[-1][2]))} +{_shown((group[0][3], group[-1][4]))} @@\n"
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            yield from map(_written, " " * (i2 - i1), old[i1:i2])
            continue
        yield from map(_written, "-" * (i2 - i1), old[i1:i2])
        yield from map(_written, "+" * (j2 - j1), new[j1:j2])


def _written(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else sign + line + _NO_NEWLINE


def _shown(lines: Range) -> str:
    """Return a hunk's lines, counted from 1; an empty range is named by the line before it."""
    start, stop = lines
    if stop - start == 1:
        return str(stop)
    return f"{start + (stop > start)},{stop - start}"
