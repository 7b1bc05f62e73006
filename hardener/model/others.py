"""Where files in a service may belong to others than its image's users, and so be closed to its root.

Root may use any file only by CAP_DAC_OVERRIDE (https://man7.org/linux/man-pages/man7/capabilities.7.html); without it
the modes of files hold for it as for everybody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardener.model.mounts import Mount
from hardener.model.places import is_below

if TYPE_CHECKING:
    from hardener.model.service import Service

_PRIVATE = re.compile(
    r"(?:^|[/._-])(?:acme|certs?|certificates?|credentials?|env|htpasswd|keys?|p12|passwd|passwords?|pem|pfx|private"
    r"|secrets?|ssh|ssl|tls)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""Names of what its owner keeps to himself."""

_OF_ROOT = ("/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/run", "/sys", "/usr", "/var/run")
"""Where the files of a host are root's, who is the same one in the container."""

_ONLY_READ = ("/etc", "/usr", "/docker-entrypoint.d", "/docker-entrypoint-initdb.d")
"""Where the Filesystem Hierarchy Standard, or an image's entrypoint, has what programs read."""


def is_private(path: str) -> bool:
    """Whether a name says that nobody but its owner may read what is there."""
    return _PRIVATE.search(path) is not None


def files_of_others(service: Service) -> tuple[str, ...]:
    """Return the mounts, as they stand in the file, whose files may belong to others and be closed to root."""
    return tuple(mount.words for mount in service.mounts if mount.source and _is_of_others(service, mount))


def _is_of_others(service: Service, mount: Mount) -> bool:
    if mount.is_bind:
        if any(is_below(mount.source, folder) for folder in _OF_ROOT):
            return False
        return is_private(mount.source) or is_private(mount.target) or _is_written(mount)
    return _is_written(mount) and mount.source in {*_external(service), *_shared(service)}


def _is_written(mount: Mount) -> bool:
    return not mount.read_only and not any(is_below(mount.target.rstrip("/"), folder) for folder in _ONLY_READ)


def _shared(service: Service) -> Iterator[str]:
    """Yield the named volumes of the other services of its file."""
    for other in service.document.parts:
        if other.name != service.name:
            yield from (mount.source for mount in other.own_mounts if not mount.is_bind)


def _external(service: Service) -> Iterator[str]:
    """Yield the volumes that exist before the project."""
    tree = service.document.tree
    for root in (tree.root(number) for number in range(len(tree.documents))):
        volumes = root.get("volumes") if root is not None else None
        for name, volume in volumes.entries() if volumes is not None else ():
            external = volume.get("external")
            if external is not None and external.truth is not False:
                yield name
