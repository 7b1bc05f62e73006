"""Which commits are ours: a trailer says what its commit was made of, so that whoever touches one breaks it.

The seal is over the tree, the parent and the message. A commit that somebody amended, rebased or put on top has none
or one that does not fit; and since each covers its parent, the newest commit's tells for all below it up to the base.
"""

from __future__ import annotations

from hashlib import sha256

from hardener.bot.git import Git, GitError

TRAILER = "Harden-Seal: "


def sealed(tree: str, parent: str, message: str) -> str:
    """Return a message with the seal of its commit."""
    return f"{message.rstrip()}\n{TRAILER}{_seal(tree, parent, message)}\n"


def is_ours(git: Git, commit: str) -> bool:
    """Return whether we made a commit, and with it all below it up to the base. Raises GitError."""
    found = git.read(commit)
    message, _, seal = found.message.rstrip().rpartition(f"\n{TRAILER}")
    return len(found.parents) == 1 and bool(message) and seal == _seal(found.tree, found.parents[0], message)


def is_same(git: Git, there: str, made: str, base: str) -> bool:
    """Return whether two lines of our commits have the same files and messages, and both start at the base."""
    while made != base:
        try:
            old, new = git.read(there), git.read(made)
        except GitError:  # there are fewer
            return False
        if (old.tree, _unsealed(old.message), len(old.parents)) != (new.tree, _unsealed(new.message), 1):
            return False
        there, made = old.parents[0], new.parents[0]
    return there == base


def _unsealed(message: str) -> str:
    return message.rpartition(f"\n{TRAILER}")[0]


def _seal(tree: str, parent: str, message: str) -> str:
    return sha256(f"{tree}\n{parent}\n{message.rstrip()}\n".encode(errors="replace")).hexdigest()[:16]
