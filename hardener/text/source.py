"""Files as they are read: which ones may be, what their bytes say, and what is needed to write them back unchanged."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SIZE_LIMIT = 20_000_000
"""Bytes; the largest manifest seen in public repositories has a quarter of that."""

BOM = b"\xef\xbb\xbf"

_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
"""Byte order marks; the UTF-16 ones are prefixes of UTF-32's, so the order counts."""


class UnreadableError(Exception):
    """A file that cannot be read as text; `reason` is a phrase for people, such as "is a folder"."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text. Offsets into it count characters and leave the byte order mark out."""

    path: Path
    """Where the bytes are, symbolic links resolved."""
    name: str
    """As shown and written in diffs: with `/`, relative to the folder that the run started in."""
    text: str = field(repr=False)
    bom: bool
    """Whether a byte order mark stood in front of the text."""
    raw: bytes = field(repr=False)
    """What was read."""
    newline: str = field(init=False)
    r"""The line ending of most lines: `"\n"` or `"\r\n"`."""

    def __post_init__(self) -> None:
        crlf = self.text.count("\r\n")
        object.__setattr__(self, "newline", "\r\n" if 2 * crlf > self.text.count("\n") else "\n")

    @classmethod
    def from_bytes(cls, path: Path, name: str, raw: bytes) -> Source:
        """Decode `raw`. Raises UnreadableError for all that is not UTF-8 text."""
        for mark, encoding in _MARKS:
            if raw.startswith(mark):
                raise UnreadableError(path, f"is {encoding}, only UTF-8 is supported")
        nul = raw.find(b"\0")
        if nul >= 0:
            raise UnreadableError(path, _about_nul(raw, nul))
        bom = raw.startswith(BOM)
        try:
            text = raw[len(BOM) if bom else 0 :].decode()
        except UnicodeDecodeError as error:
            offset = error.start + (len(BOM) if bom else 0)
            reason = f"is not valid UTF-8: byte 0x{raw[offset]:02x} at offset {offset} (line {_line(raw, offset)})"
            raise UnreadableError(path, reason) from None
        return cls(path, name, text, bom, raw)

    @classmethod
    def from_text(cls, name: str, text: str) -> Source:
        """Return the source for a text that no file holds; a leading U+FEFF is its byte order mark."""
        return cls.from_bytes(Path(name), name, text.encode())

    def encode(self, text: str) -> bytes:
        """Return the bytes of this file with another text: the byte order mark is kept."""
        return (BOM if self.bom else b"") + text.encode()


class Reader:
    """Reads files below one root and no others: neither `..` nor a symbolic link leads out of it.

    `overlay` holds bytes that stand in for the file's own (standard input, an editor); such a file need not exist.
    `base` (default: the current folder) is what relative paths and shown names start from.
    """

    def __init__(
        self,
        root: Path,
        overlay: Mapping[Path, bytes] | None = None,
        *,
        base: Path | None = None,
        limit: int = SIZE_LIMIT,
    ) -> None:
        self.root = Path(os.path.realpath(root))
        self.base = Path(os.path.realpath(base or Path.cwd()))
        self._limit = limit
        self._reals: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        self._allowed = [str(self.root)]
        self._overlay = {self._real(path): raw for path, raw in (overlay or {}).items()}

    def allow(self, path: Path) -> None:
        """Let a file, or all that is below a folder, be read wherever it is: a person named it."""
        self._allowed.append(self._real(path))

    def read(self, path: Path) -> Source:
        """Return the text of a file. Raises UnreadableError."""
        return self.decode(path, self.read_bytes(path))

    def decode(self, path: Path, raw: bytes) -> Source:
        """Return what `read` would, for bytes that `read_bytes` gave. Raises UnreadableError."""
        return Source.from_bytes(self.locate(path), self.name(path), raw)

    def read_bytes(self, path: Path) -> bytes:
        """Return the bytes of a file, for a cheap look before they are decoded. Raises UnreadableError."""
        real = self._located(path)
        overlaid = self._overlay.get(real)
        if overlaid is None:
            return read_regular(self._path(real), self._limit)
        if len(overlaid) > self._limit:
            raise UnreadableError(Path(real), _about_size(self._limit))
        return overlaid

    def exists(self, path: Path) -> bool:
        """Whether a file or a folder is there and may be read."""
        return self._mode(path) != 0

    def is_file(self, path: Path) -> bool:
        """Whether a regular file is there and may be read."""
        return stat.S_ISREG(self._mode(path))

    def is_folder(self, path: Path) -> bool:
        """Whether a folder is there and may be looked into, or one that only files of the overlay lie in."""
        is_one = stat.S_ISDIR(self._mode(path))
        if is_one or not self._overlay:
            return is_one
        with contextlib.suppress(UnreadableError):
            folder = self._real(path) + os.sep
            return any(file.startswith(folder) for file in self._overlay)
        return False

    def locate(self, path: Path) -> Path:
        """Return the absolute path with symbolic links resolved. Raises UnreadableError where that is out of bounds."""
        return self._path(self._located(path))

    def name(self, path: Path) -> str:
        """Return the name to show: from the base if the file is below it or below the root, else absolute."""
        real = self._real(path)
        if is_below(real, str(self.base)) or is_below(real, str(self.root)):
            real = os.path.relpath(real, self.base)
        return real.replace(os.sep, "/")

    def _path(self, real: str) -> Path:
        """Return the same object each time: it keeps its hash and its parts."""
        if real not in self._paths:
            self._paths[real] = Path(real)
        return self._paths[real]

    def _located(self, path: Path) -> str:
        real = self._real(path)
        if not any(is_below(real, allowed) for allowed in self._allowed) and real not in self._overlay:
            raise UnreadableError(path, f"lies outside {self.root}")
        return real

    def _real(self, path: Path) -> str:
        name = str(path)
        real = self._reals.get(name)
        if real is None:
            try:
                real = self._reals[name] = self._resolved(name)
            except ValueError as error:  # a NUL, from a path that a file gave
                raise UnreadableError(path, f"is not a possible path ({error})") from None
        return real

    def _resolved(self, path: str) -> str:
        """Resolve links; the folder's once for all files in it, because each part of a path costs a system call."""
        above, name = os.path.split(os.path.join(self.base, path))  # noqa: PTH118 - it takes a fifth of what `/` does
        if name in ("", ".", ".."):
            return os.path.realpath(os.path.join(above, name))  # noqa: PTH118 - as above
        folder = self._folders.get(above)
        if folder is None:
            folder = self._folders[above] = os.path.realpath(above)
        inside = f"{folder.rstrip(os.sep)}{os.sep}{name}"
        with contextlib.suppress(OSError):
            return os.path.realpath(inside) if stat.S_ISLNK(os.lstat(inside).st_mode) else inside
        return inside

    def _mode(self, path: Path) -> int:
        """Return 0 for what is not there or may not be read. Most of what is asked for is not there: one call tells."""
        try:
            mode = os.stat(os.path.join(self.base, path)).st_mode  # noqa: PTH116, PTH118 - as in `_resolved`
        except (OSError, ValueError):
            mode = 0
        if not (mode or self._overlay):
            return 0
        try:
            return stat.S_IFREG if self._located(path) in self._overlay else mode
        except UnreadableError:
            return 0


def is_below(path: str, folder: str) -> bool:
    """Whether one real path is another, or inside it."""
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def read_regular(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """Return a regular file's bytes; waits for no pipe, follows no link. Raises UnreadableError."""
    # O_NONBLOCK: opening a named pipe must not wait for a writer. O_NOFOLLOW: a link that appeared since `locate`.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        _require_regular(path, path.stat().st_mode)
        # Unbuffered, it takes room for what the file has, not for the limit.
        with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor, not a path
            status = os.fstat(file.fileno())
            _require_regular(path, status.st_mode)
            if status.st_size > limit:
                raise UnreadableError(path, _about_size(limit))
            raw = file.read()
    except OSError as error:
        raise UnreadableError(path, _about_os_error(error)) from None
    if len(raw) > limit:
        raise UnreadableError(path, _about_size(limit))
    return raw


def _require_regular(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableError(path, "is a folder")
    if not stat.S_ISREG(mode):
        raise UnreadableError(path, "is not a regular file")


def _about_os_error(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read (permission denied)"
    return f"cannot be read ({error.strerror})"


def _about_size(limit: int) -> str:
    return f"is larger than the limit of {limit:,} bytes"


def _about_nul(raw: bytes, offset: int) -> str:
    start = [byte == 0 for byte in raw[:4]]
    if start in ([True, True, True, False], [False, True, True, True]):
        return "looks like UTF-32, only UTF-8 is supported"
    if start[:2] in ([True, False], [False, True]) and start[2:] in (start[:2], []):
        return "looks like UTF-16, only UTF-8 is supported"
    return f"holds a NUL byte at offset {offset} (line {_line(raw, offset)}), so it is no text"


def _line(raw: bytes, offset: int) -> int:
    return raw.count(b"\n", 0, offset) + 1
