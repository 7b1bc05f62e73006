"""What has to change in a stage so that its image runs as the user that was found for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hardener.model import executables
from hardener.model.candidates import Candidate, How
from hardener.model.contextmodes import private
from hardener.model.evidence import Verdict
from hardener.model.finding import Change, Key, Safety
from hardener.model.giving import Directories, gives_copy, lacking_after_root, left_to_root
from hardener.model.identity import StageIdentity, Task
from hardener.model.making import making
from hardener.model.rootfiles import doubt
from hardener.model.slots import Fill, Slot, is_last_step, obstacle
from hardener.model.startup import in_force
from hardener.text.instructions import Rewrite

if TYPE_CHECKING:
    from hardener.model.dockerfile import Dockerfile, Stage
    from hardener.model.project import Project
    from hardener.model.settings import User

_EXPOSED = re.compile(r"(?<![\w-])(\d{1,4})(?:/\w+)?(?![\w-])")
_BOUND = re.compile(r"""(?:[\w.\]*]?:|--?p(?:ort)?[=\s",]+)(\d{1,4})(?![\w.:])""")
"""A port as commands name it: `0.0.0.0:80`, `--port 80`, `-p", "80`."""

NON_ROOT_USER = "dockerfile-non-root-user"


def images_of(project: Project, dockerfile: Dockerfile) -> Iterator[Stage]:
    """Yield the stages that become images: the last one and those that services build by name."""
    targets = {dockerfile.stage(name) for name in project.targets_of(dockerfile)}
    for stage in dockerfile.stages:
        if stage.is_last or stage in targets:
            yield stage


class Owner(NamedTuple):
    """The user that an image's files should belong to."""

    user: User
    requires: tuple[Key, ...]
    """The finding that puts it in force, where the file does not do so yet."""


def owner_of(project: Project, dockerfile: Dockerfile, stage: Stage) -> Owner | None:
    """Return the user other than root that an image runs as after this run; None where it is not known."""
    identity = project.identity(dockerfile, stage)
    if identity.user is None:
        return None
    changed = identity.planned is not None and identity.planned != identity.current
    return Owner(identity.user, (Key(NON_ROOT_USER, dockerfile.file, stage.subject),) if changed else ())


def changes_for(
    project: Project, dockerfile: Dockerfile, stage: Stage, identity: StageIdentity
) -> tuple[tuple[Change, ...], Verdict]:
    """Return what makes the image run as the planned user, or nothing and the reason why that is held."""
    found = identity.account
    if found is None or identity.verdict.safety is Safety.HELD:
        return (), identity.verdict
    flags = found.account.missing_flags(found.user) if found.account else ()
    fills: list[Fill] = []
    if identity.task is Task.CREATE:
        if reason := _hindrance(project, dockerfile, stage, found):
            return (), Verdict(Safety.HELD, reason)
        directories = _directories(project, dockerfile, stage, found)
        if directories.reason:
            return (), Verdict(Safety.HELD, directories.reason)
        fills = [*_account(stage, found), *directories.fills]
    if (rewrite := _last_user(stage, found, identity.task, fills)) is not None:
        user: list[Change] = [rewrite]
    else:
        user = []
        fills.append(Fill(stage.number, Slot.USER, (str(found.user),)))
    for reason in filter(None, (obstacle(stage, fill.slot, fill.before) for fill in fills)):
        return (), Verdict(Safety.HELD, reason)
    return (*flags, *fills, *user), _verdict(stage, identity)


def _hindrance(project: Project, dockerfile: Dockerfile, stage: Stage, found: Candidate) -> str:
    """Return what the user could not run, read or use; empty where nothing is known."""
    is_given = partial(gives_copy, project, stage)
    return (
        _socket(stage)
        or executables.reason(stage, found.user, is_given)
        or private(project, dockerfile, stage, is_given)
    )


def _verdict(stage: Stage, identity: StageIdentity) -> Verdict:
    if identity.task is not Task.CREATE or identity.verdict.safety is not Safety.SAFE:
        return identity.verdict
    reason = doubt(stage) or left_to_root(stage)
    return Verdict(Safety.UNSAFE, reason) if reason else identity.verdict


def _socket(stage: Stage) -> str:
    """Return where the file names the engine's socket, which only root and one group of the host may use."""
    volume = (found for home in stage.chain for found in home.instructions if found.keyword == "VOLUME")
    started = (part[1] for part in in_force(stage) if part is not None)
    found = next((found for found in (*volume, *started) if "docker.sock" in found.value), None)
    if found is None:
        return ""
    return f"line {found.line} names docker.sock, which is root's and its group's: the user needs that group's number"


def low_ports(stage: Stage) -> str:
    """Return a sentence on the ports below 1024 that the image exposes or its start-up names; empty without any."""
    exposed = (found for home in stage.chain for found in home.instructions if found.keyword == "EXPOSE")
    started = (part[1].value for part in in_force(stage) if part is not None)
    ports = {
        match[1] for found in exposed for match in _EXPOSED.finditer(stage.expand_at_end(found.value) or found.value)
    }
    ports |= {match[1] for value in started for match in _BOUND.finditer(value)}
    low = sorted(int(port) for port in ports if int(port) < 1024)
    if not low:
        return ""
    listed = ", ".join(map(str, low))
    return f"port {listed} lies below 1024: Docker since 20.10 lets any user bind it, other engines may not"


def _account(stage: Stage, found: Candidate) -> list[Fill]:
    if found.how is not How.MADE:
        return []
    return [Fill(stage.number, Slot.ACCOUNT, making(found.user, stage.family))]


def _directories(project: Project, dockerfile: Dockerfile, stage: Stage, found: Candidate) -> Directories:
    """Return what the user needs so that the program can go on writing where it wrote while it was root."""
    return lacking_after_root(project, dockerfile, stage, found.user)


def _last_user(stage: Stage, found: Candidate, task: Task, fills: list[Fill]) -> Rewrite | None:
    """Return the change of the stage's last USER, where it can become the one that is wanted.

    A name can always become its number. Root cannot where something behind it, or a RUN of ours, still needs it.
    """
    word = stage.user
    if word is None or word.stage != stage.number:
        return None
    behind = any(fill.before is not None and fill.before > word.instruction.index for fill in fills)
    needed = behind or not is_last_step(stage, word.instruction)
    if task is Task.CREATE and needed:
        return None
    start = word.instruction.offset(0)
    return Rewrite(word.instruction.index, start, start + len(word.written), word.written, str(found.user))
