"""Give the files that a program owns to its user, as they are copied.

COPY and ADD make everything root's, also after USER. A program that is not root then cannot write to its own folder,
and a `RUN chown -R` behind the copy stores every file twice. `--chown=uid:gid`, by number, sets the owner in the same
layer and works where the image has no /etc/passwd.

Only the program's own places get it: its working directory, /app, /srv, /opt/NAME, homes and document roots. What is
copied to the system's folders stays root's, and so does what has a `--chown` already.

What may break: a program that should not be able to change its own code can, as it could when it was root.

To check: `docker run --rm --entrypoint ls IMAGE -ln /app`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hardener.model.dockerfile import Copy, Dockerfile, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Key, Safety
from hardener.model.nonroot import NON_ROOT_USER, images_of
from hardener.model.places import is_programs
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.instructions import SetFlag

RULE = Rule(
    title="copy files with the owner that the program has",
    references=("CIS Docker 1.6.0: 4.1", "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"),
    level="baseline",
    caveat="the program can change the files that it is given, its code among them",
)


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each COPY and ADD of an image that leaves the program's files to root."""
    for stage in images_of(project, document):
        identity = project.identity(document, stage)
        user = identity.user
        if user is None:
            continue
        needed = identity.planned is not None and identity.planned != identity.current
        requires = (Key(NON_ROOT_USER, document.file, stage.subject),) if needed else ()
        seen: Counter[str] = Counter()
        for copy in stage.copies:
            if not _leaves_to_root(copy, stage):
                continue
            subject = f"{stage.subject}, {copy.instruction.keyword} {copy.instruction.value}"
            seen[subject] += 1
            yield replace(
                stage.finding(
                    f"leaves files of the program to root, who is not the one that runs ({user})",
                    SetFlag(copy.instruction.index, "chown", str(user)),
                    verdict=_verdict(copy, str(user)),
                    span=(copy.instruction.start, copy.instruction.end),
                    requires=requires,
                ),
                subject=f"{subject} ({seen[subject]})" if seen[subject] > 1 else subject,
            )


def _leaves_to_root(copy: Copy, stage: Stage) -> bool:
    if any(flag.name == "chown" for flag in copy.instruction.flags) or copy.destination is None:
        return False
    return is_programs(copy.destination, stage.scope_at(copy.instruction).workdir)


def _verdict(copy: Copy, user: str) -> Verdict:
    if copy.instruction.flags_closed:
        return Verdict(Safety.HELD, "a bare -- ends its flags")
    return Verdict(Safety.SAFE, evidence=(f"the image runs as {user}",))
