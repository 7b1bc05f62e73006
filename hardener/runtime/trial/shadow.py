"""A tree in which some files have other texts and all others are the user's own, so that nothing of his is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def lay_out(at: Path, texts: Mapping[Path, bytes]) -> None:
    """Make `at` look like the root of the file system, with `texts` (by absolute path) in place of those files.

    Folders on the way to them are made anew; whatever else lies there is a link to the original. So every relative path
    leads where it led, those that climb out of the project too.
    """
    folders = {parent for path in texts for parent in path.parents}
    for folder in sorted(folders):
        (at / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
        for path in _listed(folder):
            if path not in texts and path not in folders:
                (at / path.relative_to("/")).symlink_to(path)
    for path, text in texts.items():
        (at / path.relative_to("/")).write_bytes(text)


def _listed(folder: Path) -> list[Path]:
    """Return what is in a folder; nothing where it may be passed through but not listed."""
    try:
        return list(folder.iterdir())
    except PermissionError:
        return []


def inside(at: Path, path: Path) -> Path:
    """Return where `lay_out` put a path."""
    return at / path.relative_to("/")


def outside(at: Path, path: Path) -> Path:
    """Return the original of a path in the tree; a path elsewhere is itself."""
    normal = Path(os.path.normpath(path))
    return Path("/") / normal.relative_to(at) if normal.is_relative_to(at) else normal
