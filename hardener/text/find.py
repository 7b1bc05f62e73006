"""Find the files that may be ours, by name; what is in them is for others to judge."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardener.text import ignore
from hardener.text.ignore import Ignored
from hardener.text.source import is_below

SKIPPED = frozenset({".git", ".harden", ".hg", ".svn", "node_modules", "vendor"})
"""Folders that hold others' files."""

_WANTED = re.compile(
    r"(?:Dockerfile|Containerfile)(?:\..+)?|dockerfile|containerfile|Kustomization|.+\.(?i:dockerfile|containerfile|ya?ml|json)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at."""

    path: Path
    """Absolute; a file that is a symbolic link stands as the link."""
    named: bool
    """Whether a person named this very file, so that it is owed an answer."""
    problem: str = ""
    """Why a folder could not be looked into; empty for files."""


def find(
    paths: Iterable[Path], exclude: Sequence[str] = (), *, force_exclude: bool = False, root: Path | None = None
) -> tuple[Found, ...]:
    """Return the files that `paths` name or hold, each once, in the order of `paths` and then by name.

    A folder is walked. Left out are: what .gitignore files (from the top of its repository) and .git/info/exclude
    ignore, also where git tracks it; what `exclude` matches; the folders SKIPPED; virtual environments. Linked folders
    are not entered; a linked file counts where it leads to one in the same tree that is not found by itself. A folder
    that is itself left out is walked nevertheless when it is named.

    All else in `paths` is taken as it is, even if missing: reading it tells what is wrong. With `force_exclude`, what
    `exclude` matches is left out here too.

    `exclude` has gitignore patterns that start at `root` (default: the current folder), as relative `paths` do.
    Raises ValueError for one that is not such a pattern.
    """
    base = os.path.realpath(root or Path.cwd())
    excluded = ignore.excluded_by(base, exclude)
    found: dict[str, Found] = {}
    for path in paths:
        given = Path(base, path)
        real = os.path.realpath(given)
        is_folder = given.is_dir()
        if force_exclude and excluded.covers_way_to(real, base, is_folder=is_folder):
            continue
        if not is_folder:
            found[real] = Found(Path(os.path.realpath(given.parent), given.name), named=True)
            continue
        for found_real, file in _walk(real, excluded):
            found.setdefault(found_real, file)
    return tuple(found.values())


def is_wanted(name: str) -> bool:
    """Whether a file of this name (without folders) may be a Dockerfile, a Compose file, manifest or kustomization."""
    return _WANTED.fullmatch(name) is not None and not name.endswith(".dockerignore")


def _walk(top: str, excluded: Ignored) -> list[tuple[str, Found]]:
    """Return what is in a folder, by name: each with its real path."""
    files: list[str] = []
    links: list[str] = []
    problems: list[tuple[str, Found]] = []
    pending = [(top, ignore.above(top))]
    while pending:
        folder, ignored = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            problem = f"cannot be looked into ({error.strerror})"
            problems.append((folder, Found(Path(folder), named=False, problem=problem)))
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names and folder != top:
            continue
        if ".git" in names:
            ignored = ignore.repository(folder)
        if ".gitignore" in names:
            ignored = ignored.inside(folder)
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name in SKIPPED if is_folder else not is_wanted(entry.name):
                continue
            if any(rules.covers(entry.path, is_folder=is_folder) for rules in (ignored, excluded)):
                continue
            if is_folder:
                pending.append((entry.path, ignored))
            elif entry.is_file():
                (links if entry.is_symlink() else files).append(entry.path)
    found = [(file, Found(Path(file), named=False)) for file in files]
    return sorted(found + _led_to(links, top, set(files)) + problems, key=_by_name)


def _led_to(links: Iterable[str], top: str, known: set[str]) -> list[tuple[str, Found]]:
    """Return the links that lead to files in `top` which are not known."""
    found: dict[str, Found] = {}
    for link in sorted(links):
        real = os.path.realpath(link)
        if real not in known and is_below(real, top):
            found.setdefault(real, Found(Path(link), named=False))
    return list(found.items())


def _by_name(item: tuple[str, Found]) -> tuple[str, ...]:
    return item[1].path.parts
