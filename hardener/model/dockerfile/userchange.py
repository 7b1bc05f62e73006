"""What has to change in a stage so that its image runs as the user that was found for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile import executables
from hardener.model.dockerfile.accountcommands import making
from hardener.model.dockerfile.candidates import Candidate, How
from hardener.model.dockerfile.contextmodes import private
from hardener.model.dockerfile.lackingfolders import gives_copy, lacking_after_root
from hardener.model.dockerfile.slots import Fill, Slot, is_last_step, obstacle
from hardener.model.finding import Change
from hardener.model.startup.entry import follow, in_force
from hardener.text.instructions import Rewrite

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project


class UserChange(NamedTuple):
    """What puts a user in force."""

    changes: tuple[Change, ...]
    reason: str = ""
    """Why nothing can; empty where `changes` do."""


def number_change(stage: Stage, found: Candidate) -> UserChange:
    """Return what writes the user by number that the stage has by name."""
    return _change(stage, found, [], from_root=False)


def root_change(project: Project, dockerfile: Dockerfile, stage: Stage, found: Candidate) -> UserChange:
    """Return what lets the user take root's place, with the folders that the program wrote to while it was root."""
    if reason := _hindrance(project, dockerfile, stage, found):
        return UserChange((), reason)
    directories = lacking_after_root(project, dockerfile, stage, found.user)
    if directories.reason:
        return UserChange((), directories.reason)
    return _change(stage, found, [*_account(stage, found), *directories.fills], from_root=True)


def _change(stage: Stage, found: Candidate, fills: list[Fill], *, from_root: bool) -> UserChange:
    flags = found.account.missing_flags(found.user) if found.account else ()
    rewrite = _last_user(stage, found, fills, from_root=from_root)
    if rewrite is None:
        fills = [*fills, Fill(stage.number, Slot.USER, (str(found.user),))]
    reason = next(filter(None, (obstacle(stage, fill.slot, fill.before) for fill in fills)), "")
    if reason:
        return UserChange((), reason)
    return UserChange((*flags, *fills, *((rewrite,) if rewrite is not None else ())))


def _hindrance(project: Project, dockerfile: Dockerfile, stage: Stage, found: Candidate) -> str:
    """Return what the user could not run, read or use; empty where nothing is known."""
    is_given = partial(gives_copy, project, stage)
    homeless = follow(project, dockerfile, stage).in_home if found.how is How.NUMBER_ONLY else ()
    return (
        next((f"{words}, and HOME is / for an id without an entry: set HOME, and make it" for words in homeless), "")
        or _socket(stage)
        or executables.reason(project, dockerfile, stage, found.user, is_given)
        or private(project, dockerfile, stage, is_given)
    )


def _socket(stage: Stage) -> str:
    """Return where the file names the engine's socket, which only root and one group of the host may use."""
    volume = (found for home in stage.chain for found in home.instructions if found.keyword == "VOLUME")
    started = (part[1] for part in in_force(stage) if part is not None)
    found = next((found for found in (*volume, *started) if "docker.sock" in found.value), None)
    if found is None:
        return ""
    return f"line {found.line} names docker.sock, which is root's and its group's: the user needs that group's number"


def _account(stage: Stage, found: Candidate) -> list[Fill]:
    if found.how is not How.MADE:
        return []
    return [Fill(stage.number, Slot.ACCOUNT, making(found.user, stage.family))]


def _last_user(stage: Stage, found: Candidate, fills: list[Fill], *, from_root: bool) -> Rewrite | None:
    """Return the change of the stage's last USER, where it can become the one that is wanted.

    A name can always become its number. Root cannot where something behind it, or a RUN of ours, still needs it.
    """
    word = stage.user
    if word is None or word.stage != stage.number:
        return None
    behind = any(fill.before is not None and fill.before > word.instruction.index for fill in fills)
    needed = behind or not is_last_step(stage, word.instruction)
    if from_root and needed:
        return None
    start = word.instruction.offset(0)
    return Rewrite(word.instruction.index, start, start + len(word.written), word.written, str(found.user))
