"""Where files in a service may belong to others than its image's users, and so be closed to its root, or to its user.

Root may use any file only by CAP_DAC_OVERRIDE (https://man7.org/linux/man-pages/man7/capabilities.7.html); without it
the modes of files hold for it as for everybody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.model.compose.interpolation import interpolated
from hardener.model.compose.mounts import Mount
from hardener.model.kubernetes.fields import text_at
from hardener.model.places import is_below
from hardener.text.source import Reader, UnreadableError
from hardener.text.yamlcursor import Cursor

if TYPE_CHECKING:
    from hardener.model.compose.service import Service

_PRIVATE = re.compile(
    r"(?:^|[/._-])(?:acme|certs?|certificates?|credentials?|env|htpasswd|keys?|letsencrypt|p12|passwd|passwords?|pem|pfx|private"
    r"|secrets?|ssh|ssl|tls)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""Names of what its owner keeps to himself."""

_OF_ROOT = ("/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/run", "/sys", "/usr", "/var/run")
"""Where the files of a host are root's, who is the same one in the container."""

_ONLY_READ = ("/etc", "/usr", "/docker-entrypoint.d", "/docker-entrypoint-initdb.d")
"""Where the Filesystem Hierarchy Standard, or an image's entrypoint, has what programs read."""


FROM_FILE = "secrets: "
"""How the words for a secret that is a file of the host begin."""

_READ_BY_OTHERS = 0o004


def files_of_others(service: Service, reader: Reader) -> tuple[str, ...]:
    """Return the mounts and secrets, as they stand in the file, whose files may be closed to root."""
    mounts = [mount.words for mount in service.mounts if mount.source and _is_of_others(service, mount)]
    return (*mounts, *_secrets(service, reader))


def private_files(service: Service, reader: Reader) -> tuple[str, ...]:
    """Return the mounts and secrets, as they stand in the file, that another user than their owner may not read.

    Compose mounts a secret's file as it is on the host: its `uid`, `gid` and `mode` are for a swarm alone
    (https://github.com/compose-spec/compose-spec/blob/main/05-services.md#secrets).
    """
    mounts = (mount for mount in service.mounts if mount.is_bind and mount.read_only)
    folder = service.document.folder
    private = (m.words for m in mounts if is_private(m.source, m.target) and not _is_open(reader, folder / m.source))
    return (*private, *_secrets(service, reader))


def _secrets(service: Service, reader: Reader) -> Iterator[str]:
    """Yield the secrets of a service that are files which not everybody may read, as far as is known."""
    files = {name: file for name, secret in _declared(service, "secrets") if (file := text_at(secret, "file"))}
    for item in service.items("secrets"):
        name = item.text or text_at(item, "source")
        path = interpolated(files.get(name, ""), service.document.variables)
        if name in files and not (path and _is_open(reader, service.document.folder / path)):
            yield f"{FROM_FILE}{name}"


def _is_open(reader: Reader, path: Path) -> bool:
    """Whether a file is there that everybody may read."""
    try:
        return reader.is_file(path) and bool(reader.locate(path).stat().st_mode & _READ_BY_OTHERS)
    except (OSError, UnreadableError):
        return False


def is_private(*paths: str) -> bool:
    """Whether a name says that nobody but its owner may read what is there."""
    return any(_PRIVATE.search(path) is not None for path in paths)


def is_of_root(path: str) -> bool:
    """Whether the files at a path of a host are root's, who is the same one in a container."""
    return any(is_below(path, folder) for folder in _OF_ROOT)


def _is_of_others(service: Service, mount: Mount) -> bool:
    if mount.is_bind:
        if is_of_root(mount.source):
            return False
        return is_private(mount.source, mount.target) or _is_written(mount)
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
    for name, volume in _declared(service, "volumes"):
        external = volume.get("external")
        if external is not None and external.truth is not False:
            yield name


def _declared(service: Service, key: str) -> Iterator[tuple[str, Cursor]]:
    """Yield what stands under a key of the file itself, by name."""
    tree = service.document.tree
    for root in (tree.root(number) for number in range(len(tree.documents))):
        section = root.get(key) if root is not None else None
        yield from section.entries() if section is not None else ()
