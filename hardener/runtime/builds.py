"""The images that Compose files and Dockerfiles build: built once, started once and looked at, and removed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

from hardener.model.detect import Dialect
from hardener.runtime.client import Engine, EngineError
from hardener.runtime.looking import look_at_image
from hardener.runtime.trial.composetool import ComposeTool, write_model
from hardener.runtime.trial.leftovers import LABEL, owner, workplace
from hardener.runtime.trial.subject import resolved, services_of
from hardener.runtime.verification import Seen

Tell = Callable[[str], None]
_KEPT = ("context", "dockerfile", "target", "args", "additional_contexts", "ssh", "secrets")


class Build(NamedTuple):
    """An image to build, as Compose's `build` has it."""

    name: str
    """Of the service, or the path of the Dockerfile."""
    said: Mapping[str, Any]


class Built(NamedTuple):
    """What became of a build."""

    name: str
    seen: Seen | None
    """What its image showed when it was started; None where there is none."""
    reason: str = ""
    """Why there is none."""


def build_and_look(
    files: Iterable[tuple[Path, str]], engine: Engine, settle: float, timeout: float, tell: Tell
) -> Iterator[Built]:
    """Build what files (each with its dialect) build, start each image once without a network, and look at it.

    All that is made is removed in the end. Times are in seconds. Raises EngineError where nothing can be built at all.
    """
    tool, end = ComposeTool.find(engine.address), time.monotonic() + timeout
    with workplace(engine, keep=False) as work:
        for build in _builds(files, tool, work, end):
            yield _looked(build, engine, tool, work, settle, end, tell) if isinstance(build, Build) else build


def _builds(files: Iterable[tuple[Path, str]], tool: ComposeTool, work: Path, end: float) -> Iterator[Build | Built]:
    """Yield each different build once: those of services, then Dockerfiles that no service builds."""
    given = sorted(files)
    known: list[Mapping[str, Any]] = []
    for number, file in enumerate(path.resolve() for path, dialect in given if dialect == Dialect.COMPOSE):
        try:
            services = services_of(resolved(file, {}, tool, work / f"project-{number}", end))
        except EngineError as error:
            yield Built(str(file), None, f"Compose refuses it: {error}")
            continue
        for name, service in services.items():
            said = {key: value for key, value in (service.get("build") or {}).items() if key in _KEPT}
            if said and said not in known:
                known.append(said)
                yield Build(name, said)
    there = {(Path(said["context"]) / said.get("dockerfile", "Dockerfile")).resolve() for said in known}
    for path, dialect in given:
        if dialect == Dialect.DOCKERFILE and path.resolve() not in there:
            yield Build(str(path), {"context": str(path.resolve().parent), "dockerfile": str(path.resolve())})


def _looked(
    build: Build, engine: Engine, tool: ComposeTool, work: Path, settle: float, end: float, tell: Tell
) -> Built:
    project = f"harden-audit-{token_hex(4)}"
    image = f"{project}:built"
    file = work / f"{project}.json"
    said = {**build.said, "labels": {LABEL: owner()}}
    write_model({"services": {"built": {"build": said, "image": image}}}, file)
    tell(f"building {build.name}")
    try:
        tool.build(project, file, end - time.monotonic())
        seen = look_at_image(engine, image, (), settle, tell)
    except EngineError as error:
        return Built(build.name, None, str(error))
    return Built(build.name, seen, seen.unread)
