"""Which commits are ours: a trailer says what its commit was made of, so that whoever touches one breaks it.

The seal is over the tree, the parent, the message, and whether it is the last commit. One that somebody amended,
rebased or put on top has none or one that does not fit; and since each covers its parent, the newest commit's tells for
all below it up to the base. Where somebody took the last ones away, the newest has the seal of one in the middle.
"""

from __future__ import annotations

from hashlib import sha256

from hardener.bot.git import Git, GitError

TRAILER = "Harden-Seal: "


def sealed(tree: str, parent: str, message: str, *, is_last: bool) -> str:
    """Return a message with the seal of its commit."""
    return f"{message.rstrip()}\n{TRAILER}{_seal(tree, parent, message, is_last=is_last)}\n"


def is_ours(git: Git, commit: str) -> bool:
    """Return whether we made a commit as the last one, and with it all below it up to the base. Raises GitError."""
    found = git.read(commit)
    message, _, seal = found.message.rstrip().rpartition(f"\n{TRAILER}")
    if len(found.parents) != 1 or not message:
        return False
    return seal == _seal(found.tree, found.parents[0], message, is_last=True)


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


def _seal(tree: str, parent: str, message: str, *, is_last: bool) -> str:
    text = f"{tree}\n{parent}\n{is_last}\n{message.rstrip()}\n"
    return sha256(text.encode(errors="replace")).hexdigest()[:16]
