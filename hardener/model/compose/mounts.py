"""What is mounted into a Compose service, in either syntax.

https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from hardener.model.compose.interpolation import interpolated
from hardener.text.yamlcursor import Cursor

_HOST = re.compile(r"[./~\\]|[A-Za-z]:[\\/]|\$\{?(?:PWD|HOME)\b")


class Mount(NamedTuple):
    """Something mounted into a service."""

    source: str
    """A path on the host, a volume's name, `(anonymous)`, or empty for memory."""
    target: str
    read_only: bool
    words: str
    """As it stands in the file."""

    @property
    def is_bind(self) -> bool:
        """It is a file or folder of the host."""
        return _HOST.match(self.source) is not None

    def covers(self, path: str) -> bool:
        """Return whether `path` lies at or below the place where this is mounted."""
        return _place(path).is_relative_to(_place(self.target or "/"))


def volume(item: Cursor, variables: Mapping[str, str]) -> Mount | None:
    """Return what one item of `volumes` mounts, in the short or the long syntax; None where it names no place."""
    if item.text is not None:
        return _short(item.text, variables)
    target = _text(item, "target", variables)
    if not target:
        return None
    kind, source = _text(item, "type", variables) or "volume", _text(item, "source", variables)
    read_only = item.get("read_only")
    shown = source or ("(anonymous)" if kind == "volume" else kind)
    locked = kind == "image" or (read_only is not None and read_only.truth is True)
    return Mount("" if kind == "tmpfs" else shown, target, locked, f"{source or kind}:{target}")


def tmpfs(item: Cursor, variables: Mapping[str, str]) -> Mount | None:
    """Return what one item of `tmpfs` mounts."""
    if not item.text:
        return None
    plain = interpolated(item.text, variables) or item.text
    return Mount("", plain.partition(":")[0], False, item.text)


def _short(text: str, variables: Mapping[str, str]) -> Mount:
    plain = interpolated(text, variables) or text
    parts = _colon_parts(plain)
    if len(parts) == 1:
        return Mount("(anonymous)", parts[0], False, text)
    options = parts[2].split(",") if len(parts) > 2 else []
    return Mount(parts[0], parts[1], "ro" in options, text)


def _colon_parts(text: str) -> list[str]:
    r"""Split at colons that stand outside `${…}` and are not a Windows drive's (`C:\data`)."""
    return re.split(r"(?<!^[A-Za-z]):(?![^{}]*\})", text)


def _text(mapping: Cursor, key: str, variables: Mapping[str, str]) -> str:
    value = mapping.get(key)
    if value is None or value.text is None:
        return ""
    return interpolated(value.text, variables) or value.text


def _place(path: str) -> PurePosixPath:
    """Return a path by its one name: /var/run is a link to /run in every common base image."""
    normal = PurePosixPath(path)
    return PurePosixPath("/run", *normal.parts[3:]) if normal.is_relative_to("/var/run") else normal
