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

_STATE = ("/media", "/mnt", "/run", "/var/cache", "/var/lib", "/var/log", "/var/run", "/var/spool")
"""Where services keep what they write, and where others' file systems are mounted; a folder below is one service's."""

_VAR = frozenset(
    """
    account adm backups cache crash db empty games lib local lock log mail opt preserve run spool tmp yp
    """.split()  # noqa: SIM905 - a table of words
)
"""Folders of /var that are the system's (https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05.html)."""


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


def is_state(path: str) -> bool:
    """Whether a place is one service's own among those where services keep what they write."""
    if any(path != folder and is_below(path, folder) for folder in _STATE) or is_below(path, "/data"):
        return True
    return path.startswith("/var/") and path.split("/")[2] not in _VAR


def may_be_programs(path: str) -> bool:
    """Whether a place that is made, or declared as a volume, can belong to a program: it is none of the system's."""
    return is_programs(path, None) or is_state(path) or not (path == "/" or _is_systems(path))


def _is_systems(path: str) -> bool:
    return path in _THEMSELVES or any(is_below(path, folder) for folder in _SYSTEM)


def is_hosts(path: str) -> bool:
    """Whether a place is the kernel's or, as a socket, another process': nothing in an image can be made there."""
    return path.endswith(".sock") or any(is_below(path, folder) for folder in ("/dev", "/proc", "/sys"))


def is_root_home(path: str) -> bool:
    """Whether only root may enter the place: root's home has mode 700."""
    return is_below(path, "/root")
