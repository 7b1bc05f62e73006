"""Copy plain files with COPY instead of ADD.

ADD does more than its name says: it fetches addresses and unpacks archives, and which of these happens depends on what
the file holds. COPY does one thing. Where ADD's own features are used - an address, a git repository, an archive, its
own flags - it stays.

What may break: nothing, since only files that ADD copies as they are, and folders, are changed. A name that may be an
archive's is left to a person.

To check: build the image; the layers of the copied files have the same content.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile import archives
from hardener.model.dockerfile.stages import Copy, Dockerfile, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.subjects import about, distinct
from hardener.rules import Rule
from hardener.text.instructions import SetKeyword

RULE = Rule(
    title="copy plain files with COPY instead of ADD",
    references=("https://docs.docker.com/build/building/best-practices/#add-or-copy",),
    level="baseline",
)

_OF_BOTH = frozenset({"chown", "chmod", "link", "exclude"})
"""The flags that COPY has too."""


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each ADD that does what COPY does, or that may."""
    for stage in document.stages:
        adds = (copy for copy in stage.copies if copy.instruction.keyword == "ADD")
        yield from distinct(
            _finding(project, document, stage, add) for add in adds if not _uses_add(project, document, add)
        )


def _finding(project: Project, document: Dockerfile, stage: Stage, add: Copy) -> Finding:
    instruction = add.instruction
    finding = stage.finding(
        "copies plain files with ADD",
        SetKeyword(instruction.index, "COPY"),
        verdict=_verdict(project, document, add),
        span=(instruction.start, instruction.end),
    )
    return about(finding, f"ADD {instruction.value}")


def _uses_add(project: Project, document: Dockerfile, add: Copy) -> bool:
    """Whether it does what only ADD can do."""
    if any(flag.name not in _OF_BOTH for flag in add.instruction.flags):
        return True
    sources = [source for source in add.sources if source is not None]
    named = [*sources, *(word.text for word in add.instruction.words()[:-1])]
    return any(archives.is_fetched(name) or archives.is_named_archive(name) for name in named) or any(
        archives.is_archive(project, document, source) for source in sources
    )


def _verdict(project: Project, document: Dockerfile, add: Copy) -> Verdict:
    for source in add.sources:
        if source is None:
            return Verdict(Safety.HELD, "a variable hides what it adds, which may be an archive or an address")
        if archives.is_archive(project, document, source) is None:
            return Verdict(Safety.HELD, f"{source} may be an archive, which ADD unpacks: use COPY if it is none")
    return Verdict(Safety.SAFE, evidence=("what it adds is no archive, by its content or its name",))
