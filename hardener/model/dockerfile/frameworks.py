"""Folders that web frameworks write to, where the build context shows that an image holds such an application.

- Rails: `config/application.rb`; it writes to tmp, log and storage (https://guides.rubyonrails.org/getting_started.html).
- Laravel: `artisan`; storage and bootstrap/cache must be writable (https://laravel.com/docs/11.x/deployment).
- Django: `manage.py`; MEDIA_ROOT, STATIC_ROOT, FILE_UPLOAD_TEMP_DIR, caches, logs and SQLite's files are where its
  settings say.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.model.dockerfile import djangosettings
from hardener.model.dockerfile.prepared import Prepared, kind_of
from hardener.model.places import is_below
from hardener.text.source import UnreadableError

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Copy, Dockerfile, Stage
    from hardener.model.project import Project

_RAILS = ("log", "storage", "tmp", "tmp/cache", "tmp/pids", "tmp/sockets")
_LARAVEL = (
    "bootstrap/cache",
    "storage",
    "storage/app",
    "storage/app/public",
    "storage/framework",
    "storage/framework/cache",
    "storage/framework/cache/data",
    "storage/framework/sessions",
    "storage/framework/views",
    "storage/logs",
)

_DEEPEST = 5
"""Stages that copy from stages that copy from stages …"""


def framework_places(project: Project, dockerfile: Dockerfile, stage: Stage) -> tuple[Prepared, ...]:
    """Return where the framework of the application that a stage's image holds writes; nothing without one.

    The folder that the application itself lies in is none of these.
    """
    places = (path for folder, path in _found(project, dockerfile, stage) if not is_below(folder, path))
    return tuple(Prepared(path, kind_of(path), False) for path in dict.fromkeys(places))


def written_code(project: Project, dockerfile: Dockerfile, stage: Stage) -> str:
    """Return the folder with an application's code that its framework's settings have it write to; empty for none."""
    return next((path for folder, path in _found(project, dockerfile, stage) if is_below(folder, path)), "")


def _found(project: Project, dockerfile: Dockerfile, stage: Stage) -> Iterator[tuple[str, str]]:
    """Yield an application's folder with each that it writes to."""
    context = project.context_of(dockerfile)
    for folder, source in dict.fromkeys(_copied(dockerfile, stage, _DEEPEST)):
        yield from ((folder, path) for path in _written(project, stage, folder, context / source))


def _copied(dockerfile: Dockerfile, stage: Stage, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the folders of an image that are copies of a folder in the build context, with that folder."""
    for home in stage.chain:
        for copy in home.copies:
            destination = (copy.destination or "").rstrip("/") or "/"
            if copy.destination is None:
                continue
            if copy.origin is None:
                yield from ((destination, source.strip("/") or ".") for source in copy.sources if source is not None)
            elif (other := dockerfile.stage(copy.origin)) is not None and depth > 0 and other.number < home.number:
                yield from _from_stage(dockerfile, other, copy, destination, depth)


def _from_stage(
    dockerfile: Dockerfile, other: Stage, copy: Copy, destination: str, depth: int
) -> Iterator[tuple[str, str]]:
    for folder, source in _copied(dockerfile, other, depth - 1):
        for start in copy.sources:
            below = (start or "").rstrip("/")
            if below.startswith("/") and is_below(folder, below):
                yield posixpath.normpath(destination + folder[len(below) :]), source


def _written(project: Project, stage: Stage, folder: str, source: Path) -> Iterator[str]:
    if not project.reader.is_folder(source):
        return
    if _is_file(project, source / "config" / "application.rb"):
        yield from (posixpath.join(folder, name) for name in _RAILS)
    if _is_file(project, source / "artisan"):
        yield from (posixpath.join(folder, name) for name in _LARAVEL)
    manage = _text(project, source / "manage.py")
    if manage is not None:
        yield from _django(project, stage, manage, folder, source)


def _django(project: Project, stage: Stage, manage: str, folder: str, source: Path) -> Iterator[str]:
    environment = stage.end_scope.variables
    parts = (environment.get("DJANGO_SETTINGS_MODULE") or djangosettings.module_of(manage)).split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for name in ("/".join(parts) + ".py", "/".join(parts) + "/__init__.py"):
        text = _text(project, source / name)
        if text is not None:
            yield from djangosettings.written_folders(text, posixpath.join(folder, name), environment)
            return


def _is_file(project: Project, path: Path) -> bool:
    return project.reader.is_file(path)


def _text(project: Project, path: Path) -> str | None:
    if not project.reader.is_file(path):
        return None
    try:
        return project.reader.read(path).text
    except UnreadableError:
        return None
