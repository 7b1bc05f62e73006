"""Where a start-up writes among the program's code, which stays root's at level restricted."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.ownerchanges import given_away
from hardener.model.dockerfile.prepared import is_named_for_code
from hardener.model.places import is_below, is_programs, resolve
from hardener.model.startup.privileges import Need, base_name, is_everybodys, targets

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project

_INTO_FOLDERS = frozenset({"cp", "install", "ln", "mv", "rsync", "tar", "bsdtar", "unzip"})
"""Their target may be a folder that is there already, and then its name says nothing of where they write."""

_INTO_CODE = frozenset({"makemigrations", "compilemessages", "makemessages"})
"""Commands of Django that write into its applications' own folders."""

_ELSEWHERE = re.compile(r"[$`~&-]|$")
"""The beginning of a word that is no path below the working directory."""


class Beside(NamedTuple):
    """A place among the code that a command writes to."""

    shown: str
    """The words that show it."""
    path: str
    """Absolute."""
    folder: str | None
    """What can be given to the user so that it works; None where that would give code away."""


def beside_code(stage: Stage, words: Sequence[str], redirected: Sequence[str], at: str | None) -> Iterator[Beside]:
    """Yield what a command that runs in the folder `at` writes among the code; `redirected` are files it writes to."""
    workdir = stage.end_scope.workdir
    command = next((word for word in words[1:] if word in _INTO_CODE), "")
    if command and workdir is not None and not _is_given(stage, workdir):
        yield Beside(command, workdir, None)
    for shown, target in targets(words, redirected):
        path = None if _ELSEWHERE.match(target) else resolve(target, at)
        if path is None or not is_programs(path, workdir) or _is_given(stage, path.rstrip("/")):
            continue
        folder = posixpath.dirname(path) if shown.startswith(">") else _folder(base_name(words[0]), words, path)
        yield Beside(shown, path.rstrip("/"), None if folder is None or _holds_code(stage, folder) else folder)


def misplaced(
    words: Sequence[str], redirected: Sequence[str], at: str | None, may_write: Callable[[str], bool]
) -> Need | None:
    """Return what a command that runs in the folder `at` writes to beside it, where only root may; None for nothing.

    `may_write` tells of absolute paths.
    """
    for shown, target in targets(words, redirected):
        if target.startswith("/") or _ELSEWHERE.match(target):
            continue
        path = resolve(target, at)
        if path is None:
            return Need(shown, "and in which folder is not known")
        if not (is_everybodys(path) or may_write(path)):
            return Need(shown, f"which needs root in {at}")
    return None


def _holds_code(stage: Stage, folder: str) -> bool:
    workdir = stage.end_scope.workdir
    if not is_programs(folder, workdir) or is_below(workdir or "/", folder):
        return True
    return is_named_for_code(folder) or stage.copies_below(folder)


def is_copied(project: Project, dockerfile: Dockerfile, stage: Stage, folder: str) -> bool:
    """Whether a COPY of what is around a folder brings the folder too, or may do so."""
    context = project.context_of(dockerfile)
    for copy in (copy for home in stage.chain for copy in home.copies):
        around = (copy.destination or "/").rstrip("/") or "/"
        if not is_below(folder, around):
            continue
        if copy.origin is not None or any(source is None for source in copy.sources):
            return True
        inside = posixpath.relpath(folder, around)
        if any(project.reader.is_folder(context / (source or "").strip("/") / inside) for source in copy.sources):
            return True
    return False


def _is_given(stage: Stage, path: str) -> bool:
    """Whether the file makes the place for writing, or gives it away or a folder around it."""
    if any(is_below(path, place.path) for place in stage.prepared_paths()):
        return True
    around = [path, *(str(folder) for folder in PurePosixPath(path).parents)]
    return any(mention.covers(folder) for mention in given_away(stage) for folder in around)


def _folder(name: str, words: Sequence[str], path: str) -> str | None:
    """Return the folder that a command needs for itself in order to write to a path; None where that is not plain."""
    if name == "mkdir":
        options = [word for word in words if word.startswith("-")]
        return path.rstrip("/") if any("p" in option for option in options) else None
    if name in _INTO_FOLDERS and not path.endswith("/"):
        return None
    return posixpath.dirname(path)
