"""Linux capabilities as numbers of bits and as names.

https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/capability.h (v6.11)
"""

from __future__ import annotations

from collections.abc import Collection

NAMES = (
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
)
"""By the number of their bit."""

DEFAULT = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
"""What Docker grants when nobody says otherwise: https://github.com/moby/moby/blob/v27.3.1/oci/caps/defaults.go."""


def named(mask: int) -> tuple[str, ...]:
    """Return the names of the capabilities in a mask, in alphabetical order; `CAP_n` for a bit without a name."""
    bits = (bit for bit in range(mask.bit_length()) if mask >> bit & 1)
    return tuple(sorted(NAMES[bit] if bit < len(NAMES) else f"CAP_{bit}" for bit in bits))


def plain(word: str) -> str:
    """Return a capability as Docker names it: in upper case, without CAP_."""
    return word.upper().removeprefix("CAP_")


def shown(names: Collection[str]) -> str:
    """Return capabilities for people, those that Docker grants by default as one word."""
    if set(names) == set(DEFAULT):
        return f"Docker's {len(DEFAULT)}"
    return " ".join(sorted(names)) or "none"
