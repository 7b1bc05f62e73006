"""Write a file's new text so that a crash at any moment leaves the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path

from hardener.text.source import Source, UnreadableError, read_regular

_WORDS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOSPC: "no space is left",
    errno.EDQUOT: "the disk quota is used up",
}


class WriteError(Exception):
    """A file that was not written and is as it was before; `reason` is a phrase for people."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class ChangedMeanwhileError(WriteError):
    """The file on disk is no longer what was read, so it was left alone."""


def write(source: Source, new_text: str) -> None:
    """Replace the file that `source` was read from, in one step.

    Mode, owner (where the system lets us), access control lists and a symbolic link that led here are kept. Another
    hard link to the file keeps the old text: replacing in one step makes a new file. Only a killed process leaves its
    temporary file `.harden-*.tmp` behind, next to the file. Raises WriteError or ChangedMeanwhileError.
    """
    data = source.encode(new_text)
    if data == source.raw:
        return
    target = source.path
    try:
        _require_writable(source)
        temporary = _new_file(target, data)
        try:
            _require_unchanged(source)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WriteError(target, _why(error)) from error
    _sync_folder(target.parent)


def create(path: Path, text: str) -> None:
    """Write a file that is not there yet, and the folders above it. Raises WriteError, also where there is one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise WriteError(path, _why(error)) from error


def _why(error: OSError) -> str:
    return f"cannot be written ({_WORDS.get(error.errno or 0, error.strerror or str(error))})"


def _require_writable(source: Source) -> None:
    """Replacing needs no right on the file itself, so a file that is marked read-only must be looked for."""
    try:
        mode = source.path.lstat().st_mode
    except FileNotFoundError:
        raise ChangedMeanwhileError(source.path, "was removed meanwhile") from None
    if stat.S_ISREG(mode) and (not mode & 0o222 or not os.access(source.path, os.W_OK)):
        raise WriteError(source.path, "is read-only")


def _require_unchanged(source: Source) -> None:
    try:
        now = read_regular(source.path, len(source.raw))
    except UnreadableError:
        now = None
    if now != source.raw:
        raise ChangedMeanwhileError(source.path, "changed meanwhile")


def _new_file(target: Path, data: bytes) -> Path:
    """Return a file beside `target` with this data, and the target's owner and mode, safely on disk."""
    descriptor, name = tempfile.mkstemp(prefix=".harden-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(data)
            file.flush()
            _keep_owner(target, temporary)
            shutil.copystat(target, temporary)
            os.utime(temporary)  # copystat took the old times too, and build tools go by them
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _keep_owner(target: Path, temporary: Path) -> None:
    if not hasattr(os, "chown"):
        return
    old = target.stat()
    for user in (old.st_uid, -1):  # without the right to give files away, the group alone may still be possible
        with contextlib.suppress(PermissionError):
            os.chown(temporary, user, old.st_gid)
            return


def _sync_folder(folder: Path) -> None:
    """Make the renaming last. The file is already whole, so a system that cannot do this is no failure."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
