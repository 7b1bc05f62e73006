"""Users and groups that a Dockerfile's own RUNs make, and the flags that their ids lack.

Which ids the tools choose by themselves was tried on Debian 12 (shadow 4.13, adduser 3.134) and Alpine 3.20 (BusyBox
1.36): a new user's own group gets the user's id; with `useradd -r` it gets the next free one of the system's range, and
a system user of `adduser` without a group belongs to nogroup (65534 on Debian, 65533 on Alpine).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hardener.model.dockerfile.invocations import VALUED, Invocation, read_invocation
from hardener.model.dockerfile.stages import Stage
from hardener.model.images.baseaccounts import known_group
from hardener.model.images.profiles import Family
from hardener.model.settings import User
from hardener.model.startup.shell import Command
from hardener.text.instructions import Instruction, Rewrite, Word

_NOGROUP = 65534

_UID = ("-u", "--uid")
_GROUP = {"useradd": ("-g", "--gid"), "adduser": ("-G", "--ingroup", "--gid")}


@dataclass(frozen=True, slots=True)
class Account:
    """A user that the file makes; an id is None where the tool chooses it, so that a rebuild may change it."""

    name: str
    uid: int | None
    gid: int | None
    making: Invocation
    group_making: Invocation | None
    """What makes its group, where the file does that by itself."""
    family: Family
    joined: str = ""
    """Another group of the file's, which has the id that its own would get."""

    @property
    def ids(self) -> User | None:
        """Its ids if both are fixed."""
        return None if self.uid is None or self.gid is None else User(self.uid, self.gid, self.name)

    @property
    def group(self) -> str:
        """The name of its group, as far as the file makes that."""
        return self.group_making.names[0] if self.group_making else self.joined or self.name

    def completed(self, wanted: User) -> User:
        """Return its ids, those that it lacks taken from `wanted`; a group without an id gets that of its user."""
        uid = wanted.uid if self.uid is None else self.uid
        gid = (wanted.gid if uid == wanted.uid else uid) if self.gid is None else self.gid
        return User(uid, gid, self.name)

    def missing_flags(self, wanted: User) -> tuple[Rewrite, ...]:
        """Return what gives it the ids of `completed(wanted)`."""
        ids = self.completed(wanted)
        if self.gid is not None or self.group_making is not None:
            user_flag = "" if self.uid is not None else f"{_option(self, self.making, 'u', 'uid')} {ids.uid} "
            rewrites = [_before_name(self.making, user_flag)]
            if self.gid is None and self.group_making is not None:
                flag = f"{_option(self, self.group_making, 'g', 'gid')} {ids.gid} "
                rewrites.insert(0, _before_name(self.group_making, flag))
            return tuple(rewrite for rewrite in rewrites if rewrite.old != rewrite.new)
        return _with_own_group(self, ids)


@dataclass(slots=True)
class Accounts:
    """The users that a chain of stages makes."""

    users: dict[str, Account] = field(default_factory=dict)
    groups: dict[str, tuple[int | None, Invocation]] = field(default_factory=dict)
    unclear: str = ""
    """Why this is not all or not certain; empty where it is."""
    supplementary: dict[str, str] = field(default_factory=dict)
    """By user: the command that adds it to more groups, which a numeric USER drops."""

    def user_with(self, word: str) -> Account | None:
        """Return the user with this name or this id."""
        if word.isdecimal():
            return next((user for user in self.users.values() if user.uid == int(word)), None)
        return self.users.get(word)

    def group_with(self, gid: int) -> str:
        """Return the name of the group that is made with this id; empty where there is none."""
        return next((name for name, (taken, _) in self.groups.items() if taken == gid), "")

    def gid_of(self, word: str) -> int | None:
        """Return the id of a group by its name or number."""
        if word.isdecimal():
            return int(word)
        if word == "root":
            return 0
        if word in self.groups:
            return self.groups[word][0]
        user = self.users.get(word)
        return user.gid if user and user.group_making is None else None


def accounts_of(stage: Stage) -> Accounts:
    """Return the users that the RUNs of a stage and of those it is built from make."""
    found = Accounts()
    for run in stage.runs():
        for command in run.commands:
            _take(found, run.stage, run.instruction, command)
    return found


def _take(found: Accounts, stage: Stage, instruction: Instruction, command: Command) -> None:
    tool = command.name
    if tool in ("usermod", "gpasswd"):
        _take_membership(found, command)
        return
    if tool in ("groupmod", "deluser", "userdel", "delgroup", "groupdel"):
        found.unclear = found.unclear or f"`{tool}` changes the accounts"
        return
    if tool not in VALUED:
        return
    call = read_invocation(stage, instruction, command)
    if isinstance(call, str):
        found.unclear = found.unclear or call
    elif len(call.names) == 2:
        found.supplementary[call.names[0]] = f"{tool} {' '.join(call.names)}"
    elif tool in ("groupadd", "addgroup") or (tool == "adduser" and _makes_only_a_group(call)):
        _take_group(found, call)
    else:
        _take_user(found, call, stage)


def _take_membership(found: Accounts, command: Command) -> None:
    arguments = command.arguments
    if any(word.startswith("-") and ("G" in word or word in ("--groups", "-a")) for word in arguments):
        for word in arguments:
            found.supplementary.setdefault(word, " ".join([command.name, *arguments]))
    else:
        found.unclear = found.unclear or f"`{command.name}` changes the accounts"


def _makes_only_a_group(call: Invocation) -> bool:
    return "--group" in call.switches and not call.is_system


def _take_group(found: Accounts, call: Invocation) -> None:
    name = call.names[0]
    if name in found.groups:
        found.unclear = found.unclear or f"the group {name} is made twice"
        return
    gid = call.value(("-g", "--gid"))
    if gid is not None and not gid.isdecimal():
        found.unclear = found.unclear or f"`{gid}` is no id of a group"
        return
    found.groups[name] = (None if gid is None else int(gid), call)


def _take_user(found: Accounts, call: Invocation, stage: Stage) -> None:
    name = call.names[0]
    uid = call.value(_UID)
    if name in found.users or (uid is not None and not uid.isdecimal()):
        found.unclear = found.unclear or (f"the user {name} is made twice" if uid is None else f"`{uid}` is no id")
        return
    groups = call.value(("-G", "--groups")) if call.tool == "useradd" else None
    if groups:
        found.supplementary[name] = f"useradd -G {groups}"
    account = Account(name, None if uid is None else int(uid), None, call, None, stage.family)
    group = call.value(_GROUP[call.tool])
    found.users[name] = _with_group(account, group, found, stage) if group else _without_group(account, found)
    if group and found.users[name].gid is None and found.users[name].group_making is None:
        found.unclear = found.unclear or f"the id of the group {group} is not known"


def _with_group(account: Account, group: str, found: Accounts, stage: Stage) -> Account:
    if group in found.groups:
        gid, making = found.groups[group]
        return replace(account, gid=gid, group_making=making)
    gid = found.gid_of(group)
    return replace(account, gid=known_group(group, stage) if gid is None else gid, joined=group)


def _without_group(account: Account, found: Accounts) -> Account:
    gid = _own_gid(account)
    same = (name for name, (taken, _) in found.groups.items() if gid is None and taken == account.uid is not None)
    return replace(account, gid=gid, joined=next(same, ""))


def _own_gid(account: Account) -> int | None:
    """Return the id of the group that a user gets when the call names none (see the module's word on that)."""
    call = account.making
    if call.tool == "useradd":
        return None if call.is_system or "-N" in call.switches else account.uid
    if account.family == "busybox":
        return None if call.is_system else account.uid
    if call.is_system and "--group" not in call.switches:
        return _NOGROUP
    return account.uid


def _option(account: Account, call: Invocation, short: str, long: str) -> str:
    debian = call.tool in ("adduser", "addgroup") and account.family != "busybox"
    return f"--{long}" if debian or call.is_long else f"-{short}"


def _before_name(call: Invocation, flags: str) -> Rewrite:
    return _rewrite(call.instruction, call.name_word, flags)


def _with_own_group(account: Account, ids: User) -> tuple[Rewrite, ...]:
    """Give a user the ids where its tool would make the group by itself."""
    call = account.making
    uid = "" if account.uid is not None else f"{_option(account, call, 'u', 'uid')} {ids.uid} "
    if not _floats(account) and ids.uid == ids.gid:
        return (_before_name(call, uid),)
    if account.joined:
        return (_before_name(call, f"-{'g' if call.tool == 'useradd' else 'G'} {account.joined} {uid}"),)
    tool = call.command.words[0]
    if call.tool == "useradd":
        group = f"groupadd {'-r ' if call.is_system else ''}-g {ids.gid} {call.name_word.text} && "
        join = f"-g {ids.gid} "
    elif account.family == "busybox":
        group = f"addgroup {'-S ' if call.is_system else ''}-g {ids.gid} {call.name_word.text} && "
        join = f"-G {call.name_word.text} "
    else:
        return ()
    return _rewrite(call.instruction, tool, group), _before_name(call, f"{join}{uid}")


def _floats(account: Account) -> bool:
    """Whether its own group's id would not be the user's."""
    return _own_gid(replace(account, uid=1)) is None


def _rewrite(instruction: Instruction, word: Word, front: str) -> Rewrite:
    return Rewrite(instruction.index, word.start, word.start, "", front)
