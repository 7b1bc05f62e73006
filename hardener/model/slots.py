"""Places in a Dockerfile's stage that rules fill, in the order in which they stand there.

A rule says what goes into a slot; where the slot lies, and that two RUNs of ours in a row become one, is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Slot(IntEnum):
    """The places, in order; the first lies early in the stage, the others after its last step that needs root."""

    ACCOUNT = 0
    """RUN: make the group and the user."""
    DIRECTORIES = 1
    """RUN: make directories and give them away."""
    SETUID = 2
    """RUN: strip setuid and setgid bits."""
    USER = 3
    """USER: who runs from here on; HEALTHCHECK, ENTRYPOINT and CMD follow."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Write an instruction into a slot of the stage with this number (counted from 0)."""

    stage: int
    slot: Slot
    parts: tuple[str, ...]
    """A RUN's commands, joined by &&; a USER's one argument."""
