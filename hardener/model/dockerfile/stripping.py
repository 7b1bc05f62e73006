"""Whether a run may strip an image's setuid and setgid bits, given what else it does to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile import setuid, sudoers
from hardener.model.dockerfile.copyowners import copies_lacking
from hardener.model.dockerfile.lackingfolders import COPY_CHOWN
from hardener.model.dockerfile.nonroot import owner_of
from hardener.model.dockerfile.slots import Slot, obstacle, roots_files_behind
from hardener.model.evidence import Verdict
from hardener.model.finding import Key, Safety

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project


class Stripping(NamedTuple):
    """Whether the bits may be stripped, and the findings that must be fixed in the same run for that."""

    verdict: Verdict
    requires: tuple[Key, ...] = ()


def stripping(project: Project, dockerfile: Dockerfile, stage: Stage) -> Stripping:
    """Return whether the bits may be stripped: nobody may need them, and something must be there to do it."""
    given = _given_copies(project, dockerfile, stage)
    reason = setuid.hindrance(stage) or obstacle(stage, Slot.SETUID, given=given) or setuid.behind(stage)
    if reason:
        return Stripping(Verdict(Safety.HELD, reason))
    copies = tuple(given[found.index] for found in roots_files_behind(stage))
    sudo = _sudo_that_goes(project, dockerfile, stage)
    verdict = setuid.need(project, dockerfile, stage)
    without = setuid.need(project, dockerfile, stage, dropped=("sudo",)) if sudo else verdict
    return Stripping(without, (*copies, *(sudo if without != verdict else ())))


def _given_copies(project: Project, dockerfile: Dockerfile, stage: Stage) -> dict[int, Key]:
    """Return the findings that give copies to the image's user, by the index of the copy."""
    owner = owner_of(project, dockerfile, stage) if project.selects(COPY_CHOWN, stage) else None
    return {
        found.copy.instruction.index: Key(COPY_CHOWN, dockerfile.file, found.subject)
        for found in (copies_lacking(project, dockerfile, stage, owner.user) if owner is not None else ())
        if found.flag.name == "chown" and found.verdict.safety is not Safety.HELD
    }


def _sudo_that_goes(project: Project, dockerfile: Dockerfile, stage: Stage) -> tuple[Key, ...]:
    """Return the findings that take all sudo from the image; none where some of it stays."""
    found = [packages for packages in map(sudoers.packages, stage.chain) if packages]
    verdicts = [sudoers.verdict(project, dockerfile, packages) for packages in found]
    if not project.selects(sudoers.NO_SUDO, stage) or any(verdict.safety is Safety.HELD for verdict in verdicts):
        return ()
    return tuple(Key(sudoers.NO_SUDO, dockerfile.file, packages[0].run.stage.subject) for packages in found)
