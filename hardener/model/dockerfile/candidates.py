"""Which user an image that runs as root should get."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hardener.model.dockerfile.accounts import Account, Accounts
from hardener.model.dockerfile.recipients import given_to, gives_to_root_group
from hardener.model.dockerfile.usernames import numeric
from hardener.model.images.baseaccounts import known_users
from hardener.model.settings import User

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage


class How(StrEnum):
    """How the user comes to exist."""

    MADE = "made"
    """A new account."""
    OF_FILE = "of the file"
    """An account that the file makes, with the flags that it lacks."""
    OF_BASE = "of the base"
    """One that the base brings."""
    NUMBER_ONLY = "number only"
    """The base has no tools to make one, and programs do without an entry in /etc/passwd."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user that fits the image."""

    user: User
    how: How
    account: Account | None = None
    """Of the file."""
    source: str = ""
    """Where its ids come from, in words; empty for the settings."""


class NoCandidateError(Exception):
    """No user can be told; the message is a sentence for people."""


def candidate(stage: Stage, accounts: Accounts, wanted: User, used: str | None, *, configured: bool) -> Candidate:
    """Return the user that fits: the file's own, else the base's where that is meant, else `wanted`.

    `used` is the user that the file itself switches to at some point; `configured`: `wanted` is said for this image and
    is more than a default. Raises NoCandidateError.
    """
    if stage.family == "unknown":
        raise NoCandidateError(f"no profile tells how users are made in {stage.chain[0].written_base}")
    if accounts.unclear:
        raise NoCandidateError(f"which accounts the file makes is not certain: {accounts.unclear}")
    if accounts.users:
        return _of_file(accounts, wanted, used)
    taken = wanted.name if wanted.name in accounts.groups else accounts.group_with(wanted.gid)
    if taken:
        raise NoCandidateError(f"the file makes a group {taken} and no user for it")
    meant = None if configured else _meant_by_base(stage)
    if meant is not None:
        return meant
    if stage.family == "none":
        return Candidate(wanted, How.NUMBER_ONLY)
    return _of_base(stage, wanted) or Candidate(wanted, How.MADE)


def numbered(stage: Stage, accounts: Accounts, wanted: User) -> Candidate:
    """Return the ids of the user that is in force by name, or by its number without a group.

    Raises NoCandidateError.
    """
    word = stage.user
    if word is None or word.expanded is None:
        raise NoCandidateError("no USER is in force")
    if not word.fixed:
        raise NoCandidateError(f"a build argument can change `USER {word.written}`")
    name, _, group = word.expanded.partition(":")
    if name in accounts.supplementary:
        raise NoCandidateError(f"`{accounts.supplementary[name]}` adds it to groups that a numeric USER drops")
    account = accounts.user_with(name)
    user = numeric(word.expanded, stage, accounts)
    if user is not None and account is None and user.gid == 0 and not group and not gives_to_root_group(stage):
        source = f"`USER {word.written}` runs with the group of root, and the file gives nothing to that group"
        return Candidate(User(user.uid, user.uid), How.NUMBER_ONLY, source=source)
    if user is not None:
        return Candidate(user, How.OF_BASE if account is None else How.OF_FILE, account)
    if accounts.unclear or account is None or group not in ("", account.group):
        why = accounts.unclear or f"neither the file nor a profile says which ids `USER {word.written}` has"
        raise NoCandidateError(why)
    return _of_file(accounts, wanted, name)


def _of_file(accounts: Accounts, wanted: User, used: str | None) -> Candidate:
    chosen = accounts.users.get((used or "").partition(":")[0])
    if chosen is None and len(accounts.users) > 1:
        raise NoCandidateError(f"the file makes several users ({', '.join(accounts.users)}): say which with USER")
    account = chosen or next(iter(accounts.users.values()))
    if account.name in accounts.supplementary:
        command = accounts.supplementary[account.name]
        raise NoCandidateError(f"`{command}` adds {account.name} to groups that a numeric USER drops")
    user = account.completed(wanted)
    if user.uid == 0:
        raise NoCandidateError(f"the file's user {account.name} has root's id")
    if account.gid is None and (taken := accounts.group_with(user.gid)) not in ("", account.group):
        raise NoCandidateError(f"the id {user.gid} for the group of {account.name} belongs to the file's group {taken}")
    if account.ids is None and not account.missing_flags(wanted):
        raise NoCandidateError(f"the file's user {account.name} cannot be given the ids {user} by flags alone")
    return Candidate(user, How.OF_FILE, account, f"the file makes {account.name}")


def _meant_by_base(stage: Stage) -> Candidate | None:
    """Return the user that is meant: that the file gives the program to, or that the base runs as or works as."""
    image = stage.image
    if image is None:
        return None
    given = given_to(stage)
    if given is not None:
        user, line = given
        return Candidate(user, How.OF_BASE, source=f"line {line} gives its files to {user.name} ({user})")
    if image.default_user is not None and image.default_user.uid != 0:
        return Candidate(image.default_user, How.OF_BASE, source=f"{image.name} runs as {image.default_user}")
    if image.runs_as is not None and image.runs_as.uid != 0:
        return Candidate(image.runs_as, How.OF_BASE, source=f"{image.name} works as {image.runs_as}")
    if stage.family == "none" and image.users and len(image.users) == 1:
        user = next(iter(image.users.values()))
        return Candidate(user, How.OF_BASE, source=f"{image.name} brings {user.name} ({user}), with a home")
    return None


def _of_base(stage: Stage, wanted: User) -> Candidate | None:
    """Return the base's user where it has the wanted ids or name; None where nothing of the base stands in the way."""
    users = known_users(stage)
    clashing = [user for user in users.values() if _clash(user, wanted)]
    if not clashing:
        return None
    same = [user for user in clashing if user.has_ids_of(wanted) or user.name == wanted.name]
    if len(same) != 1 or len(clashing) != 1:
        names = ", ".join(f"{user.name} ({user})" for user in clashing)
        raise NoCandidateError(f"{wanted} would clash with the base's own {names}: configure another id")
    name = stage.image.name if stage.image else ""
    return Candidate(same[0], How.OF_BASE, source=f"{name} brings {same[0].name} ({same[0]})")


def _clash(user: User, wanted: User) -> bool:
    return user.uid == wanted.uid or user.gid == wanted.gid or user.name == wanted.name
