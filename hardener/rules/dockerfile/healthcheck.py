"""Say how to tell that the program works.

An engine sees that a process runs, not that it answers. A HEALTHCHECK tells; Swarm and Compose's `depends_on` act on
it. Kubernetes ignores it and has probes of its own: `HEALTHCHECK NONE` says that this was decided.

What may break: a check that is wrong restarts, or keeps out of service, a program that works. Which request shows that
a program is healthy is not to be seen in a Dockerfile, so none is invented here.

To check: `docker inspect --format '{{.Config.Healthcheck}}' IMAGE`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile.nonroot import images_of
from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.startup.entry import in_force
from hardener.rules import Rule

RULE = Rule(
    title="say how to tell that the program works",
    references=("https://docs.docker.com/reference/dockerfile/#healthcheck",),
    level="restricted",
)


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each image of the file that starts a program and says nothing of its health."""
    for stage in images_of(project, document):
        checked = any(found.keyword == "HEALTHCHECK" for home in stage.chain for found in home.instructions)
        if checked or not _starts_something(stage):
            continue
        base = "" if stage.image is not None else f" (unless {stage.chain[0].written_base} has one)"
        reason = (
            f"add `HEALTHCHECK CMD` with what shows that it answers, or `HEALTHCHECK NONE` if others check it{base}"
        )
        yield stage.finding("does not say how to tell that it works", verdict=Verdict(Safety.HELD, reason))


def _starts_something(stage: Stage) -> bool:
    """Whether the image is a program, as far as is known, and not a base to build on."""
    started = any(part is not None for part in in_force(stage))
    return started or stage.image is None or not stage.image.base
