"""As whom a Compose service should run: one fact that its own rule writes and that the other rules read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hardener.model.compose.ownedtmpfs import given
from hardener.model.evidence import Control, Start, Verdict, decide
from hardener.model.finding import Safety
from hardener.model.foreignowners import private_files
from hardener.model.servicefacts import refutation, shown_of
from hardener.model.settings import Level, User

if TYPE_CHECKING:
    from hardener.model.compose.service import Service
    from hardener.model.program import Program
    from hardener.model.project import Project
    from hardener.text.changes import Exclude, Include, Replace

COMPOSE_USER = "compose-user"


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """What there is to do about the user of a service."""

    verdict: Verdict
    user: User | None
    """Who it should run as; None where that is not known."""
    is_root: bool
    """It runs as root now, as far as is known."""
    mounts: tuple[str, ...] = ()
    """What it may write to and another user comes to."""
    tmpfs: tuple[Replace | Include | Exclude, ...] = ()
    """What makes its file systems in memory that user's."""

    def is_written(self, *, unsafe_fixes: bool) -> bool:
        """Whether a run writes the user, as far as this alone tells."""
        allowed = (Safety.SAFE, Safety.UNSAFE) if unsafe_fixes else (Safety.SAFE,)
        return self.user is not None and self.verdict.safety in allowed


def planned_user(project: Project, service: Service) -> ServiceUser | None:
    """Return what there is to do about a service's user; None where nothing is."""
    return project.once(_with_tmpfs, service)


def _with_tmpfs(project: Project, service: Service) -> ServiceUser | None:
    planned = _planned_user(project, service)
    if planned is None or planned.user is None:
        return planned
    if not planned.is_root and not project.image_program(service).requires:
        return planned
    tmpfs = given(service, planned.user)
    return replace(planned, tmpfs=tmpfs.changes) if not tmpfs.reason else _held(tmpfs.reason)


def _planned_user(project: Project, service: Service) -> ServiceUser | None:
    given = service.text("user") if service.get("user") is not None else ""
    program = project.image_program(service)
    if given is None:
        return _held("a variable without a default decides who it runs as", is_root=False)
    if given and given.partition(":")[0] not in ("0", "root"):
        return None
    if elsewhere := service.decided_elsewhere("user"):
        return _held(elsewhere)
    if program.steps_down and not given and project.settings_of(service).level is Level.BASELINE:
        return None
    return _for_root(project, service, program, given)


def _for_root(project: Project, service: Service, program: Program, given: str) -> ServiceUser:
    user = program.user if program.start is Start.NON_ROOT else program.works_as if program.direct else None
    is_root = bool(given) or program.start is Start.ROOT
    if program.start is Start.ROOT and user is None:
        return _held(
            program.unknown or f"{program.source}: it starts as root, and no user is known that it can start as"
        )
    facts = shown_of(project, service)
    if facts is not None and (reason := refutation(facts, user, ["user"])):
        return _held(reason)
    if place := program.data_left_to_root(lambda path: any(mount.covers(path) for mount in service.mounts)):
        return _held(f"its image leaves {place} to root, and no volume is mounted there")
    mounts = (*service.writable_mounts(), *private_files(service, project.reader)) if is_root else ()
    situation = program.situation(
        Control.USER,
        opposite=f"user: {given}" if given else "",
        reasoned=bool(given) and service.document.has_comment_beside(service.span("user")[1]),
        mounts=", ".join(mounts),
    )
    return ServiceUser(decide(situation), user, is_root, mounts)


def _held(reason: str, *, is_root: bool = True) -> ServiceUser:
    return ServiceUser(Verdict(Safety.HELD, reason), None, is_root)
