"""What the kernel says of running processes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

BITS = {
    "CHOWN": 0,
    "DAC_OVERRIDE": 1,
    "FOWNER": 3,
    "FSETID": 4,
    "KILL": 5,
    "SETGID": 6,
    "SETUID": 7,
    "SETPCAP": 8,
    "NET_BIND_SERVICE": 10,
    "NET_RAW": 13,
    "IPC_LOCK": 14,
    "SYS_CHROOT": 18,
    "MKNOD": 27,
    "AUDIT_WRITE": 29,
    "SETFCAP": 31,
}
"""Of the capabilities that files here grant: linux/capability.h."""

DOCKERS = 0xA80425FB
"""Docker's default set, as the kernel shows it."""


class Process(NamedTuple):
    """One process, by /proc/PID/status and mountinfo."""

    ids: str
    """uid:gid, effective."""
    effective: int
    bounding: int
    no_new_privileges: bool
    root_is_read_only: bool


def mask(names: Iterable[str]) -> int:
    """Return capabilities as the kernel shows them."""
    return sum(1 << BITS[name] for name in names)


def names(effective: int) -> list[str]:
    """Return the capabilities that the kernel shows, by name."""
    return [name for name, bit in BITS.items() if effective >> bit & 1]


def processes(pids: Iterable[int]) -> list[Process]:
    """Return those processes that have not ended meanwhile."""
    found = []
    for pid in pids:
        try:
            found.append(_process(Path(f"/proc/{pid}")))
        except OSError:  # EINVAL too: of a zombie the kernel shows no mounts
            continue
    return found


def _process(folder: Path) -> Process:
    status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().split("\n") if line)
    mounts = (line.split() for line in (folder / "mountinfo").read_text().split("\n") if line)
    [options] = {mount[5] for mount in mounts if mount[4] == "/"}
    return Process(
        ids=f"{status['Uid'].split()[1]}:{status['Gid'].split()[1]}",
        effective=int(status["CapEff"], 16),
        bounding=int(status["CapBnd"], 16),
        no_new_privileges=status["NoNewPrivs"].strip() == "1",
        root_is_read_only="ro" in options.split(","),
    )
