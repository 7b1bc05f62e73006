"""Check what is fetched before it is run.

`curl … | sh` runs whatever the server, or whoever is between, answers today: nothing is compared with what was meant,
and the same file builds something else tomorrow. A download that breaks off in the middle is run as far as it came, and
without `pipefail` its failure goes unseen.

What may break: nothing; how the program is to be installed instead is a person's choice, so this is only reported.

To check: the build fails when the checksum in it is changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile.pipelines import Fetched, fetched
from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.subjects import about, distinct
from hardener.rules import Rule
from hardener.text.instructions import Instruction

RULE = Rule(
    title="check what is fetched before it is run",
    references=("https://docs.docker.com/reference/dockerfile/#add---checksum",),
    level="baseline",
)

_ADVICE = (
    "install a package, or fetch a fixed version with `ADD --checksum=sha256:…` (or compare it with `sha256sum -c`) "
    "and run that file"
)


def check(_project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each program that a stage fetches and runs in one go."""
    for stage in document.stages:
        yield from distinct(
            _finding(stage, instruction, program)
            for instruction in stage.instructions
            for program in fetched(instruction.onbuild or instruction)
        )


def _finding(stage: Stage, instruction: Instruction, program: Fetched) -> Finding:
    finding = stage.finding(
        f"runs with {program.interpreter} what {program.url} answers",
        verdict=Verdict(Safety.HELD, _ADVICE),
        span=(instruction.start, instruction.end),
    )
    return about(finding, program.url)
