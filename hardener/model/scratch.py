"""What stands in place of a folder that a program writes to and nobody has to keep: how large it is, and for what.

One table for Compose's tmpfs and for Kubernetes' emptyDir.
"""

from __future__ import annotations

from typing import NamedTuple

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


def tmpfs(program: Program, path: str) -> str:
    """Return a tmpfs for a program in Compose's short form.

    Only the base's own 1777 /tmp keeps its mode over a restart, any other needs its owner.
    """
    runs = path == TMP.path and program.source.removeprefix(PROFILED) in _MAPS_FROM_TMP
    options = f"rw,nosuid,nodev,{'exec' if runs else 'noexec'},size={room(path).docker}"
    if path == TMP.path or program.user is None:
        return f"{path}:{options}"
    return f"{path}:{options},uid={program.user.uid},gid={program.user.gid}"


def limits(paths: list[str], *, tmpfs: bool) -> str:
    """Return in words what the new file systems at the paths hold at most."""
    return ", ".join(f"{room(path).docker if tmpfs else room(path).kubernetes} for {path}" for path in paths)
