"""Writes an export, and leaves alone what somebody else wrote, or changed since.

The first line of each file tells that it is ours, with the digest of what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

_MARK = "Written by `harden policy export`; sha256 of what follows:"


class OccupiedError(Exception):
    """Files that an export would overwrite and did not make as they are now."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(paths)
        self.paths = paths


def write(folder: Path, files: Mapping[Path, str], *, force: bool = False) -> list[Path]:
    """Write the texts below `folder` and return the paths; nothing is written where one is occupied.

    Raises OccupiedError, and OSError where a file cannot be read or written.
    """
    occupied = [folder / path for path in files if not force and not is_free(folder / path)]
    if occupied:
        raise OccupiedError(occupied)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(marked(path, text).encode())
    return [folder / path for path in files]


def is_free(path: Path) -> bool:
    """Return whether nothing stands there but, at most, a file as an export wrote it."""
    if not path.exists() and not path.is_symlink():
        return True
    if not path.is_file() or path.is_symlink():
        return False
    first, _, rest = path.read_bytes().partition(b"\n")
    return _mark(path, rest) == first


def marked(path: Path, text: str) -> str:
    """Return a file's text with its first line."""
    return f"{_mark(path, text.encode()).decode()}\n{text}"


def _mark(path: Path, rest: bytes) -> bytes:
    words = f"{_MARK} {sha256(rest).hexdigest()}"
    return (f"<!-- {words} -->" if path.suffix == ".md" else f"# {words}").encode()


def stale(folder: Path, files: Mapping[Path, str]) -> Iterator[Path]:
    """Yield policies that an earlier export wrote and this one does not have: they would still be in force."""
    for path in sorted(folder.rglob("*.rego")):
        if path.relative_to(folder) not in files and is_free(path):
            yield path
