"""Take the right to write from everybody, and give it to the one who needs it.

`chmod 777` is how a program that is not root gets to write to a folder of root's. It also lets whoever breaks into any
other process of the container change the program, its scripts and its data. The owner's right is enough: where the user
of the image is known, the path gets that owner in the same step, and a mode that only lets the owner write.

Commands (chmod, mkdir -m, install -m) and `COPY --chmod` count, in the images that the file builds and not in stages
that only build something for them. Scripts and programs stay root's and stay executable; /tmp gets its sticky bit. At
level restricted code stays root's too: only what is made for writing (see `dockerfile-writable-paths`) is given away.
Sticky folders (1777) and the group's right (`chgrp -R 0`, `chmod -R g=u`, as OpenShift wants it) are no finding.

What may break: a container that is started as yet another user (`user:` in Compose, `runAsUser`) can no longer write
there.

To check: `docker run --rm --entrypoint find IMAGE / -xdev -perm -o+w ! -type l ! -perm -1000`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from hardener.model.dockerfile.closing import Closer, Closing
from hardener.model.dockerfile.modes import lets_anybody_write
from hardener.model.dockerfile.nonroot import Owner, images_of, owner_of
from hardener.model.dockerfile.openings import openings
from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.settings import Level
from hardener.model.subjects import about, distinct, shipped
from hardener.rules import Rule

RULE = Rule(
    title="let nobody write but the one who needs to",
    references=("https://cwe.mitre.org/data/definitions/732.html",),
    level="baseline",
    caveat="a container that is started as yet another user can no longer write there",
)


class _Place(NamedTuple):
    """Where anybody is let write."""

    text: str
    span: tuple[int, int]
    close: Callable[[Closer], Closing]


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each command, COPY and ADD of an image that lets anybody write."""
    yield from distinct(_findings(project, document))


def _findings(project: Project, document: Dockerfile) -> Iterator[Finding]:
    images = tuple(images_of(project, document))
    for home in shipped(images):
        users = [image for image in images if home in image.chain]
        owner = _owner(project, document, users)
        reason = "" if owner else _why_nobody(project, document, users)
        restricted = project.settings_of(document).level is not Level.BASELINE
        places = project.writable_places(document, users[0])
        for place in _places(home):
            closing = place.close(Closer(users[0], owner.user, places, restricted)) if owner else Closing(reason=reason)
            safe = Verdict(Safety.SAFE, evidence=(f"the image runs as {owner.user}",) if owner else ())
            finding = users[0].finding(
                f"`{place.text}` lets anybody write",
                *closing.changes,
                verdict=Verdict(Safety.HELD, closing.reason) if closing.reason else safe,
                span=place.span,
                requires=owner.requires if owner else (),
            )
            yield about(finding, place.text)


def _places(home: Stage) -> Iterator[_Place]:
    """Yield the commands and flags of a stage itself that let anybody write."""
    for opening in openings(home):
        if opening.step.run.stage is home:
            words = opening.step.command.words
            yield _Place(opening.text, (words[0].start, words[-1].end), partial(Closer.command, opening=opening))
    for copy in home.copies:
        for flag in copy.instruction.flags:
            if flag.name == "chmod" and flag.value and lets_anybody_write(flag.value):
                text = f"{copy.instruction.keyword} {copy.instruction.arguments}"
                close = partial(Closer.copy, copy=copy, mode=flag.value)
                yield _Place(text, (flag.start, flag.end), close)


def _owner(project: Project, document: Dockerfile, images: list[Stage]) -> Owner | None:
    """Return the user that all the images run as, with what puts it in force in each of them."""
    owners = [owner_of(project, document, image) for image in images]
    known = [owner for owner in owners if owner is not None]
    if len(known) != len(owners) or len({str(owner.user) for owner in known}) != 1:
        return None
    return Owner(known[0].user, tuple(key for owner in known for key in owner.requires))


def _why_nobody(project: Project, document: Dockerfile, images: list[Stage]) -> str:
    if len(images) > 1:
        why = "the images that have it run as different users"
    else:
        why = project.identity(document, images[0]).verdict.reason or "no user besides root is in force"
    return f"who has to write there is not known ({why}): name the owner with chown, and use 755"
