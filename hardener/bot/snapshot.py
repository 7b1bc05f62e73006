"""The files of a commit, laid out in a folder: as they are stored, whatever the repository's attributes say.

Nothing is written outside of the folder, and nothing in it leads out: such names are refused, and symbolic links are
made last, so that no file is written through one, and only those that stay inside.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from hardener.bot.git import Git, GitError

_CHUNK = 1 << 20
_LINK, _SUBMODULE, _EXECUTABLE = "120000", "160000", "100755"


class Entry(NamedTuple):
    """One entry of a tree."""

    mode: str
    blob: str
    path: str


def lay_out(git: Git, commit: str, folder: Path) -> None:
    """Write the files of a commit into an empty folder, given without links. Raises GitError for names that may not be.

    A submodule is an empty folder, as in a clone that was not told of it. The folder gets an empty `.git`, which says
    that the project ends there.
    """
    entries = list(map(_entry, git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]))
    for entry in entries:
        _require_inside(entry.path)
        _make_folder(folder / entry.path if entry.mode == _SUBMODULE else (folder / entry.path).parent)
    (folder / ".git").mkdir()
    files = [entry for entry in entries if entry.mode not in (_LINK, _SUBMODULE)]
    for entry, (_, size, stream) in zip(files, git.blobs([entry.blob for entry in files]), strict=True):
        _write(folder / entry.path, size, stream, executable=entry.mode == _EXECUTABLE)
    links = [entry for entry in entries if entry.mode == _LINK]
    for entry, (_, size, stream) in zip(links, git.blobs([entry.blob for entry in links]), strict=True):
        target = stream.read(size)
        with suppress(OSError, ValueError):  # a system or a name without links: then there is none
            (folder / entry.path).symlink_to(os.fsdecode(target))
    for entry in links:
        link = folder / entry.path
        if link.is_symlink() and not Path(os.path.realpath(link)).is_relative_to(folder):
            link.unlink()


def _entry(line: bytes) -> Entry:
    about, _, path = line.partition(b"\t")
    mode, _, blob = about.decode().split(" ")
    return Entry(mode, blob, os.fsdecode(path))


def _require_inside(path: str) -> None:
    """Git itself makes no such names; who writes objects by hand can."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or any(part.lower() == ".git" for part in parts):
        raise GitError(f"the repository has a file whose name leads out of it or into .git: {path!r}")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GitError(f"{str(path)!r} cannot be made ({error.strerror})") from None


def _write(path: Path, size: int, stream: IO[bytes], *, executable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, 0o755 if executable else 0o644)
    except OSError as error:
        raise GitError(f"{str(path)!r} cannot be written ({error.strerror})") from None
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        left = size
        while left:
            chunk = stream.read(min(_CHUNK, left))
            if not chunk:
                raise GitError("git ended in the middle of a file")
            file.write(chunk)
            left -= len(chunk)
