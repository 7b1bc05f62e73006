"""Name base images by their digest.

A tag can be moved: the same file builds something else tomorrow, and whoever can push to the repository decides what.
A digest names one content for good. The tag stays beside it, for people and for the tools that propose updates.

What may break: nothing at once; but a pinned base gets no fixes by itself, so let Renovate or Dependabot move it. The
digest has to be looked up, which this tool does not do.

To check: `docker buildx imagetools inspect IMAGE:TAG` prints the digest.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.images.profiles import ImageName
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="name base images by their digest",
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    level="restricted",
)


def check(_project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each FROM whose image may be another one tomorrow."""
    for stage in document.stages:
        word = next(iter(stage.instructions[0].words()), None)
        named = stage.base or stage.written_base
        if word is None or stage.parent is not None or named == "scratch" or "@" in named:
            continue
        message, reason = _words(stage)
        yield stage.finding(message, verdict=Verdict(Safety.HELD, reason), span=(word.start, word.end))


def _words(stage: Stage) -> tuple[str, str]:
    if stage.base is None:
        reason = f"a build argument says what {stage.written_base} is: give it a default with tag and digest"
        return "is built from whatever a build argument names", reason
    name = ImageName.parse(stage.base)
    if name is not None and name.tag == "latest":
        repository = stage.base.removesuffix(":latest")
        reason = f"choose a version and write {repository}:VERSION@sha256:DIGEST (`docker buildx imagetools inspect`)"
        return f"is built from whatever {repository} is latest", reason
    reason = f"write {stage.base}@sha256:DIGEST (`docker buildx imagetools inspect {stage.base}` prints it)"
    return f"is built from {stage.base}, which can be moved", reason
