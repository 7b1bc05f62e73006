"""Run services as a fixed, numeric user that is not root.

A process that is root in its container is root to the kernel: whatever gets it out of the container meets the host as
uid 0. `user` names who a service runs as, and numbers hold even where the image's own names change.

The ids are those that the image already uses or gets in the same run: from the Dockerfile that the service builds, an
image profile, or the configuration. An image that starts as root only to step down by itself (the official databases)
satisfies this rule at level baseline; at level restricted, starting it as that user directly is proposed as unsafe.

What may break: files that root wrote in volumes and bind mounts cannot be written any more until they are given to the
new user. Check with `docker compose exec SERVICE id`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile, give_away
from hardener.model.compose.serviceuser import planned_user
from hardener.model.finding import Finding
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put

RULE = Rule(
    title="run as a fixed non-root user",
    level="baseline",
    caveat="files in volumes that belong to root cannot be written until they are given to this user",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services_for("user"):
        planned = planned_user(project, service)
        if planned is None:
            continue
        user = planned.user
        yield service.finding(
            "runs as root"
            if planned.is_root
            else "does not say who it runs as"
            if user is not None
            else "may run as root",
            *([Put(service.path("user"), str(user))] if user is not None else []),
            *planned.tmpfs,
            verdict=planned.verdict,
            span=service.span("user"),
            caveat=(give_away(user, planned.mounts) or None) if user and planned.is_root else "",
            requires=project.image_program(service).requires,
        )
