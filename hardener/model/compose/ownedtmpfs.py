"""The file systems in memory that a service has already: when it stops being root they must be its user's.

runc makes a tmpfs over a folder of the image with that folder's owner and mode, and one over a new mount point open at
the first start and root's own after a restart; `mode=` does not last, `uid=` and `gid=` do (tried on Docker 20.10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.text.changes import Exclude, Include, Replace

if TYPE_CHECKING:
    from hardener.model.compose.service import Service
    from hardener.model.settings import User
    from hardener.text.yamlcursor import Cursor

_OPEN = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - paths in a container
"""Where images and engines let everybody write."""


class Given(NamedTuple):
    """What makes the tmpfs of a service a user's."""

    changes: tuple[Replace | Include | Exclude, ...]
    reason: str
    """Why one cannot be given away; empty where all can."""


def given(service: Service, user: User) -> Given:
    """Return what gives a service's own tmpfs to a user that it did not start as."""
    lasting = next(_in_long_syntax(service), "")
    if lasting:
        return Given((), f"the tmpfs in the long syntax at {lasting} would be root's: `tmpfs` takes `uid=` and `gid=`")
    changes: list[Replace | Include | Exclude] = []
    own = {id(item.node) for item in service.own_items("tmpfs")}
    for item in service.items("tmpfs"):
        if not _is_roots(item):
            continue
        if "$" in (item.text or ""):
            return Given((), f"a variable stands in the tmpfs {item.text}, which would be root's")
        if id(item.node) not in own:
            return Given(
                (), f"the tmpfs {item.text} of what it is merged with would be root's: give it `uid=` and `gid=`"
            )
        changes += _handed_over(service, item, item.text or "", user)
    return Given(tuple(changes), "")


def roots_own(service: Service, user: User, *, is_fixed: bool) -> str:
    """Return which tmpfs of a service stays root's when its image gets a user, in words; empty where none does.

    `is_fixed`: the same run gives those away that can be given.
    """
    if service.get("user") is not None:
        return ""
    there = given(service, user)
    if there.reason or is_fixed or not there.changes:
        return there.reason
    return f"a tmpfs of service {service.name} would be root's"


def _handed_over(service: Service, item: Cursor, text: str, user: User) -> tuple[Replace | Include | Exclude, ...]:
    new = f"{text}{',' if ':' in text else ':'}uid={user.uid},gid={user.gid}"
    if item.path == service.path("tmpfs"):  # one that stands for a list, which others may include more in
        return Exclude(item.path, text), Include(item.path, new)
    return (Replace(item.path, text, new),)


def _is_roots(item: Cursor) -> bool:
    target, _, options = (item.text or "").partition(":")
    return target.rstrip("/") not in _OPEN and "uid=" not in options


def _in_long_syntax(service: Service) -> Iterator[str]:
    for item in service.items("volumes"):
        kind, target = _text(item, "type"), _text(item, "target")
        if kind == "tmpfs" and target.rstrip("/") not in _OPEN:
            yield target


def _text(item: Cursor, key: str) -> str:
    value = item.get(key) if item.text is None else None
    return "" if value is None else value.text or ""
