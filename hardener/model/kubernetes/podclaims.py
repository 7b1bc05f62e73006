"""Which claims of a container the kubelet gives to the pod's fsGroup, so that no `chown` is needed.

https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from hardener.model.kubernetes.fields import items_at, text_at
from hardener.model.kubernetes.workload import Container

_PROVISIONED = ("persistentVolumeClaim", "ephemeral")
"""Volumes that are given to it; places of the node and most network volumes are not."""
_OWNERS_ONLY = ("postgres", "pgvector", "pgdata")
"""Parts of names by which PostgreSQL is known: it refuses a data folder that its group may write to."""


def group_claims(container: Container) -> tuple[str, ...]:
    """Return where the container may write to claims that a group can be given."""
    volumes = container.pod.volumes
    kinds = {mount.path: volumes.get(mount.volume) for mount in container.mounts}
    paths = tuple(path for path in container.stateful_mounts if kinds.get(path) in _PROVISIONED)
    names = " ".join((container.image, *paths, *(text_at(item, "name") for item in items_at(container.cursor, "env"))))
    return () if any(part in names.lower() for part in _OWNERS_ONLY) else paths
