"""Which files that a container mounts only their owner may read.

Kubernetes projects Secrets and ConfigMaps as root's files with the mode that `defaultMode` says, else 0644; an fsGroup
may read them all: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.model.foreignowners import is_of_root, is_private
from hardener.model.kubernetes.fields import items_at, text_at, value_at
from hardener.model.kubernetes.podhost import host_paths
from hardener.model.kubernetes.workload import Container
from hardener.text.yamlcursor import Cursor

_PROJECTED = ("configMap", "downwardAPI", "projected", "secret")
_OCTAL = re.compile(r"0o?[0-7]+")
_READ_BY_OTHERS = 0o004


def closed_to_others(container: Container) -> tuple[str, ...]:
    """Return the mounts that a user other than root may not be able to read."""
    closed = set() if container.pod.security("fsGroup") is not None else set(_closed_volumes(container))
    projected = (mount.path for mount in container.mounts if mount.volume in closed)
    return (*projected, *(path for path, _ in _private(container)))


def closed_to_root(container: Container) -> tuple[str, ...]:
    """Return the mounts that are only read and that root may only read by CAP_DAC_OVERRIDE, as far as names tell."""
    return tuple(path for path, place in _private(container) if not is_of_root(place))


def _private(container: Container) -> Iterator[tuple[str, str]]:
    """Yield where places of the node are mounted to be read that their owner keeps to himself, and which."""
    nodes = {volume.name: volume.path for volume in host_paths(container.pod)}
    for mount in container.mounts:
        place = nodes.get(mount.volume)
        if place is not None and mount.read_only and is_private(place, mount.path):
            yield mount.path, place


def _closed_volumes(container: Container) -> Iterator[str]:
    for volume in items_at(container.pod.spec, "volumes"):
        for kind in _PROJECTED:
            source = value_at(volume, kind)
            if source is not None and not all(mode & _READ_BY_OTHERS for mode in _modes(source)):
                yield text_at(volume, "name")


def _modes(source: Cursor) -> Iterator[int]:
    """Yield the modes that a volume's source names for its files; one that cannot be read counts as closed."""
    parts = [
        value
        for entry in items_at(source, "sources")
        for kind in _PROJECTED
        if (value := value_at(entry, kind)) is not None
    ]
    for each in (source, *parts):
        items = (value_at(item, "mode") for item in items_at(each, "items"))
        for mode in (value_at(each, "defaultMode"), *items):
            if mode is not None:
                text = mode.text or ""
                yield int(text.replace("o", ""), 8) if _OCTAL.fullmatch(text) else int(text) if text.isdecimal() else 0
