"""The images that a Dockerfile makes, and as whom other than root they run after this run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.identity import NON_ROOT_USER
from hardener.model.finding import Key
from hardener.model.startup.entry import follow, in_force

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project
    from hardener.model.settings import User

_EXPOSED = re.compile(r"(?<![\w-])(\d{1,4})(?:/\w+)?(?![\w-])")
_BOUND = re.compile(r"""(?:[\w.\]*]?:|--?p(?:ort)?[=\s",]+)(\d{1,4})(?![\w.:])""")
"""A port as commands name it: `0.0.0.0:80`, `--port 80`, `-p", "80`."""


def images_of(project: Project, dockerfile: Dockerfile) -> tuple[Stage, ...]:
    """Return the stages that become images: the last one and those that services or the configuration name."""
    return project.once(_images_of, dockerfile)


def _images_of(project: Project, dockerfile: Dockerfile) -> tuple[Stage, ...]:
    targets = {dockerfile.stage(name) for name in project.targets_of(dockerfile)}
    return tuple(stage for stage in dockerfile.stages if stage.is_last or stage in targets)


class Owner(NamedTuple):
    """The user that an image's files should belong to."""

    user: User
    requires: tuple[Key, ...]
    """The finding that puts it in force, where the file does not do so yet."""


def owner_of(project: Project, dockerfile: Dockerfile, stage: Stage) -> Owner | None:
    """Return the user other than root that an image runs as after this run; None where it is not known."""
    identity = project.identity(dockerfile, stage)
    if identity.user is None:
        return None
    changed = identity.planned is not None and identity.planned != identity.current
    return Owner(identity.user, (Key(NON_ROOT_USER, dockerfile.file, stage.subject),) if changed else ())


def low_ports(stage: Stage, programs: Iterable[str] = ()) -> str:
    """Return a sentence on the ports below 1024 that the image exposes or its start-up names; empty without any.

    `programs` are those that scripts of the start-up call, with their arguments.
    """
    listed = ", ".join(map(str, _low_ports(stage, programs)))
    if not listed:
        return ""
    return f"port {listed} lies below 1024: Docker since 20.10 lets any user bind it, other engines may not"


def low_ports_of(project: Project, image: str) -> tuple[int, ...]:
    """Return the ports below 1024 that an image of this project listens on, as its Dockerfile and its start-up say."""
    builder = next((service for service in project.services_of(image) if service.build is not None), None)
    dockerfile = project.built_from(builder) if builder is not None else None
    stage = dockerfile.stage(builder.build.target) if dockerfile and builder and builder.build else None
    if dockerfile is None or stage is None:
        return ()
    return _low_ports(stage, follow(project, dockerfile, stage).programs)


def _low_ports(stage: Stage, programs: Iterable[str]) -> tuple[int, ...]:
    exposed = (found for home in stage.chain for found in home.instructions if found.keyword == "EXPOSE")
    started = (part[1].value for part in in_force(stage) if part is not None)
    ports = {
        match[1] for found in exposed for match in _EXPOSED.finditer(stage.expand_at_end(found.value) or found.value)
    }
    ports |= {match[1] for value in (*started, *programs) for match in _BOUND.finditer(value)}
    return tuple(sorted(int(port) for port in ports if 0 < int(port) < 1024))
