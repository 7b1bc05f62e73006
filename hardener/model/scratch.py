"""What stands in place of a folder that a program writes to and nobody has to keep: how large it is, and for what.

One table for Compose's tmpfs and for Kubernetes' emptyDir.
"""

from __future__ import annotations

from typing import NamedTuple

from hardener.model.evidence import Start
from hardener.model.images.profiles import ImageName
from hardener.model.program import PROFILED, TMP, Program


class Room(NamedTuple):
    """A size as each format writes it."""

    docker: str
    kubernetes: str


_SMALL = Room("64m", "64Mi")
"""For process ids, sockets, locks and passing files: a beginning that keeps a mistake from filling the host."""

_LARGE = Room("1g", "1Gi")
"""For caches: a proxy keeps each upload, and each answer that it holds for others, there as a whole."""

_MAPS_FROM_TMP = frozenset({"elasticsearch", "docker.elastic.co/elasticsearch/elasticsearch"})
"""Images that unpack native libraries to /tmp and load them from there, which `noexec` forbids:
https://www.elastic.co/guide/en/elasticsearch/reference/8.4/executable-jna-tmpdir.html"""


def room(path: str) -> Room:
    """Return how much a folder may hold."""
    return _LARGE if "cache" in path else _SMALL


def tmpfs(program: Program, path: str, image: str) -> str:
    """Return a tmpfs for a program in Compose's short form; `image` is what the service names.

    Only the base's own 1777 /tmp keeps its mode over a restart, any other needs its owner: who the program becomes,
    where it starts as root and all of it steps down.
    """
    if path == TMP.path:
        return (
            f"{path}:rw,nosuid,nodev,{'exec' if _maps_from_tmp(program, image) else 'noexec'},size={room(path).docker}"
        )
    options = f"rw,nosuid,nodev,noexec,size={room(path).docker}"
    owner = (program.works_as if program.start is Start.ROOT and program.steps_down else None) or program.user
    return f"{path}:{options}" if owner is None else f"{path}:{options},uid={owner.uid},gid={owner.gid}"


def _maps_from_tmp(program: Program, image: str) -> bool:
    name = ImageName.parse(image)
    names = {program.source.removeprefix(PROFILED), name.familiar if name is not None else ""}
    return bool(names & _MAPS_FROM_TMP)


def limits(paths: list[str], *, tmpfs: bool) -> str:
    """Return in words what the new file systems at the paths hold at most."""
    return ", ".join(f"{room(path).docker if tmpfs else room(path).kubernetes} for {path}" for path in paths)
