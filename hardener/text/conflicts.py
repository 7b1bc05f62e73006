"""What git leaves in a file where it could not merge."""

from __future__ import annotations

import re

UNRESOLVED = "a merge conflict is not resolved: its markers stand here"

_MARKER = re.compile(r"^(?:<{7}|>{7})(?:[ \r]|$)", re.MULTILINE)


def conflict_line(text: str) -> int | None:
    """Return the line, counted from 1, of the first marker around two versions; None where there is none."""
    marker = _MARKER.search(text)
    return None if marker is None else text.count("\n", 0, marker.start()) + 1
