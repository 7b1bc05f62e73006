"""What the files of a container say, read from its exported file system: it needs no shell, and nothing is started."""

from __future__ import annotations

import stat
import struct
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, cast

from hardener.model.capabilities import named

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

_XATTR = "SCHILY.xattr.security.capability"
_BECOMES_OTHERS = {"sudo", "su", "doas", "pkexec"}
_PROGRAM_FOLDERS = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin")


@dataclass(frozen=True, slots=True)
class Files:
    """Paths of files that change who a process is, or that anybody may change; in order, absolute."""

    setuid: tuple[str, ...]
    """Regular files with the setuid or the setgid bit that somebody may execute."""
    capabilities: tuple[tuple[str, tuple[str, ...]], ...]
    """Files with file capabilities, and which."""
    world_writable: tuple[str, ...]
    """Files that everybody may write, and folders without the sticky bit where everybody may."""
    switches: tuple[str, ...]
    """Programs that make root out of another user: sudo, su, doas, pkexec."""


def read_files(archive: Iterable[bytes]) -> Files:
    """Return what the files of an exported file system (chunks of a tar archive) say. Raises tarfile.TarError."""
    setuid, capabilities, writable, switches = [], [], [], []
    with opened(archive) as tar:
        for entry in tar:
            path = "/" + entry.name.strip("/")
            if entry.isreg() and _raises_ids(entry.mode):
                setuid.append(path)
            if _XATTR in entry.pax_headers:
                capabilities.append((path, _granted(entry.pax_headers[_XATTR])))
            if _anybody_writes(entry):
                writable.append(path)
            folder, _, name = entry.name.strip("/").rpartition("/")
            if name in _BECOMES_OTHERS and folder in _PROGRAM_FOLDERS:
                switches.append(path)
    return Files(tuple(sorted(setuid)), tuple(sorted(capabilities)), tuple(sorted(writable)), tuple(sorted(switches)))


def opened(archive: Iterable[bytes]) -> tarfile.TarFile:
    """Return a tar archive that comes in chunks, to be read once from its beginning. Raises tarfile.TarError."""
    return tarfile.open(fileobj=BufferedReader(cast(RawIOBase, _Stream(archive))), mode="r|")


def _raises_ids(mode: int) -> bool:
    """Whether executing a file of this mode changes ids: setgid without the group's x bit only asks for locking."""
    return bool(mode & stat.S_ISUID and mode & 0o111) or mode & (stat.S_ISGID | stat.S_IXGRP) == (
        stat.S_ISGID | stat.S_IXGRP
    )


def _anybody_writes(entry: tarfile.TarInfo) -> bool:
    if not entry.mode & stat.S_IWOTH:
        return False
    return entry.isreg() or (entry.isdir() and not entry.mode & stat.S_ISVTX)


def _granted(value: str) -> tuple[str, ...]:
    """Return the permitted capabilities of a `struct vfs_cap_data` (linux/capability.h), as a PAX record holds it."""
    data = value.encode("utf-8", "surrogateescape")
    if len(data) < 12:
        return ()
    _, low, _ = struct.unpack_from("<III", data)
    high = struct.unpack_from("<I", data, 12)[0] if len(data) >= 20 else 0
    return named(low | high << 32)


class _Stream(RawIOBase):
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Buffer) -> int:
        buffer = memoryview(target)
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
