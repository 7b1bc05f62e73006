"""Findings that a project accepts as they were on a day: `harden config accept-current` records them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from hardener.model.finding import Finding

_LINE = re.compile(r"\bline \d+")


class Print(NamedTuple):
    """What a finding is known again by, wherever its lines have moved to."""

    path: Path
    """Of its file, absolute and without symbolic links."""
    rule: str
    subject: str
    message: str
    """Without the numbers of lines: what a rule says of a subject once more is another finding if it says else."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One accepted finding."""

    print: Print
    day: date
    """When it was accepted."""
    place: Path
    """The file in which that stands."""

    @property
    def words(self) -> str:
        """Why its finding is no failure."""
        return f"accepted on {self.day} by accept-current"


def print_of(finding: Finding, path: Path) -> Print:
    """Return what a finding in the file with this real path is known again by."""
    return Print(path, finding.rule, finding.subject, _LINE.sub("line", finding.message))
