"""Leave sudo out of images.

An image says by USER who runs, and root is at hand during the build: sudo adds nothing but a setuid program and a way
back to root, without a password where NOPASSWD stands. It also puts itself between the engine and the program, so that
signals get lost.

What may break: a script that calls sudo. Where the file, a script that it calls or its start-up mentions sudo, the
finding is left to a person.

To check: `docker run --rm --entrypoint sh IMAGE -c 'command -v sudo'` prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile import sudoers
from hardener.model.dockerfile.nonroot import images_of
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.subjects import shipped
from hardener.rules import Rule
from hardener.text.instructions import DropWord

RULE = Rule(
    title="leave sudo out of images",
    references=("https://docs.docker.com/build/building/best-practices/#user",),
    level="baseline",
    caveat="what calls sudo fails",
)


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each stage in an image of the file that installs or configures sudo."""
    for stage in shipped(images_of(project, document)):
        if found := sudoers.packages(stage):
            yield _installed(project, document, found)
        elif (writing := sudoers.rights(stage)) is not None:
            reason = f"line {writing.line} gives rights to whoever calls sudo: let root do the work, and remove it"
            verdict = Verdict(Safety.HELD, reason)
            yield stage.finding("configures sudo", verdict=verdict, span=(writing.start, writing.end))


def _installed(project: Project, document: Dockerfile, found: tuple[sudoers.Package, ...]) -> Finding:
    words = [(package.run.instruction.index, package.installed.word) for package in found]
    return found[0].run.stage.finding(
        "installs sudo",
        *(DropWord(index, word.start, word.end, document.source.text[word.start : word.end]) for index, word in words),
        verdict=sudoers.verdict(project, document, found),
        span=(words[0][1].start, words[0][1].end),
    )
