"""Give the files that a program owns to its user, as they are copied.

COPY and ADD make everything root's, also after USER. A program that is not root then cannot write to its own folder,
and a `RUN chown -R` behind the copy stores every file twice. `--chown=uid:gid`, by number, sets the owner in the same
layer and works where the image has no /etc/passwd.

At level baseline the program's own places get it: its working directory, /app, /srv, /opt/NAME (an environment from a
builder, /opt/venv, is one of them), homes, document roots, and places that are made for writing. What is copied to the
system's folders stays root's, /usr/local and the interpreters in it too: everybody can read and run them.

At level restricted code stays root's, since a program that owns a file can change, delete or chmod it even where its
mode is 444. Only what lands in a place that is made for writing (see `dockerfile-writable-paths`) gets `--chown`. Files
of the build context keep their modes: one that only its owner may read has to be made readable there, or by `--chmod`.
What ADD downloads is readable by its owner alone, so it gets `--chmod=644` where the file says by `# syntax=` that
BuildKit builds it, else the program's user as its owner.

What has a `--chown` is left alone at either level: somebody decided that. Where the image is not root's before this run
either, the program works with files of root, and owning its code would take a protection from it: there `--chown` is
proposed only, save for what lands in a place that is made for writing and for what only root could read.

What may break: at baseline a program that should not be able to change its own code can, as it could when it was root.
At restricted one that writes beside its code cannot any more.

To check: `docker run --rm --entrypoint ls IMAGE -ln /app`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile.copyowners import copies_lacking
from hardener.model.dockerfile.nonroot import images_of, owner_of
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.finding import Finding
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="copy files with the owner that the program has",
    references=("https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",),
    level="baseline",
    caveat="the program can change the files that it is given, its code among them",
)

_MESSAGES = {
    "chown": "leaves files of the program to root, who is not the one that runs",
    "chmod": "downloads what only root may read, who is not the one that runs",
}
"""By the flag that is lacking."""


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each COPY and ADD of an image that leaves to root what its program has to own or to read."""
    for stage in images_of(project, document):
        owner = owner_of(project, document, stage)
        if owner is None:
            continue
        for copy, flag, verdict, subject in copies_lacking(project, document, stage, owner.user):
            found = stage.finding(
                f"{_MESSAGES[flag.name]} ({owner.user})",
                flag,
                verdict=verdict,
                span=(copy.instruction.start, copy.instruction.end),
                requires=owner.requires,
            )
            yield found._replace(subject=subject)
