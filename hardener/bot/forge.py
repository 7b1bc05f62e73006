"""What is asked of a forge, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ForgeError(Exception):
    """The forge does not do what it is asked; the message is a sentence for people, without secrets."""


class AlreadyThereError(ForgeError):
    """There is an open pull request for that branch."""


class AttentionError(ForgeError):
    """A pull request did not get some of its labels, reviewers or assignees; it has the others."""


class State(StrEnum):
    """Where a pull request is in its life."""

    OPEN = "open"
    CLOSED = "closed"
    """Without being merged."""
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as the forge has it."""

    number: int
    url: str
    state: State
    title: str
    body: str
    branch: str
    base: str
    head: str
    """Its newest commit."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What draws somebody's attention to a pull request."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """Names of people, and `organization/team`."""
    assignees: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All of it for people; empty where there is none."""
        every = {"labels": self.labels, "reviewers": self.reviewers, "assignees": self.assignees}
        return "; ".join(f"{what}: {', '.join(names)}" for what, names in every.items() if names)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines of a file on a pull request's side, with other ones in their place."""

    path: str
    first: int
    """Lines are counted from 1."""
    last: int
    body: str


class Forge(Protocol):
    """A repository on a forge. Everything raises ForgeError."""

    def default_branch(self) -> str:
        """Return the branch that pull requests are for where nobody says otherwise."""

    def pulls(self, branch: str = "") -> list[Pull]:
        """Return all pull requests from a branch of this repository, the newest first; else all open ones."""

    def pull(self, number: int) -> Pull:
        """Return one pull request, also one from another repository."""

    def open(self, branch: str, base: str, title: str, body: str, *, draft: bool) -> Pull:
        """Open a pull request. Raises AlreadyThereError."""

    def update(self, number: int, *, title: str, body: str) -> None:
        """Change a pull request's title and text."""

    def close(self, number: int, body: str) -> None:
        """Close a pull request, and change its text with that."""

    def draw(self, number: int, attention: Attention) -> None:
        """Add labels, reviewers and assignees; those there stay. Raises AttentionError where any is refused."""

    def patches(self, number: int) -> Mapping[str, str]:
        """Return what a pull request changes: hunks of a unified diff by path; empty where the forge shows none."""

    def comments(self, number: int) -> list[str]:
        """Return the texts of all comments on lines of a pull request, and of its reviews."""

    def review(self, number: int, commit: str, body: str, suggestions: Sequence[Suggestion]) -> None:
        """Put suggestions on a pull request, all at once."""
