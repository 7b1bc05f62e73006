"""Users and groups that a base brings: by its profile, and by its distribution."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hardener.model.settings import User

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage

_DEBIAN_USERS = """
daemon 1:1 bin 2:2 sys 3:3 sync 4:65534 games 5:60 man 6:12 lp 7:7 mail 8:8 news 9:9 uucp 10:10 proxy 13:13
www-data 33:33 backup 34:34 list 38:38 irc 39:39 nobody 65534:65534
"""
_ALPINE_USERS = (
    "bin 1:1 daemon 2:2 lp 4:7 sync 5:0 mail 8:12 news 9:13 uucp 10:14 games 35:35 ftp 21:21 nobody 65534:65534"
)
_USERS = {"debian": _DEBIAN_USERS, "ubuntu": _DEBIAN_USERS, "alpine": _ALPINE_USERS}
"""Debian's base-passwd (passwd.master) and Alpine's alpine-baselayout (passwd), as far as releases agree."""

_DEBIAN_GROUPS = """
daemon 1 bin 2 sys 3 adm 4 tty 5 disk 6 lp 7 mail 8 news 9 uucp 10 man 12 proxy 13 kmem 15 dialout 20 fax 21 voice 22
cdrom 24 floppy 25 tape 26 sudo 27 audio 29 dip 30 www-data 33 backup 34 operator 37 list 38 irc 39 src 40 shadow 42
utmp 43 video 44 sasl 45 plugdev 46 staff 50 games 60 users 100 nogroup 65534
"""
_ALPINE_GROUPS = """
bin 1 daemon 2 sys 3 adm 4 tty 5 disk 6 lp 7 kmem 9 wheel 10 floppy 11 mail 12 news 13 uucp 14 cron 16 audio 18 cdrom 19
dialout 20 ftp 21 input 23 tape 26 video 27 netdev 28 kvm 34 games 35 shadow 42 www-data 82 users 100 utmp 406
nogroup 65533 nobody 65534
"""
_GROUPS = {"debian": _DEBIAN_GROUPS, "ubuntu": _DEBIAN_GROUPS, "alpine": _ALPINE_GROUPS}
"""From the same packages (group.master, group)."""

DISTRIBUTIONS = frozenset(_USERS)
"""Those whose users are known."""


def known_users(stage: Stage) -> dict[str, User]:
    """Return the users that the base brings, by name, as far as they are known."""
    image = stage.image
    if image is None:
        return {}
    return _table(_USERS.get(image.distribution or "", "")) | dict(image.users or {})


def known_group(name: str, stage: Stage) -> int | None:
    """Return the id of a group that the base brings."""
    users = known_users(stage)
    if name in users and stage.image is not None and name in (stage.image.users or {}):
        return users[name].gid
    words = _GROUPS.get(stage.image.distribution or "", "").split() if stage.image else []
    return dict(zip(words[::2], map(int, words[1::2]), strict=True)).get(name)


@cache
def _table(text: str) -> dict[str, User]:
    words = text.split()
    found = {}
    for name, ids in zip(words[::2], words[1::2], strict=True):
        uid, _, gid = ids.partition(":")
        found[name] = User(int(uid), int(gid), name)
    return found
