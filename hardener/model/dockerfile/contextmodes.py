"""Files that keep a mode from the build context which leaves them to root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.model.startup.scripts import sources_of
from hardener.text.source import UnreadableError

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Copy, Dockerfile, Stage
    from hardener.model.project import Project

_READ_BY_OTHERS = 0o004


def private(project: Project, dockerfile: Dockerfile, stage: Stage, is_given: Callable[[Copy], bool]) -> str:
    """Return which COPY brings a single file that others than its owner may not read; empty where none does.

    `is_given` says which copies get the image's user as their owner.
    """
    context = project.context_of(dockerfile)
    for copy in stage.copies:
        flags = {flag.name for flag in copy.instruction.flags}
        if copy.origin is not None or flags & {"chown", "chmod"} or is_given(copy):
            continue
        for name, mode in _modes(project, context, copy.sources):
            if not mode & _READ_BY_OTHERS:
                return f"line {copy.instruction.line} copies {name}, which only its owner may read (mode {mode:03o})"
    return ""


def mode_of(project: Project, dockerfile: Dockerfile, copy: Copy, path: str) -> int | None:
    """Return the mode that a file of the build context has, which a copy puts at `path`; None for any other file."""
    if copy.origin is not None:
        return None
    context = project.context_of(dockerfile)
    return next((mode for _, mode in _modes(project, context, sources_of(copy, path))), None)


def _modes(project: Project, context: Path, names: Iterable[str | None]) -> Iterator[tuple[str, int]]:
    for name in names:
        if name is None or not project.reader.is_file(context / name.lstrip("/")):
            continue
        try:
            yield name, project.reader.locate(context / name.lstrip("/")).stat().st_mode & 0o777
        except (OSError, UnreadableError):  # an editor's file that is not on the disk
            continue
