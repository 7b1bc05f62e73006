"""The one way in which old text becomes new text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters from `start` up to `end` (offsets into the old text) by `new`."""

    start: int
    end: int
    new: str


class OverlappingEditsError(ValueError):
    """Two edits want the same characters, or one lies outside the text."""


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all `edits` applied at once; every character outside them is copied as it is.

    Insertions at one offset keep the order in which they are given. Raises OverlappingEditsError.
    """
    pieces: list[str] = []
    done = 0
    for edit in in_order(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise OverlappingEditsError(f"{edit} does not fit after offset {done} of {len(text)}")
        pieces += text[done : edit.start], edit.new
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits by position; an insertion stands before a replacement that starts where it does."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
