"""What the configuration says about an image: its user, the capabilities it needs, the paths it writes to."""

from __future__ import annotations

import re
from typing import Any

from hardener.model.settings import ImageFact
from hardener.policy.identity import user_of
from hardener.policy.wrong import WrongError, hint, strings, table_of

CAPABILITIES = frozenset(
    {
        "ALL",
        "AUDIT_CONTROL",
        "AUDIT_READ",
        "AUDIT_WRITE",
        "BLOCK_SUSPEND",
        "BPF",
        "CHECKPOINT_RESTORE",
        "CHOWN",
        "DAC_OVERRIDE",
        "DAC_READ_SEARCH",
        "FOWNER",
        "FSETID",
        "IPC_LOCK",
        "IPC_OWNER",
        "KILL",
        "LEASE",
        "LINUX_IMMUTABLE",
        "MAC_ADMIN",
        "MAC_OVERRIDE",
        "MKNOD",
        "NET_ADMIN",
        "NET_BIND_SERVICE",
        "NET_BROADCAST",
        "NET_RAW",
        "PERFMON",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYSLOG",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_CHROOT",
        "SYS_MODULE",
        "SYS_NICE",
        "SYS_PACCT",
        "SYS_PTRACE",
        "SYS_RAWIO",
        "SYS_RESOURCE",
        "SYS_TIME",
        "SYS_TTY_CONFIG",
        "WAKE_ALARM",
    }
)
"""capabilities(7) without the prefix CAP_; ALL is the engines' word for every one of them."""

_FOLDER = re.compile(r"(/[^/:,\s]+)+")
"""An absolute path that a `tmpfs` entry can name: no blanks, and neither `:` nor `,`, which start its options."""


def image_fact(value: object) -> ImageFact:
    """Return what a table of the configuration says about an image. Raises WrongError."""
    known: dict[str, Any] = {"user": user_of, "capabilities": _capabilities, "writable": _folders}
    return ImageFact(**table_of(value, known))


def _capabilities(value: object) -> tuple[str, ...]:
    names = tuple(name.upper().removeprefix("CAP_") for name in strings(value))
    for name in names:
        if name not in CAPABILITIES:
            raise WrongError(f'unknown capability "{name}"{hint(name, CAPABILITIES)}')
    return names


def _folders(value: object) -> tuple[str, ...]:
    paths = strings(value)
    for path in paths:
        if not path.isprintable() or not _FOLDER.fullmatch(path) or ".." in path.split("/"):
            raise WrongError(f'"{path}" is no absolute path of a folder below /')
    return paths
