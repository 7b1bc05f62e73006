"""Run as a fixed, numeric user that is not root.

A process that is root in its container is root for the kernel too: a hole in the program or in the engine is then one
in the host. The image says who runs: by number, since Kubernetes' `runAsNonRoot` rejects a name, and always with the
group, since a number alone runs with the group of root. The user is made with the base's own commands, early in the
stage, without a password or a login shell, and with a home, which many programs write to; USER stands after the last
step that may need root. Where the file or the base has a user for the program, that one is taken.

This holds for the last stage, and for each that Compose, or `[targets]` in the configuration, says is built by name.

Together with USER the image's user gets what the program could write to before: the places that
`dockerfile-writable-paths` looks for and, at level baseline, its working directory and what RUNs make in its places.

What may break: the program can no longer write where only root may, bind ports below 1024 where the engine does not
allow that, or read what lies in /root. A start-up that steps down by itself (gosu, su-exec, s6) or needs root otherwise
is left alone, with the line that shows it; so is an image that keeps in /root what its program needs.

To check: `docker run --rm --entrypoint id IMAGE` prints the ids (an image without a shell: `docker inspect`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import give_away
from hardener.model.dockerfile.candidates import How
from hardener.model.dockerfile.identity import Task
from hardener.model.dockerfile.lackingfolders import existing_volumes, gives_working_directory
from hardener.model.dockerfile.nonroot import images_of, low_ports
from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.finding import Finding
from hardener.model.kubernetes.podclaims import group_claims
from hardener.model.project import Project
from hardener.model.settings import User
from hardener.model.startup.entry import follow
from hardener.rules import Rule

RULE = Rule(
    title="run as a fixed, numeric user that is not root",
    references=("https://docs.docker.com/build/building/best-practices/#user",),
    level="baseline",
    caveat="the program can write only to its own working directory and to what the file gives it",
)

_ROOTS_FOLDER_CAVEAT = "the program can write only to what the file gives it, not to its own working directory"
_NUMBER_CAVEAT = "a user by number has no groups besides the one that is written"
_NO_ENTRY = "it has no entry in /etc/passwd, so that HOME is /"

_MESSAGES = {
    Task.CREATE: "runs as root",
    Task.NUMBER: "names its user without fixed numbers",
    Task.UNKNOWN: "does not say as whom it runs",
}


def check(project: Project, document: Dockerfile) -> Iterator[Finding]:
    """Yield a finding for each image of the file that runs as root, or as a user whose ids are not written."""
    for stage in images_of(project, document):
        identity = project.identity(document, stage)
        if identity.task is Task.NOTHING:
            continue
        word = stage.user.instruction if stage.user and stage.user.stage == stage.number else stage.instructions[0]
        changed = identity.planned if identity.task is Task.CREATE else None
        moved = _moved(project, document, stage, changed) if changed else ""
        writes = RULE.caveat if gives_working_directory(project, stage) else _ROOTS_FOLDER_CAVEAT
        bare = identity.account is not None and identity.account.how is How.NUMBER_ONLY
        kept = existing_volumes(stage, changed) if changed else ""
        creating = (
            writes,
            low_ports(stage, follow(project, document, stage).programs),
            moved,
            kept,
            _NO_ENTRY if bare else "",
        )
        caveats = creating if identity.task is Task.CREATE else (_NUMBER_CAVEAT,)
        yield stage.finding(
            _MESSAGES[identity.task],
            *identity.changes,
            verdict=identity.verdict,
            span=(word.start, word.end),
            caveat="; ".join(filter(None, caveats)),
        )


def _moved(project: Project, document: Dockerfile, stage: Stage, user: User) -> str:
    """Return how what is mounted gets to belong to a new user, in words; empty where nothing is."""
    containers = project.containers_of(project.builders(document, stage))
    claims = dict.fromkeys(f"{path} of {each.pod.subject}" for each in containers for path in group_claims(each))
    mounts = tuple(mount for mount in project.mounts_of(document, stage) if mount not in claims)
    grouped = f"the files under {', '.join(claims)} need `fsGroup: {user.gid}` in the pod" if claims else ""
    return "; ".join(filter(None, (give_away(user, mounts), grouped)))
