"""What a trial tries: a Compose project as it stands, and as the fixers would make it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hardener import engine
from hardener.engine.read import read_all
from hardener.engine.result import Outcome
from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.composition import compose
from hardener.model.compose.service import Service
from hardener.model.detect import Dialect, by_name
from hardener.model.servicefacts import ServiceFacts, digest
from hardener.model.settings import Settings
from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import ComposeTool, Model, services_of, write_model
from hardener.runtime.trial.resolution import Texts, reader_of, resolved
from hardener.text.find import find


@dataclass(frozen=True, slots=True)
class Subject:
    """A project, resolved by Compose before and after hardening, with paths as they really are."""

    file: Path
    before: Model
    after: Model
    known: Mapping[str, Service]
    """The services as the fixers see them, by name."""
    dockerfiles: Mapping[str, list[str]]
    """By service that builds one: the SHA-256 of its Dockerfile as it stands, and as safe and as all fixes make it."""
    outcomes: Mapping[str, tuple[Outcome, ...]]
    """By service: what became of the findings about it and about its Dockerfile."""
    users: Mapping[str, str]
    """By service: `uid:gid` of the user that the configuration says it gets."""
    fixers: Fixers

    def dockerfile(self, service: str) -> bytes | None:
        """Return the Dockerfile that a service is built from; None where it is not built."""
        path = self.fixers.dockerfiles.get(service)
        return None if path is None else path.read_bytes()

    def assuming(self, facts: Sequence[ServiceFacts]) -> Subject:
        """Return the project as the fixers would make it if a trial had shown these facts. Raises EngineError."""
        safe, texts, outcomes = self.fixers.fixed(facts)
        after = self.fixers.resolved(texts, "assumed")
        files = self.fixers.dockerfiles
        digests = {name: [*self.dockerfiles[name], *_digests(path, safe, texts)] for name, path in files.items()}
        digests = {name: list(dict.fromkeys(found)) for name, found in digests.items()}
        return replace(self, after=after, dockerfiles=digests, outcomes=outcomes)


@dataclass(frozen=True, slots=True)
class Fixers:
    """The fixers, for one project."""

    file: Path
    settings: Settings
    tool: ComposeTool
    work: Path
    """A folder for texts."""
    end: float
    """Until when Compose may take, by `time.monotonic`."""
    dockerfiles: Mapping[str, Path] = field(default_factory=dict)
    """By service that builds one."""

    def fixed(self, facts: Sequence[ServiceFacts] = ()) -> tuple[Texts, Texts, Mapping[str, tuple[Outcome, ...]]]:
        """Return the texts that safe fixes change, those that all fixes change, and what became of each finding."""
        paths = [self.file, *sorted(set(self.dockerfiles.values()))]
        if self.is_made:
            paths.reverse()  # what lies beside the first of them counts
        root = engine.project_root(paths[0].parent)
        settings = replace(self.settings, trials=tuple(facts))
        result = engine.run(paths, settings, root=root)
        if result.errors:
            raise EngineError(f"{result.errors[0].path}: {result.errors[0].message}")
        safe = engine.run(paths, replace(settings, unsafe_fixes=False), root=root)
        return _texts(paths, safe), _texts(paths, result), self._outcomes(result)

    @property
    def is_made(self) -> bool:
        """Whether the Compose file is the trial's own, for an image or a Dockerfile."""
        return self.file.parent == self.work

    def resolved(self, texts: Texts, name: str) -> Model:
        """Return the project with some files' texts replaced, laid out in a new folder of that name."""
        return resolved(self.file, texts, self.tool, self.work / name, self.end)

    def _outcomes(self, result: engine.Result) -> Mapping[str, tuple[Outcome, ...]]:
        found: dict[str, tuple[Outcome, ...]] = {}
        for outcome in result.outcomes:
            path = result.sources[outcome.finding.file].path.resolve()
            builders = [name for name, dockerfile in self.dockerfiles.items() if dockerfile == path]
            subject = outcome.finding.subject.partition(",")[0]
            for name in builders or [subject.removeprefix("service ")]:
                found[name] = (*found.get(name, ()), outcome)
        return found


def subject_of(file: Path, settings: Settings, tool: ComposeTool, work: Path, timeout: float) -> Subject:
    """Return the project of a Compose file and of what it builds; `work` is a folder for texts. Raises EngineError."""
    fixers = Fixers(file.resolve(), settings, tool, work, time.monotonic() + timeout)
    before = fixers.resolved({}, "before")
    fixers = replace(fixers, dockerfiles=_dockerfiles(before))
    safe, texts, outcomes = fixers.fixed()
    after = fixers.resolved(texts, "after")
    digests = {name: _digests(path, safe, texts) for name, path in fixers.dockerfiles.items()}
    users = {name: str(settings.users.get(f"service:{name}", settings.user)) for name in services_of(before)}
    return Subject(fixers.file, before, after, _known(fixers.file), digests, outcomes, users, fixers)


def compose_file_of(file: Path | None, image: str | None, work: Path) -> Path:
    """Return a Compose file to try: the one given, or one made in `work` for a Dockerfile or an image."""
    if file is not None and by_name(file) is not Dialect.DOCKERFILE:
        return file
    service: dict[str, Any] = {"image": image}
    if file is not None:
        service = {"build": {"context": str(file.resolve().parent), "dockerfile": str(file.resolve())}}
    made = work / "compose.yaml"
    write_model({"services": {"app": service}}, made)
    return made


def _texts(paths: list[Path], result: engine.Result) -> dict[Path, bytes]:
    changed = {change.source.path: change for change in result.changes}
    return {path.resolve(): changed[path].source.encode(changed[path].text) for path in paths if path in changed}


def _dockerfiles(model: Model) -> dict[str, Path]:
    """Return the Dockerfiles that services are built from, by service."""
    found = {}
    for name, service in services_of(model).items():
        build = service.get("build") or {}
        path = Path(build.get("context", "/")) / build.get("dockerfile", "Dockerfile")
        if build and path.is_file():
            found[name] = path.resolve()
    return found


def _digests(file: Path, *texts: Texts) -> list[str]:
    raw = file.read_bytes()
    return list(dict.fromkeys(map(digest, (raw, *(changed.get(file, raw) for changed in texts)))))


def _known(file: Path) -> Mapping[str, Service]:
    reader = reader_of(file)
    documents = [found for found in read_all(find([file]), reader).documents if isinstance(found, ComposeFile)]
    compose(documents, reader)
    return {service.name: service for document in documents for service in document.services}
