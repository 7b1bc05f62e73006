"""Hold what a trial saw fail, whatever rule proposes it."""

from __future__ import annotations

from hardener.model.compose.composefile import ComposeFile
from hardener.model.document import Document
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.servicefacts import refutation, shown_of
from hardener.text.changes import YamlChange


def refuted(project: Project, document: Document, finding: Finding) -> Finding:
    """Return a finding about a Compose service as held where a trial saw one of the keys that it changes fail."""
    if not isinstance(document, ComposeFile) or finding.safety is Safety.HELD:
        return finding
    service = next((service for service in document.services if service.subject == finding.subject), None)
    facts = shown_of(project, service) if service is not None else None
    if service is None or facts is None:
        return finding
    depth = len(service.cursor.path)
    paths = (change.path for change in finding.changes if isinstance(change, YamlChange))
    reason = refutation(facts, keys=(path[depth] for path in paths if len(path) > depth))
    return finding._replace(safety=Safety.HELD, reason=reason) if reason else finding
