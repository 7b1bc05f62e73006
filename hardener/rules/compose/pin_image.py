"""Name images by their digest.

A tag can be moved: the same file starts something else tomorrow, and whoever can push to the repository decides what.
A digest names one content for good. The tag stays beside it, for people and for the tools that propose updates.

This is only reported, because the digest has to be looked up. A pinned image gets no fixes by itself: let Renovate or
Dependabot move it. To check: `docker buildx imagetools inspect IMAGE:TAG` prints the digest.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.images.profiles import ImageName
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="name images by their digest",
    references=("https://docs.docker.com/reference/compose-file/services/#image",),
    level="restricted",
)


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        value = service.own("image")
        if value is None or service.is_built or "@" in (value.text or ""):
            continue
        message, reason = _words(value.text or "", service.image)
        yield service.finding(message, verdict=Verdict(Safety.HELD, reason), span=service.span("image"))


def _words(written: str, image: str | None) -> tuple[str, str]:
    if image is None:
        reason = f"a variable says what {written} is: give it a default with tag and digest"
        return "runs whatever a variable names", reason
    name = ImageName.parse(image)
    if name is not None and name.tag == "latest":
        repository = image.removesuffix(":latest")
        reason = f"choose a version and write {repository}:VERSION@sha256:DIGEST (`docker buildx imagetools inspect`)"
        return f"runs whatever {repository} is latest", reason
    reason = f"write {image}@sha256:DIGEST (`docker buildx imagetools inspect {image}` prints it)"
    return f"runs {image}, which can be moved", reason
