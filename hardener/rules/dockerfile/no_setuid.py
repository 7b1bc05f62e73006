"""Strip the setuid and setgid bits of an image's programs.

A program with such a bit runs as its owner, mostly root, whoever starts it: su, mount, passwd, chsh. A process that is
not root can become it through a hole in one of them. Few services need any; `no-new-privileges` makes the bits void at
run time, this takes them out of the image.

What may break: a program that calls su, sudo, ping or the like while it is not root. Where the file installs such a
program, or its start-up was not read or calls one, the fix is left to a person.

To check: `docker run --rm --user 0 --entrypoint find IMAGE / -xdev -type f -perm /6000` prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile import setuid
from hardener.model.dockerfile.nonroot import images_of
from hardener.model.dockerfile.slots import Fill, Slot
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.dockerfile.stripping import stripping
from hardener.model.finding import Finding
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="strip setuid and setgid bits",
    references=("https://man7.org/linux/man-pages/man7/inode.7.html",),
    level="restricted",
    caveat="su, sudo, ping and other programs that rely on such a bit work for root only",
)


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each image of the file whose programs keep these bits."""
    for stage in images_of(project, document):
        if stage.family == "windows" or setuid.stripped(stage):
            continue
        found = stripping(project, document, stage)
        yield stage.finding(
            "keeps the setuid and setgid bits of its programs",
            Fill(stage.number, Slot.SETUID, (setuid.STRIP,)),
            verdict=found.verdict,
            requires=found.requires,
        )
