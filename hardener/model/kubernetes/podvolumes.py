"""Which places of a container need a volume to be written to, and how such volumes are called."""

from __future__ import annotations

import re

from hardener.model.images.profiles import Writable
from hardener.model.kubernetes.workload import Container, Pod
from hardener.model.program import TMP, Program

_LONGEST_NAME = 63
"""Of a DNS label (RFC 1123), which a volume's name must be."""


def uncovered(program: Program, container: Container) -> list[Writable]:
    """Return the places that the program writes to and where nothing is mounted, outermost only; /tmp always counts.

    Where a Dockerfile makes them likely, places with data are left out: the image may hold files there, and a volume
    hides them.
    """
    likely = (place for place in program.likely if place.kind != "data" or program.is_profiled)
    known = program.writable if program.writable is not None else tuple(likely)
    found: list[Writable] = []
    for place in sorted({TMP, *known}, key=lambda place: (place.path, place.kind)):
        mounted = any(mount.covers(place.path) for mount in container.mounts)
        inside = any(place.path == other.path or place.path.startswith(f"{other.path}/") for other in found)
        if not mounted and not (inside and place.kind != "data"):
            found.append(place)
    return found


class VolumeNames:
    """Hands out names for new volumes of a pod, each one once."""

    def __init__(self, pod: Pod) -> None:
        self._taken = set(pod.volumes)

    def new(self, container: Container, path: str) -> str:
        """Return a name that tells the path: `tmp`, `var-cache-nginx`; with the container's or a number where taken."""
        short = _label(path)
        candidates = [short, _label(f"{container.name}-{short}")]
        candidates += (_label(f"{container.name}-{short}", f"-{number}") for number in range(2, len(self._taken) + 3))
        name = next(name for name in candidates if name not in self._taken)
        self._taken.add(name)
        return name


def _label(words: str, suffix: str = "") -> str:
    """Return the words as a DNS label that ends with `suffix`."""
    label = re.sub("[^a-z0-9]+", "-", words.lower()).strip("-") or "volume"
    return label[: _LONGEST_NAME - len(suffix)].rstrip("-") + suffix
