"""Keep passwords, tokens and keys out of the file and out of the layers.

What ENV, ARG, LABEL and RUN say stays in the image's history, and what COPY brings stays in its layer, also when a
later step removes it: whoever can pull the image, or read the repository, has it.

What may break: nothing, since this is only reported. `RUN --mount=type=secret` shows a secret to one build step and
leaves no trace; at run time it comes from the environment, or from a file that Compose or Kubernetes mounts. A secret
that was once in an image must be changed.

To check: `docker history --no-trunc IMAGE`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile.exposures import Exposure, in_commands, in_copies, in_variables
from hardener.model.dockerfile.nonroot import images_of
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.document import Subject
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.subjects import about, distinct, shipped
from hardener.rules import Rule
from hardener.text.instructions import Instruction

RULE = Rule(
    title="keep passwords, tokens and keys out of images",
    references=(
        "https://docs.docker.com/build/building/secrets/",
        "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
    ),
    level="baseline",
)

_STANDS = "give it at run time, or to the one build step that needs it by `RUN --mount=type=secret`; and change it"
_COPIED = "leave it out (.dockerignore), and give it at run time or by `RUN --mount=type=secret`"


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each secret that stands in the file or is copied into one of its images."""
    first = document.stages[0].first if document.stages else len(document.tree.instructions)
    front = Subject(document, "build arguments", 0, 0)
    yield from distinct(_findings(front, _written(document.tree.instructions[:first])))
    images = shipped(images_of(project, document))
    for stage in document.stages:
        yield from distinct(_findings(stage, _written(stage.instructions)))
        if stage in images:
            yield from distinct(_findings(stage, in_copies(project, document, stage)))


def _written(instructions: tuple[Instruction, ...] | list[Instruction]) -> Iterator[Exposure]:
    for found in instructions:
        instruction = found.onbuild or found
        yield from (in_variables if instruction.keyword in ("ENV", "ARG", "LABEL") else in_commands)(instruction)


def _findings(subject: Subject, exposures: Iterator[Exposure]) -> Iterator[Finding]:
    for exposure in exposures:
        instruction = exposure.instruction
        finding = subject.finding(
            f"{'copies' if exposure.copied else 'shows'} {exposure.what}",
            verdict=Verdict(Safety.HELD, _COPIED if exposure.copied else _STANDS),
            span=(instruction.start, instruction.end),
        )
        yield about(finding, f"{instruction.keyword} {exposure.what}")
