"""Scripts that an image holds, found through the COPY that put them there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.model.dockerfile import Copy, Stage
from hardener.model.places import resolve
from hardener.model.shell import SHELLS
from hardener.model.variables import DEFAULT_PATH
from hardener.text.source import UnreadableError

if TYPE_CHECKING:
    from hardener.model.dockerfile import Dockerfile
    from hardener.model.project import Project


@dataclass(frozen=True, slots=True)
class Script:
    """A file that can be read."""

    name: str
    """As the user sees it."""
    text: str

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
    reason = "is not put there by a COPY of this file"
    for path in _candidates(word, stage.end_scope.workdir, stage.end_scope.variables.get("PATH", DEFAULT_PATH)):
        for home in reversed(stage.chain):
            for copy in reversed(home.copies):
                body = copy.text_of(path)
                if body is not None:
                    return Script(f"{dockerfile.file}, the heredoc for {path}", body)
                for source in _sources(copy, path):
                    if copy.origin is not None:
                        return Missing(f"comes from {copy.origin}, not from the build context")
                    found = _read(project, dockerfile, source)
                    if isinstance(found, Script):
                        return found
                    reason = found.reason
    return Missing(reason)


def _candidates(word: str, workdir: str | None, path: str) -> list[str]:
    if "/" in word:
        absolute = resolve(word, workdir)
        return [absolute] if absolute else []
    return [f"{folder}/{word}" for folder in path.split(":") if folder.startswith("/")]


def _sources(copy: Copy, path: str) -> Iterator[str]:
    """Yield what in the context may become `path`."""
    destination = copy.destination
    if destination is None:
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


def _read(project: Project, dockerfile: Dockerfile, source: str) -> Script | Missing:
    context = project.context_of(dockerfile)
    if context is None:
        return Missing("cannot be read: the build context is not known")
    path = Path(context) / source.lstrip("/")
    if not project.reader.is_file(path):
        return Missing(f"is not in the build context ({source})")
    try:
        found = project.reader.read(path)
    except UnreadableError as error:
        return Missing(error.reason)
    return Script(found.name, found.text)
