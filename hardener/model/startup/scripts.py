"""Scripts that an image holds, found through the COPY that put them there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hardener.model.dockerfile.stages import Copy, Stage
from hardener.model.dockerfile.steps import steps
from hardener.model.dockerfile.variables import DEFAULT_PATH
from hardener.model.places import resolve
from hardener.model.startup.shell import SHELLS
from hardener.text.source import UnreadableError

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile
    from hardener.model.project import Project

_DEEPEST = 4
"""Stages that take from stages that take from stages …"""


@dataclass(frozen=True, slots=True)
class Script:
    """A file that can be read."""

    name: str
    """As the user sees it."""
    text: str
    path: str = ""
    """Where it lies in the image; absolute."""

    @property
    def is_shell(self) -> bool:
        """Whether a shell runs it: by its first line; without one only if its name says so."""
        first = self.text.partition("\n")[0].split()
        if not first or not first[0].startswith("#!"):
            return self.name.endswith((".sh", ".bash", ".ash"))
        words = [word.rpartition("/")[2] for word in (first[0][2:], *first[1:])]
        return any(word in SHELLS for word in words[:3])


@dataclass(frozen=True, slots=True)
class Missing:
    """No such file; `reason` goes on from its name."""

    reason: str


def find_script(project: Project, dockerfile: Dockerfile, stage: Stage, word: str) -> Script | Missing:
    """Return the file that a command's word names in the image of a stage."""
    missing = Missing("is not put there by a COPY of this file")
    for path in _candidates(word, stage.end_scope.workdir, stage.end_scope.variables.get("PATH", DEFAULT_PATH)):
        found = _find(project, dockerfile, stage, path, _DEEPEST)
        if isinstance(found, Script):
            return replace(found, path=path)
        missing = found or missing
    return missing


def is_written(stage: Stage, word: str) -> bool:
    """Whether a RUN writes, by a redirection, the file that a command's word names."""
    paths = set(_candidates(word, stage.end_scope.workdir, stage.end_scope.variables.get("PATH", DEFAULT_PATH)))
    return any(step.path(target) in paths for step in steps(stage) for target in step.command.redirected)


def _find(project: Project, dockerfile: Dockerfile, stage: Stage, path: str, depth: int) -> Script | Missing | None:
    """Return what lies at an absolute path of a stage's image; None where nothing of the file puts it there."""
    missing: Missing | None = None
    for home in reversed(stage.chain):
        for copy in reversed(home.copies):
            body = copy.text_of(path)
            if body is not None:
                return Script(f"{dockerfile.file}, the heredoc for {path}", body)
            for source in sources_of(copy, path):
                found = _from(project, dockerfile, copy.origin, source, depth)
                if isinstance(found, Script) or (copy.origin is not None and found is not None):
                    return found
                missing = missing or found
    for other in moved(stage, path) if depth else ():
        elsewhere = _find(project, dockerfile, stage, other, depth - 1)
        if isinstance(elsewhere, Script):
            return elsewhere
    return missing


def _from(
    project: Project, dockerfile: Dockerfile, origin: str | None, source: str, depth: int
) -> Script | Missing | None:
    """Return what a COPY takes: a file of the build context, or of another stage; None where it cannot be there."""
    if origin is None:
        return _read(project, dockerfile, source)
    stage = dockerfile.stage(origin)
    missing = Missing(f"comes from {origin}, not from the build context")
    if stage is None or not depth:
        return missing
    found = _find(project, dockerfile, stage, posixpath.normpath(posixpath.join("/", source)), depth - 1)
    return found if isinstance(found, Script) else missing


def moved(stage: Stage, path: str) -> Iterator[str]:
    """Yield where what lies at `path` came from, where a RUN copied, moved or linked it."""
    for run in stage.runs():
        for command in run.commands:
            if command.name not in ("cp", "mv", "ln", "install"):
                continue
            words = [word for word in command.words[1:] if not word.text.startswith("-")]
            if len(words) < 2:
                continue
            target = run.path(words[-1])
            for word in words[:-1]:
                source = run.path(word)
                if source and target and path in (target, posixpath.join(target, posixpath.basename(source))):
                    yield source


def _candidates(word: str, workdir: str | None, path: str) -> list[str]:
    if "/" in word:
        absolute = resolve(word, workdir)
        return [absolute] if absolute else []
    return [f"{folder}/{word}" for folder in path.split(":") if folder.startswith("/")]


def sources_of(copy: Copy, path: str) -> Iterator[str]:
    """Yield what a COPY may take for `path`, from the context or the stage that it copies from."""
    destination = copy.destination
    if destination is None or not path.startswith(destination.rstrip("/")):
        return
    for source in copy.sources:
        if source is None:
            continue
        name = posixpath.basename(source.rstrip("/"))
        if path in (destination, posixpath.join(destination, name)):
            yield source
        if path.startswith(f"{destination.rstrip('/')}/"):
            inside = path[len(destination.rstrip("/")) + 1 :]
            if "*" in name or "?" in name:
                yield posixpath.join(posixpath.dirname(source), inside)
            else:
                yield posixpath.join(source, inside)


def _read(project: Project, dockerfile: Dockerfile, source: str) -> Script | Missing | None:
    context = project.context_of(dockerfile)
    if context is None:
        return Missing("cannot be read: the build context is not known")
    path = Path(context) / source.lstrip("/")
    if any(project.reader.is_file(path.parents[up]) for up in range(len(PurePosixPath(source).parts) - 1)):
        return None
    if not project.reader.is_file(path):
        return Missing(f"is not in the build context ({source})")
    try:
        found = project.reader.read(path)
    except UnreadableError as error:
        return Missing(error.reason)
    return Script(found.name, found.text)
