"""As whom a stage's image runs: as the file stands, and as a fix would make it.

One fact for the whole run: the rules for Dockerfiles write it, those for Compose and Kubernetes repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.compose.ownedtmpfs import roots_own
from hardener.model.compose.serviceuser import COMPOSE_USER
from hardener.model.dockerfile.accounts import accounts_of
from hardener.model.dockerfile.candidates import Candidate, How, NoCandidateError, candidate, numbered
from hardener.model.dockerfile.lackingfolders import left_to_root
from hardener.model.dockerfile.rootfiles import doubt
from hardener.model.dockerfile.roothome import kept_in_root_home
from hardener.model.dockerfile.userchange import number_change, root_change
from hardener.model.dockerfile.usernames import numeric
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Change, Safety
from hardener.model.images.profiles import Image
from hardener.model.servicefacts import refutation
from hardener.model.settings import User
from hardener.model.startup.doubts import NeedsRoot, Unreadable
from hardener.model.startup.entry import ReadNoRoot, StartUp, in_force, read_start_up

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project

NON_ROOT_USER = "dockerfile-non-root-user"
"""The rule that writes what is planned here."""


class Task(StrEnum):
    """What there is to do about a stage's user."""

    NOTHING = "nothing"
    """A numeric user and group that are not root are in force."""
    NUMBER = "number"
    """Another user than root is in force, but not by number, or without its group."""
    CREATE = "create"
    """Root is in force."""
    UNKNOWN = "unknown"
    """It is not known who is in force."""


@dataclass(frozen=True, slots=True)
class StageIdentity:
    """As whom a stage's image runs."""

    current: User | None
    """As the file stands: root is 0:0; None where that is not known."""
    planned: User | None
    """What `dockerfile-non-root-user` makes of it; None where it has nothing to do or finds nobody."""
    account: Candidate | None
    """Where `planned` comes from."""
    task: Task
    verdict: Verdict
    """Whether `planned` may be written, or why nothing can be."""
    changes: tuple[Change, ...]
    """What writes it; empty where that is held."""
    start: Start
    """As whom it starts as the file stands."""
    base: Image | None
    """What is known of the image at the root of its chain."""
    keeps_entrypoint: bool
    """The base's own entrypoint is in force."""

    @property
    def user(self) -> User | None:
        """Who is in force after this run, if that is not root and nothing holds it."""
        if self.planned is not None and self.verdict.safety is not Safety.HELD:
            return self.planned
        return self.current if self.task in (Task.NOTHING, Task.NUMBER) else None


class _Plan(NamedTuple):
    """What is to be done about a stage's user."""

    verdict: Verdict
    account: Candidate | None = None
    changes: tuple[Change, ...] = ()


def identify(project: Project, dockerfile: Dockerfile, stage: Stage) -> StageIdentity:
    """Return as whom the image of a stage runs; reads scripts of the build context where that decides."""
    current, task = _current(stage)
    try:
        plan = _plan(project, dockerfile, stage, task)
    except NoCandidateError as error:
        plan = _Plan(Verdict(Safety.HELD, str(error)))
    found = plan.account
    return StageIdentity(
        current=current,
        planned=found.user if found else None,
        account=found,
        task=task,
        verdict=plan.verdict,
        changes=plan.changes,
        start=_start(current, task),
        base=stage.image,
        keeps_entrypoint=in_force(stage).entrypoint is None,
    )


def _current(stage: Stage) -> tuple[User | None, Task]:
    word = stage.user
    if stage.family == "windows":
        return None, Task.UNKNOWN
    if word is None:
        default = stage.image.default_user if stage.image else None
        if default is None:
            return None, Task.UNKNOWN
        return default, Task.CREATE if default.uid == 0 else Task.NOTHING
    if word.expanded is None:
        return None, Task.UNKNOWN
    if word.is_root:
        return User(0, 0, "root"), Task.CREATE
    uid, _, gid = word.expanded.partition(":")
    if uid.isdecimal() and gid.isdecimal():
        return User(int(uid), int(gid)), Task.NOTHING
    user = numeric(word.expanded, stage, accounts_of(stage))
    return user, Task.CREATE if user is not None and user.uid == 0 else Task.NUMBER


def _plan(project: Project, dockerfile: Dockerfile, stage: Stage, task: Task) -> _Plan:
    """Return what is to be done about the user of a stage. Raises NoCandidateError."""
    if task is Task.NOTHING:
        return _Plan(Verdict(Safety.SAFE))
    if task is Task.UNKNOWN:
        return _Plan(Verdict(Safety.HELD, _why_unknown(stage)))
    wanted = project.user_for(dockerfile, stage)
    if task is Task.NUMBER:
        found = numbered(stage, accounts_of(stage), wanted)
        verdict = _number_verdict(project, dockerfile, stage, found)
    else:
        configured = project.configured_user(dockerfile, stage) is not None
        found = candidate(stage, accounts_of(stage), wanted, _user_before_root(stage), configured=configured)
        verdict = _create_verdict(project, dockerfile, stage, found)
    if dockerfile.children(stage) and not stage.is_last:
        verdict = Verdict(Safety.HELD, "other stages are built from it, and would change with it")
    if verdict.safety is Safety.HELD:
        return _Plan(verdict, found)
    change = number_change(stage, found) if task is Task.NUMBER else root_change(project, dockerfile, stage, found)
    return _Plan(Verdict(Safety.HELD, change.reason) if change.reason else verdict, found, change.changes)


def _number_verdict(project: Project, dockerfile: Dockerfile, stage: Stage, found: Candidate) -> Verdict:
    """Return whether a USER that is not root may be written by number."""
    written = f"`USER {stage.user.written}` is {found.user} in this image" if stage.user else ""
    evidence = found.source if found.how is How.NUMBER_ONLY else written
    changes_ids = found.how is How.NUMBER_ONLY or (found.account is not None and found.account.ids is None)
    mounts = ", ".join(project.mounts_of(dockerfile, stage)) if changes_ids else ""
    situation = Situation(Control.USER, Start.NON_ROOT, mounts=mounts, start_up_read=evidence)
    return decide(situation)


def _create_verdict(project: Project, dockerfile: Dockerfile, stage: Stage, found: Candidate) -> Verdict:
    """Return whether a stage that runs as root may get the candidate."""
    start_up = read_start_up(project, dockerfile, stage)
    configured, trial = project.configured_user(dockerfile, stage), project.trial_of(dockerfile, stage)
    tried = trial.source if trial and found.user.has_ids_of(trial.user) else ""
    reason = _refutation(project, dockerfile, stage, found.user) or _for_children(stage)
    if reason := reason or ("" if tried else _stays_root(project, dockerfile, stage, start_up)):
        return Verdict(Safety.HELD, reason)
    proof = f"the configuration says that it runs as {configured}" if configured else tried
    word = stage.user
    opposite = f"USER {word.written}" if word is not None and _user_before_root(stage) is None else ""
    situation = Situation(
        control=Control.USER,
        start=Start.ROOT,
        proof=proof,
        opposite=opposite,
        mounts=", ".join(project.mounts_of(dockerfile, stage)),
        unread=start_up.reason if isinstance(start_up, Unreadable) and not tried else "",
        start_up_read=_evidence(start_up, found, proof),
        doubt="" if tried else _doubt(project, dockerfile, stage, found.user),
    )
    return decide(situation)


def _stays_root(project: Project, dockerfile: Dockerfile, stage: Stage, start_up: StartUp) -> str:
    """Return why a stage that runs as root has to; empty where nothing says so."""
    if reason := kept_in_root_home(stage):
        return reason
    configured = project.configured_user(dockerfile, stage)
    if isinstance(start_up, NeedsRoot) and not (start_up.master and configured):
        return start_up.reason
    trial = project.trial_of(dockerfile, stage)
    if trial and trial.user and trial.user.uid == 0 and not configured:
        return f"it works as root, and was not seen to work without: {trial.source}"
    return ""


def _refutation(project: Project, dockerfile: Dockerfile, stage: Stage, user: User) -> str:
    """Return which trial saw a service that builds the stage fail as that user; empty where none did."""
    shown = (facts for facts in project.trials_of(dockerfile, stage) if facts is not None)
    return next(filter(None, (refutation(facts, user) for facts in shown)), "")


def _doubt(project: Project, dockerfile: Dockerfile, stage: Stage, user: User) -> str:
    """Return what may stop the program as that user; empty where nothing is seen."""
    services = project.builders(dockerfile, stage)
    of_services = (roots_own(one, user, is_fixed=project.selects(COMPOSE_USER, one)) for one in services)
    return doubt(stage) or left_to_root(stage) or next(filter(None, of_services), "")


def _evidence(start_up: StartUp, found: Candidate, proof: str) -> str:
    if isinstance(start_up, ReadNoRoot):
        return f"{start_up.evidence}; {found.source}" if found.source else start_up.evidence
    return proof


def _user_before_root(stage: Stage) -> str | None:
    """Return the last user besides root that the stages switch to before a final `USER root`."""
    words = [scope.user for home in stage.chain for scope in home.scopes if scope.user is not None]
    others = [word.expanded for word in words if word.expanded and not word.is_root]
    return others[-1] if others else None


def _for_children(stage: Stage) -> str:
    """Return what images built from this one run as whom it ends; empty where nothing does."""
    later = (found for home in stage.chain for found in home.instructions if found.keyword == "ONBUILD")
    command = next((found for found in later if found.value.upper().startswith("RUN")), None)
    return f"line {command.line} runs in images that are built from it, and may need root there" if command else ""


def _start(current: User | None, task: Task) -> Start:
    if task is Task.UNKNOWN:
        return Start.UNKNOWN
    if current is None:
        return Start.NON_ROOT
    return Start.ROOT if current.uid == 0 else Start.NON_ROOT


def _why_unknown(stage: Stage) -> str:
    if stage.family == "windows":
        return "Windows images have other users than Linux ones"
    if stage.user is not None:
        return f"a variable without a value stands in `USER {stage.user.written}`"
    root = stage.chain[0]
    return f"no profile says as whom {root.base or root.written_base} runs, and whether it brings a user"
