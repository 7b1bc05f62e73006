"""From the changes to one file to its new text, proven: parsed again, it says what was declared and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hardener.engine.result import FileChange, State
from hardener.engine.settle import Dropped, at_home, at_the_source, conflicts, not_wanted_by_all
from hardener.model.compose.composefile import ComposeFile
from hardener.model.dockerfile import slots
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.document import Document
from hardener.model.finding import Finding
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.text import dockeredit, instructions, yamldata, yamledit, yamltree
from hardener.text.changes import YamlChange
from hardener.text.edits import Edit, splice
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamlshared import Sharing

BROKEN_PROMISE = "harden's own edit failed its check, so the file is left alone (please report this)"


class Rendered(NamedTuple):
    """A file's change, or the findings to drop before the next attempt."""

    change: FileChange | None
    dropped: Dropped


def render(document: Document, findings: Sequence[Finding]) -> Rendered:
    """Render all changes of `findings`, which are all wanted, into one file."""
    if isinstance(document, Dockerfile):
        return _render_dockerfile(document, findings)
    if isinstance(document, ComposeFile | KubernetesFile):
        return _render_yaml(document, findings)
    raise TypeError(f"no rule speaks about {type(document).__name__}")


def _render_yaml(document: ComposeFile | KubernetesFile, findings: Sequence[Finding]) -> Rendered:
    asked, dropped = at_home(findings, Sharing(document.tree).place)
    asked = at_the_source(asked, document.covers)
    dropped = dropped or not_wanted_by_all(asked, document.covers) or conflicts(asked)
    if dropped:
        return Rendered(None, dropped)
    changes: list[YamlChange] = list({repr(entry.change): entry.change for entry in asked}.values())
    try:
        edits = yamledit.render(document.tree, changes, document.key_order)
    except RefusedError as error:
        reasons = {repr(change): reason for change, reason in error.refused}
        refused = [entry for entry in asked if repr(entry.change) in reasons]
        return Rendered(None, {e.finding.key: (State.HELD, reasons[repr(e.change)]) for e in refused})
    return _guarded(
        document, findings, edits, lambda text: yamldata.check(document.tree, changes, yamltree.parse(text))
    )


def _render_dockerfile(document: Dockerfile, findings: Sequence[Finding]) -> Rendered:
    wishes = [(finding, change) for finding in findings for change in finding.changes]
    fills = list(dict.fromkeys(change for _, change in wishes if isinstance(change, slots.Fill)))
    others = list(dict.fromkeys(change for _, change in wishes if isinstance(change, instructions.DockerfileChange)))
    try:
        changes = [*others, *slots.lower(document, fills)]
        edits = dockeredit.render(document.tree, changes)
    except dockeredit.RefusedError as refused:
        # a RUN of ours may serve several rules: then all who filled a slot are concerned
        owners = [f for f, change in wishes if change == refused.change] or [f for f, c in wishes if c in fills]
        return Rendered(None, {finding.key: (State.HELD, refused.reason) for finding in owners})
    return _guarded(
        document, findings, edits, lambda text: dockeredit.check(document.tree, changes, instructions.parse(text))
    )


def _guarded(
    document: Document, findings: Sequence[Finding], edits: Sequence[Edit], check: Callable[[str], str | None]
) -> Rendered:
    text = splice(document.source.text, edits)
    try:
        difference = check(text)
    except UnparsableError as error:
        difference = str(error)
    if difference is not None:
        reason = f"{BROKEN_PROMISE}: {difference}"
        return Rendered(None, {finding.key: (State.HELD, reason) for finding in findings})
    return Rendered(FileChange(document.source, tuple(edits), text), {})
