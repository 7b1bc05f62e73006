"""Make the folders that a program writes to, and give them to its user.

An image that runs as another user than root needs its folders made for that user: those that a VOLUME names (Docker
makes them for root), those that a RUN makes for data, logs, caches, uploads or pid files, those that a web framework
writes to (Django's MEDIA_ROOT, STATIC_ROOT and logs as its settings say, Rails' tmp, log and storage, Laravel's storage
and bootstrap/cache), and those that the profile of the base names.

They are made by one `mkdir -p … && chown uid:gid …` behind the last step that can change them, and in front of VOLUME,
since Docker's classic builder discards what happens to a volume's folder afterwards. Never `chown -R`: that would store
what was copied there a second time; `dockerfile-copy-chown` gives files away as they are copied.

Where the image still runs as root there is nothing to do here. `dockerfile-non-root-user` brings the same folders along
with its USER, because one without the other would break the program.

What may break: nothing that worked before; the program may write to more folders.

To check: `docker run --rm --entrypoint ls IMAGE -lnd /app/logs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.dockerfile.identity import Task
from hardener.model.dockerfile.lackingfolders import existing_volumes, lacking
from hardener.model.dockerfile.nonroot import images_of, owner_of
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="make the folders that a program writes to, for its user",
    references=("https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes",),
    level="baseline",
    caveat="files that an image brings in these folders keep their owner",
)


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each image that runs as another user than root and lacks folders of its own."""
    for stage in images_of(project, document):
        owner = owner_of(project, document, stage)
        if owner is None or project.identity(document, stage).task is Task.CREATE:
            continue
        missing = lacking(project, document, stage, owner.user)
        if not (missing.paths or missing.reason):
            continue
        word = stage.user.instruction if stage.user and stage.user.stage == stage.number else stage.instructions[0]
        listed = ", ".join(missing.paths) or "where it writes"
        safe = Verdict(Safety.SAFE, evidence=(f"the image runs as {owner.user}", *missing.evidence))
        yield stage.finding(
            f"does not give {listed} to the one that runs ({owner.user})",
            *missing.fills,
            verdict=Verdict(Safety.HELD, missing.reason) if missing.reason else safe,
            span=(word.start, word.end),
            caveat="; ".join(filter(None, (RULE.caveat, existing_volumes(stage, owner.user)))),
            requires=owner.requires,
        )
