"""The commands that make a user, from templates/accounts."""

from __future__ import annotations

from functools import cache

from hardener import templates
from hardener.model.images.profiles import Family
from hardener.model.settings import User

_FIRST_ORDINARY_ID = 1000
"""shadow's login.defs and Debian's adduser.conf: below it lie the ids of system accounts."""


def making(user: User, family: Family) -> tuple[str, ...]:
    """Return the commands that make the user and its group in an image of the family, which has tools for it."""
    name = "shadow-system" if family == "shadow" and min(user.uid, user.gid) < _FIRST_ORDINARY_ID else family
    return tuple(line.format(uid=user.uid, gid=user.gid, name=user.name) for line in _commands(name))


@cache
def _commands(name: str) -> tuple[str, ...]:
    text = (templates.folder() / "accounts" / name).read_text(encoding="utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))
