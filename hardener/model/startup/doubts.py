"""What speaks against starting a program as another user than root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NeedsRoot:
    """Something in the start-up works only, or may work only, as root."""

    reason: str
    """A sentence for people, with the word and the line that show it."""
    master: bool = False
    """It is a server whose first process is root by habit, not by need: a configuration can say otherwise."""
    asks: bool = False
    """It only asks whether it is root, and what follows from that is not read."""
    helper: str = ""
    """The setuid program that is called, with where that is; empty where it is none."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of the start-up could not be read."""

    reason: str


Doubt: TypeAlias = NeedsRoot | Unreadable


def is_vague(doubt: Doubt) -> bool:
    """Whether another doubt says more: this one is only of a server that is root by habit, or of a question."""
    return isinstance(doubt, NeedsRoot) and (doubt.master or doubt.asks)
