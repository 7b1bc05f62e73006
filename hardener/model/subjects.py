"""Names for findings that speak about more than one thing of a stage: a rule speaks once about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hardener.model.finding import Finding

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage


def about(finding: Finding, detail: str) -> Finding:
    """Return the finding with its subject told closer: `stage build, ADD a /b`."""
    return finding._replace(subject=f"{finding.subject}, {detail}")


def distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; of those about the same subject the later ones are numbered."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.subject] += 1
        count = seen[finding.subject]
        yield finding if count == 1 else finding._replace(subject=f"{finding.subject} ({count})")


def shipped(images: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return the stages whose layers are in one of the images, in the order of the file."""
    found = {home for stage in images for home in stage.chain}
    return tuple(sorted(found, key=lambda stage: stage.number))
