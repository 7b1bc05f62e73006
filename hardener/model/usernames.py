"""Names of users as ids: from the file's own accounts, from the base's profile, and the few that every base shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.model.accounts import Accounts
from hardener.model.settings import User

if TYPE_CHECKING:
    from hardener.model.dockerfile import Stage

_NOBODY = User(65534, 65534, "nobody")
_NOBODY_IS = frozenset({"alpine", "debian", "ubuntu"})
"""Distributions whose `nobody` is 65534:65534 (Debian's base-passwd, Alpine's alpine-baselayout)."""


def numeric(word: str, stage: Stage, accounts: Accounts) -> User | None:
    """Return the ids of a USER's word: a name or number, and maybe `:` and a group. None where one is not known."""
    name, _, group = word.partition(":")
    found = _user(name, stage, accounts)
    uid = int(name) if name.isdecimal() else found.uid if found else None
    gid = _gid(group, stage, accounts) if group else found.gid if found else None
    return None if uid is None or gid is None else User(uid, gid, found.name if found else name)


def known_users(stage: Stage) -> dict[str, User]:
    """Return the users that the base brings, by name, as far as they are known."""
    image = stage.image
    if image is None:
        return {}
    system = {"nobody": _NOBODY} if image.distribution in _NOBODY_IS else {}
    return system | dict(image.users or {})


def _user(name: str, stage: Stage, accounts: Accounts) -> User | None:
    if accounts.unclear and name not in accounts.users:
        return None
    account = accounts.user_with(name)
    if account is not None:
        return account.ids
    for user in known_users(stage).values():
        if name in (user.name, str(user.uid)):
            return user
    return None


def _gid(group: str, stage: Stage, accounts: Accounts) -> int | None:
    gid = accounts.gid_of(group)
    if gid is not None or group in accounts.groups or group in accounts.users:
        return gid
    users = known_users(stage)
    return users[group].gid if group in users else None
