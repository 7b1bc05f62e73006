"""Names of users as ids: from the file's own accounts, and from those that the base brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.model.dockerfile.accounts import Accounts
from hardener.model.images.baseaccounts import DISTRIBUTIONS, known_group, known_users
from hardener.model.settings import User

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage


def numeric(word: str, stage: Stage, accounts: Accounts) -> User | None:
    """Return the ids of a USER's word: a name or number, and maybe `:` and a group. None where one is not known."""
    name, _, group = word.partition(":")
    found = _user(name, stage, accounts)
    uid = int(name) if name.isdecimal() else found.uid if found else None
    gid = _gid(group, stage, accounts) if group else found.gid if found else None
    if gid is None and not group and uid is not None and has_no_entry(uid, stage, accounts):
        gid = 0
    return None if uid is None or gid is None else User(uid, gid, found.name if found else name)


_FIRST_ORDINARY_ID = 1000
"""Packages make users with ids below it (Debian's and Alpine's adduser), which no Dockerfile shows."""


def has_no_entry(uid: int, stage: Stage, accounts: Accounts) -> bool:
    """Whether it is certain that nobody in the image has the id: then it runs with the group of root, and HOME is /."""
    image = stage.image
    if image is None or image.users is None or not (image.distribution in DISTRIBUTIONS or stage.family == "none"):
        return False
    floating = accounts.unclear or any(account.uid is None for account in accounts.users.values())
    taken = {user.uid for user in known_users(stage).values()} | {account.uid for account in accounts.users.values()}
    return uid >= _FIRST_ORDINARY_ID and not floating and uid not in taken


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
    return known_group(group, stage)
