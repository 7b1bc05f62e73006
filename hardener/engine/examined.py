"""What a run looked at, whether it found something or not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from hardener.engine.check import DIALECTS
from hardener.model.compose.service import Service
from hardener.model.document import Document, Subject
from hardener.model.exceptions import Accepted
from hardener.model.project import Project
from hardener.model.servicefacts import ServiceFacts, shown_of
from hardener.rules import catalog


class Examined(NamedTuple):
    """Something that rules looked at as a whole."""

    file: str
    dialect: str
    subject: str
    """As findings name it; what they say of a part of it goes on behind a comma."""
    whole: str
    """What it is started with: the workload of a container, else itself."""
    line: int
    """Where it begins, counted from 1."""
    rules: frozenset[str]
    """Those that looked at it."""
    trial: ServiceFacts | None = None
    """What a trial showed of it that still counts."""
    granted: tuple[Accepted, ...] = ()
    """The justified exceptions in force that let it have a capability."""
    builds: tuple[str, str] | None = None
    """The file and the subject of the stage that a service builds, where that can be read."""


def examined(project: Project, documents: Iterable[Document]) -> tuple[Examined, ...]:
    """Return what rules looked at in the files, by file, then by position."""
    names = {kind: dialect for dialect, kind in DIALECTS.items()}

    @cache
    def about(dialect: str, selected: frozenset[str]) -> frozenset[str]:
        return frozenset(rule for rule in selected if catalog()[rule].dialect in {dialect, "project"})

    def seen(document: Document, subject: Subject) -> Examined:
        dialect, (line, _) = names[type(document)], document.position(subject.start)
        rules = about(dialect, project.rules_for(subject))
        trial = shown_of(project, subject) if isinstance(subject, Service) else None
        builds = _built(project, subject) if isinstance(subject, Service) else None
        accepted = tuple(project.granted(subject).values())
        return Examined(document.file, dialect, subject.subject, subject.whole, line, rules, trial, accepted, builds)

    return tuple(
        seen(document, subject)
        for document in sorted(documents, key=lambda document: document.file)
        for subject in sorted(document.subjects, key=lambda subject: subject.start)
    )


def _built(project: Project, service: Service) -> tuple[str, str] | None:
    dockerfile = project.built_from(service)
    stage = dockerfile.stage(service.build.target) if dockerfile and service.build else None
    return (dockerfile.file, stage.subject) if dockerfile and stage else None
