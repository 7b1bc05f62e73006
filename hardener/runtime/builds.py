"""The images that Compose files and Dockerfiles build: built once, started once and looked at, and removed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

from hardener.model.detect import Dialect
from hardener.model.dockerfile.identity import NON_ROOT_USER
from hardener.model.settings import Thresholds
from hardener.policy.audit import Image, Looked
from hardener.policy.observed import Observed
from hardener.runtime.client import Engine, EngineError
from hardener.runtime.looking import ADVICE, look_at_image
from hardener.runtime.trial.composetool import ComposeTool, services_of, write_model
from hardener.runtime.trial.leftovers import LABEL, owner, workplace
from hardener.runtime.trial.resolution import resolved
from hardener.runtime.verification import CAPABILITIES, Check, Seen, Status, checks

_LAST = 2
"""Lines of what a failed build printed that say why."""
_KEPT = ("context", "dockerfile", "target", "args", "additional_contexts", "ssh", "secrets")


class Build(NamedTuple):
    """An image to build, as Compose's `build` has it."""

    name: str
    """Of the service, or the path of the Dockerfile."""
    said: Mapping[str, Any]

    @property
    def dockerfile(self) -> Path:
        """Its Dockerfile, with symbolic links resolved."""
        return Path(self.said["context"], self.said.get("dockerfile", "Dockerfile")).resolve()


class Built(NamedTuple):
    """What became of a build."""

    name: str
    seen: Seen | None
    """What its image showed when it was started; None where there is none."""
    reason: str = ""
    """Why there is none."""
    dockerfile: Path | None = None
    """With symbolic links resolved; None where nothing could be built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Where images are built and looked at, and for how long."""

    engine: Engine
    settle: float
    """Seconds that a program has to start."""
    timeout: float
    """Seconds that all builds may take together."""
    tell: Callable[[str], None]

    def look(self, files: Iterable[tuple[Path, str]]) -> Iterator[Built]:
        """Build what files (each with its dialect) build, start each image once without a network, and look at it.

        All that is made is removed in the end. Raises EngineError where nothing can be built at all.
        """
        tool, end = ComposeTool.find(self.engine.address), time.monotonic() + self.timeout
        with workplace(self.engine, keep=False) as work:
            for build in _builds(files, tool, work, end):
                yield build if isinstance(build, Built) else self._built(build, tool, work, end)

    def _built(self, build: Build, tool: ComposeTool, work: Path, end: float) -> Built:
        project = f"harden-audit-{token_hex(4)}"
        image, file = f"{project}:built", work / f"{project}.json"
        said = {**build.said, "labels": {LABEL: owner()}}
        write_model({"services": {"built": {"build": said, "image": image}}}, file)
        self.tell(f"building {build.name}")
        try:
            tool.build(project, file, end - time.monotonic())
            seen = look_at_image(
                self.engine, image, (), self.settle, lambda text: self.tell(text.replace(image, build.name))
            )
        except EngineError as error:
            return Built(build.name, None, _end_of(str(error)))
        seen = replace(seen, unread=seen.unread.removesuffix(ADVICE))
        return Built(build.name, seen, seen.unread, build.dockerfile)


def _builds(files: Iterable[tuple[Path, str]], tool: ComposeTool, work: Path, end: float) -> Iterator[Build | Built]:
    """Yield each different build once: those of services, then Dockerfiles that no service builds."""
    given = sorted(files)
    known: list[Mapping[str, Any]] = []
    for number, file in enumerate(path for path, dialect in given if dialect == Dialect.COMPOSE):
        try:
            services = services_of(resolved(file.resolve(), {}, tool, work / f"project-{number}", end))
        except EngineError as error:
            yield Built(str(file), None, f"Compose refuses it: {_end_of(str(error))}")
            continue
        for name, service in services.items():
            said = {key: value for key, value in (service.get("build") or {}).items() if key in _KEPT}
            if said and said not in known:
                known.append(said)
                yield Build(name, said)
    there = {Build("", said).dockerfile for said in known}
    for path, dialect in given:
        if dialect == Dialect.DOCKERFILE and path.resolve() not in there:
            yield Build(str(path), {"context": str(path.resolve().parent), "dockerfile": str(path.resolve())})


def _end_of(text: str) -> str:
    """Return the last lines of what a program printed, as one: why it failed stands there."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "; ".join(lines[-_LAST:])


def told(found: Iterable[Built], thresholds: Thresholds, why_accepted: Callable[[Path, str], str]) -> Looked:
    """Return what builds showed, for a record and for who judges an audit.

    `thresholds` say how many files of a kind are accepted, `why_accepted` why what a rule finds in a Dockerfile is.
    """
    images: list[Image] = []
    observed: list[Observed] = []
    unseen: list[str] = []
    for built in found:
        if built.reason:
            unseen.append(f"{built.name}: {built.reason}")
        if built.seen is not None:
            images.append(_image(built.name, built.seen))
            judged = checks(replace(built.seen, thresholds=thresholds))
            observed += (_observed(built, check, why_accepted) for check in judged)
    return Looked(tuple(observed), tuple(unseen), tuple(images))


def _observed(built: Built, check: Check, why_accepted: Callable[[Path, str], str]) -> Observed:
    """Return what a check saw. An image that may run as root has capabilities: what is left of them manifests say."""
    rules = (check.rule, *((NON_ROOT_USER,) if check.rule == CAPABILITIES else ()))
    reasons = (why_accepted(built.dockerfile, rule) for rule in rules if built.dockerfile)
    why = next(filter(None, reasons), "") if check.status is Status.FAILED else ""
    status, message = (Status.JUSTIFIED, f"{check.message}; {why}") if why else (check.status, check.message)
    return Observed(built.name, check.rule, status, message)


def _image(name: str, seen: Seen) -> Image:
    users = sorted({f"{process.uid}:{process.gid}" for process in seen.processes})
    held = sorted({capability for process in seen.processes for capability in process.held})
    setuid = len(seen.files.setuid) if seen.files else None
    return Image(name, seen.container.image_id, tuple(users), tuple(held), setuid)
