"""What the rules find in a file: those that its settings select, of each of its services those that are for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.engine.refute import refuted
from hardener.model.compose.composefile import ComposeFile
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.document import Document, Subject
from hardener.model.finding import Finding
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.project import Project
from hardener.rules import LoadedRule, catalog

DIALECTS: dict[str, type[Document]] = {
    "dockerfile": Dockerfile,
    "compose": ComposeFile,
    "kubernetes": KubernetesFile,
}
"""In the order in which files are fixed where no finding requires another one's."""
_SEEN_BY: dict[str, type[Document]] = {**DIALECTS, "project": Document}
"""What the rules of a folder look at."""


def check(project: Project, document: Document) -> Iterator[Finding]:
    """Yield what the rules that apply find in a file."""
    services = _of_their_own(project, document)
    places: list[Document | Subject] = [document, *services]
    for rule in catalog().values():
        if not isinstance(document, _SEEN_BY[rule.dialect]):
            continue
        if any(project.selects(rule.id, place) for place in places):
            yield from _selected(rule, rule.check(project, document), project, document, services)


def _of_their_own(project: Project, document: Document) -> list[Subject]:
    """Return the services about which the configuration says something else than about their file."""
    services = document.services if isinstance(document, ComposeFile) else ()
    settings = project.settings_of(document)
    return [service for service in services if project.settings_of(service) != settings]


def _selected(
    rule: LoadedRule, found: Iterable[Finding], project: Project, document: Document, services: list[Subject]
) -> Iterator[Finding]:
    for finding in found:
        service = next((service for service in services if _is_about(finding, service)), None)
        if project.selects(rule.id, service or document):
            caveat = rule.rule.caveat if finding.caveat is None else finding.caveat
            yield refuted(project, document, finding._replace(rule=rule.id, caveat=caveat))


def _is_about(finding: Finding, service: Subject) -> bool:
    """Return whether a finding is about a service or a part of it (`service web, …`)."""
    said = finding.subject
    return said == service.subject or said.startswith((f"{service.subject}, ", f"{service.subject} ("))
