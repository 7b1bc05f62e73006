"""Whose a place in an image is: the program's own folders, the system's, and root's home."""

from __future__ import annotations

import posixpath

_PROGRAM = ("/app", "/srv", "/opt", "/home", "/code", "/workspace", "/var/www", "/usr/src", "/usr/share/nginx/html")
"""Below these a program keeps itself and its data; the last of them is nginx's."""

_SYSTEM = tuple(
    """
    /bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /media /mnt /proc /root /run /sbin /sys /tmp /usr /var
    /opt/bin /docker-entrypoint.d /docker-entrypoint-initdb.d
    """.split()  # noqa: SIM905 - a table of words
)
"""The Filesystem Hierarchy Standard's folders, and two that official images give to root."""

_THEMSELVES = frozenset({"/", "/opt", "/home", "/usr/src"})
"""Places that hold programs' folders and belong to none of them."""


def resolve(path: str | None, workdir: str | None) -> str | None:
    """Return the absolute, normal form of a path in an image; a `/` at its end stays."""
    if path is None or (workdir is None and not path.startswith("/")):
        return None
    joined = posixpath.join(workdir or "/", path)
    normal = posixpath.normpath(joined).replace("//", "/")
    folder = path.endswith("/") or posixpath.basename(path) in (".", "..", "")
    return f"{normal}/" if folder and normal != "/" else normal


def is_below(path: str, folder: str) -> bool:
    """Whether an absolute path is a folder or lies in it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def is_programs(path: str, workdir: str | None) -> bool:
    """Whether a place is the program's: below its working directory or where programs are put, and not the system's."""
    path = path.rstrip("/") or "/"
    if path in _THEMSELVES or is_below(path, "/opt/bin"):
        return False
    if any(is_below(path, folder) for folder in _PROGRAM):
        return True
    if any(is_below(path, folder) for folder in _SYSTEM):
        return False
    return workdir is not None and workdir != "/" and is_below(path, workdir)


def is_root_home(path: str) -> bool:
    """Whether only root may enter the place: root's home has mode 700."""
    return is_below(path, "/root")
