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

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hardener.model.dockerfile import Copy, Dockerfile
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.giving import is_programs_copy
from hardener.model.identity import Task
from hardener.model.nonroot import images_of, owner_of
from hardener.model.places import may_be_programs
from hardener.model.prepared import Prepared
from hardener.model.project import Project
from hardener.model.settings import Level
from hardener.model.writable import is_writable
from hardener.rules import Rule
from hardener.text.instructions import SetFlag

RULE = Rule(
    title="copy files with the owner that the program has",
    references=("CIS Docker 1.6.0: 4.1", "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"),
    level="baseline",
    caveat="the program can change the files that it is given, its code among them",
)

_REMOTE = re.compile(r"https?://(?!.*\.git(?:[#?]|$))", re.IGNORECASE)
_KNOWS_CHMOD = re.compile(r"docker/dockerfile(?:-upstream)?:(?:1|1\.[2-9].*|1\.\d\d.*|[2-9].*|labs|latest)")
"""ADD has --chmod since version 1.2 of the syntax (https://docs.docker.com/build/buildkit/dockerfile-release-notes/)."""

_READABLE = "644"


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each COPY and ADD of an image that leaves to root what its program has to own or to read."""
    for stage in images_of(project, document):
        owner = owner_of(project, document, stage)
        if owner is None:
            continue
        user = str(owner.user)
        was_root = project.identity(document, stage).task is Task.CREATE
        restricted = project.settings.level is not Level.BASELINE
        places = project.writable_places(document, stage)
        seen: Counter[str] = Counter()
        for copy in stage.copies:
            if any(flag.name == "chown" for flag in copy.instruction.flags):
                continue
            owned = SetFlag(copy.instruction.index, "chown", user)
            flag = owned if _is_written(copy, places) else None
            needed = was_root or flag is not None or _downloads(copy)
            if flag is None and is_programs_copy(copy, stage):
                flag = _readable(document, copy, owned) if restricted else owned
            if flag is None:
                continue
            subject = f"{stage.subject}, {copy.instruction.keyword} {copy.instruction.value}"
            seen[subject] += 1
            message = "leaves files of the program to root, who is not the one that runs"
            if flag.name == "chmod":
                message = "downloads what only root may read, who is not the one that runs"
            yield replace(
                stage.finding(
                    f"{message} ({user})",
                    flag,
                    verdict=_verdict(copy, user, needed=needed),
                    span=(copy.instruction.start, copy.instruction.end),
                    requires=owner.requires,
                ),
                subject=f"{subject} ({seen[subject]})" if seen[subject] > 1 else subject,
            )


def _is_written(copy: Copy, places: tuple[Prepared, ...]) -> bool:
    return copy.destination is not None and is_writable(copy.destination, places) and may_be_programs(copy.destination)


def _readable(document: Dockerfile, copy: Copy, owned: SetFlag) -> SetFlag | None:
    """Return what lets the program read what ADD downloads; None for anything else."""
    if not _downloads(copy) or any(flag.name == "chmod" for flag in copy.instruction.flags):
        return None
    syntax = document.tree.directives.get("syntax", "")
    return SetFlag(copy.instruction.index, "chmod", _READABLE) if _KNOWS_CHMOD.fullmatch(syntax) else owned


def _downloads(copy: Copy) -> bool:
    return copy.instruction.keyword == "ADD" and any(source and _REMOTE.match(source) for source in copy.sources)


def _verdict(copy: Copy, user: str, *, needed: bool) -> Verdict:
    if copy.instruction.flags_closed:
        return Verdict(Safety.HELD, "a bare -- ends its flags")
    if not needed:
        return Verdict(
            Safety.UNSAFE, f"the image runs as {user} already, and the program could then change its own code"
        )
    return Verdict(Safety.SAFE, evidence=(f"the image runs as {user}",))
