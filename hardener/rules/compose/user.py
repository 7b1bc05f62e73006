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

from hardener.model.compose import ComposeFile, give_away
from hardener.model.evidence import Control, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.service import Service
from hardener.model.settings import Level
from hardener.rules import Rule
from hardener.text.changes import Put

RULE = Rule(
    title="run as a fixed non-root user",
    references=(
        "CIS Docker 1.6.0: 4.1 Ensure that a user for the container has been created",
        "OWASP Docker Security Cheat Sheet: Rule #2 Set a user",
    ),
    level="baseline",
    caveat="files in volumes that belong to root cannot be written until they are given to this user",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services_for("user"):
        given = service.text("user") if service.get("user") is not None else ""
        if given is None:
            verdict = Verdict(Safety.HELD, "a variable without a default decides who it runs as")
            yield service.finding("may run as root", verdict=verdict, span=service.span("user"))
        elif not given or given.partition(":")[0] in ("0", "root"):
            yield from _root(project, service, given)


def _root(project: Project, service: Service, given: str) -> Iterator[Finding]:
    program, span = project.image_program(service), service.span("user")
    elsewhere = service.decided_elsewhere("user")
    if elsewhere:
        yield service.finding("runs as root", verdict=Verdict(Safety.HELD, elsewhere), span=span)
        return
    if program.steps_down and not given and project.settings.level is Level.BASELINE:
        return
    user = program.user if program.start is Start.NON_ROOT else program.works_as if program.direct else None
    is_root = bool(given) or program.start is Start.ROOT
    message = "runs as root" if is_root else "does not say who it runs as"
    if program.start is Start.ROOT and user is None:
        reason = program.unknown or f"{program.source}: it starts as root, and no user is known that it can start as"
        yield service.finding(message, verdict=Verdict(Safety.HELD, reason), span=span)
        return
    mounts = service.writable_mounts() if is_root else ()
    situation = program.situation(
        Control.USER,
        opposite=f"user: {given}" if given else "",
        reasoned=bool(given) and service.document.has_comment_beside(span[1]),
        mounts=", ".join(mounts),
    )
    yield service.finding(
        message,
        *([Put(service.path("user"), str(user))] if user is not None else []),
        verdict=decide(situation),
        span=span,
        caveat=(give_away(user, mounts) or None) if user and is_root else "",
        requires=program.requires,
    )
