"""Where the program of an image writes, as far as its Dockerfile, its context and its base tell: one list for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.model.dockerfile.frameworks import framework_places
from hardener.model.dockerfile.prepared import Prepared
from hardener.model.places import is_below
from hardener.model.startup.entry import follow, in_force

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project


def writable_places(project: Project, dockerfile: Dockerfile, stage: Stage) -> tuple[Prepared, ...]:
    """Return what the file makes for writing, what its framework and its start-up write to, and the base's places."""
    found = {place.path: place for place in stage.prepared_paths()}
    started = (Prepared(path, "runtime", False) for path in follow(project, dockerfile, stage).places)
    for place in (*framework_places(project, dockerfile, stage), *started, *_of_base(stage)):
        found.setdefault(place.path, place)
    return tuple(found.values())


def is_writable(path: str, places: tuple[Prepared, ...]) -> bool:
    """Whether a path is one of the places or lies in one."""
    return any(is_below(path.rstrip("/") or "/", place.path) for place in places)


def _of_base(stage: Stage) -> tuple[Prepared, ...]:
    """Return the base's places where it is the base's own program that starts."""
    image = stage.image
    if image is None or image.base or in_force(stage).entrypoint is not None:
        return ()
    return tuple(Prepared(path, kind, volume) for path, kind, volume in image.writable or ())
