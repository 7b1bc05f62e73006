"""Find the files that may be ours, by name; what is in them is for others to judge."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
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
    paths: Iterable[Path], excluded: Callable[[str], Ignored] = lambda _: Ignored(), *, force_exclude: bool = False
) -> tuple[Found, ...]:
    """Return the files that `paths` name or hold, each once, in the order of `paths` and then by name.

    A folder is walked. Left out are: what .gitignore files (from the top of its repository) and .git/info/exclude
    ignore, also where git tracks it; what is excluded; the folders SKIPPED; virtual environments. Linked folders
    are not entered; a linked file counts where it leads to one in the same tree that is not found by itself. A folder
    that is itself left out is walked nevertheless when it is named.

    All else in `paths` is taken as it is, even if missing: reading it tells what is wrong. With `force_exclude`, what
    is excluded is left out here too, and no person named what is there: a program did, by its name.

    `excluded` gives the rules about what is in a folder, by its absolute path without symbolic links.
    """
    base = os.path.realpath(Path.cwd())
    found: dict[str, Found] = {}
    for path in paths:
        given = Path(base, path)
        real = os.path.realpath(given)
        is_folder = given.is_dir()
        if force_exclude and _is_excluded(real, excluded, is_folder=is_folder):
            continue
        if not is_folder:
            named = not (force_exclude and os.path.lexists(given))
            found[real] = Found(Path(os.path.realpath(given.parent), given.name), named)
            continue
        for found_real, file in _walk(real, excluded):
            found.setdefault(found_real, file)
    return tuple(found.values())


def is_wanted(name: str) -> bool:
    """Whether a file of this name (without folders) may be a Dockerfile, a Compose file, manifest or kustomization."""
    return _WANTED.fullmatch(name) is not None and not name.endswith(".dockerignore")


def _is_excluded(real: str, excluded: Callable[[str], Ignored], *, is_folder: bool) -> bool:
    """Return whether a file or folder, or one of those above it that rules start above, is excluded."""
    above = [str(folder) for folder in Path(real).parents]
    return excluded(above[0] if above else real).covers(real, is_folder=is_folder) or any(
        excluded(parent).covers_folder(folder) for folder, parent in pairwise(above)
    )


def _walk(top: str, excluded: Callable[[str], Ignored]) -> list[tuple[str, Found]]:
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
        left_out = excluded(folder)
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name in SKIPPED if is_folder else not is_wanted(entry.name):
                continue
            if any(rules.covers(entry.path, is_folder=is_folder) for rules in (ignored, left_out)):
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


def nearest(start: Path, name: Path) -> Path | None:
    """Return the nearest `name` upwards from a file or folder; none above a project's root, which has a .git.

    A link that leads nowhere counts, for who reads it to refuse it.
    """
    real = start.resolve()
    for folder in (real, *real.parents):
        if os.path.lexists(folder / name):
            return folder / name
        if (folder / ".git").exists():
            return None
    return None
