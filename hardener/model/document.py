"""A file of a run that may be ours, and what everything that a rule can speak about has in common."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hardener.model.finding import Finding, Key

if TYPE_CHECKING:
    from hardener.model.evidence import Verdict
    from hardener.model.finding import Change
    from hardener.text.source import Source


TEMPLATE = "a template: render it first (`helm template`, for example), harden the output and carry the change over"
UNSUPPORTED = "unsupported"
"""Stands for a rule's id where a file or a part of it is held as a whole."""


@dataclass(frozen=True, slots=True)
class Held:
    """A part of a file that no rule may touch, and why; offsets in characters."""

    start: int
    end: int
    subject: str
    reason: str


@dataclass(slots=True, eq=False)
class Document:
    """One file with its text; each dialect adds its own view."""

    source: Source
    held: list[Held] = field(default_factory=list)
    """What is reported instead of being looked at."""
    _line_starts: list[int] | None = None

    @property
    def file(self) -> str:
        """The path as the user sees it."""
        return self.source.name

    @property
    def comments(self) -> list[tuple[int, int]]:
        """Start and end of each comment, from its `#`; empty for a file that is not looked into."""
        return []

    @property
    def subjects(self) -> Sequence[Subject]:
        """What rules look at as a whole: services, stages, pods and their containers; empty for other files."""
        return ()

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both counted from 1, the column in characters."""
        if self._line_starts is None:
            starts = [0]
            while (newline := self.source.text.find("\n", starts[-1])) >= 0:
                starts.append(newline + 1)
            self._line_starts = starts
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def has_comment_beside(self, offset: int) -> bool:
        """Return whether only a comment follows on the offset's line."""
        end = self.source.text.find("\n", offset)
        return self.source.text[offset : end if end >= 0 else None].lstrip(" \t,").startswith("#")


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a rule speaks about: a service, a container, a pod, a stage."""

    document: Document
    subject: str
    """Its name in findings: `service web`."""
    start: int
    """Offset of its first character."""
    end: int

    @property
    def whole(self) -> str:
        """What it is a part of, as findings name it; itself where it stands alone."""
        return self.subject

    def finding(
        self,
        message: str,
        *changes: Change,
        verdict: Verdict,
        span: tuple[int, int] | None = None,
        caveat: str | None = None,
        requires: tuple[Key, ...] = (),
    ) -> Finding:
        """Return a finding about this subject; `span` (offsets) points closer than the subject itself does.

        The engine fills in the rule's id and, where `caveat` is None, the rule's.
        """
        start, end = span or (self.start, self.end)
        line, column = self.document.position(start)
        return Finding(
            rule="",
            file=self.document.file,
            subject=self.subject,
            message=message,
            start=start,
            end=end,
            line=line,
            column=column,
            subject_line=line if start == self.start else self.document.position(self.start)[0],
            safety=verdict.safety,
            changes=changes,
            reason=verdict.reason,
            evidence=verdict.evidence,
            caveat=caveat,
            requires=requires,
        )
