"""As whom the containers of a pod run, and as whom they could: one fact for every rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from hardener.model.dockerfile.nonroot import low_ports_of
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Key, Safety
from hardener.model.kubernetes.fields import is_true, not_boolean, number
from hardener.model.kubernetes.podfiles import closed_to_others
from hardener.model.kubernetes.podhost import low_ports, setuid_helper
from hardener.model.kubernetes.workload import Container, Pod
from hardener.model.program import Program
from hardener.model.settings import User

if TYPE_CHECKING:
    from hardener.model.project import Project

RUN_AS_NON_ROOT = "kubernetes-run-as-non-root"


@dataclass(frozen=True, slots=True)
class Identity:
    """What should hold for the user of one container."""

    container: Container
    image: Program
    """What its image starts."""
    verdict: Verdict | None = None
    """Whether that may be put in force; None where the manifest already says it all."""
    user: User | None = None
    """The user to write; None where the manifest names one, or none is known."""
    opposite: str = ""
    """The explicit opposite as it stands in the file: `runAsUser: 0`."""
    reasoned: bool = False
    """A comment stands beside it."""
    low_ports: tuple[int, ...] = ()
    """Those below 1024 that it listens on, as its manifest or its Dockerfile says."""

    @property
    def start(self) -> Start:
        """As whom it starts now."""
        uid = self.container.user_id
        return self.image.start if uid is None else Start.NON_ROOT if uid else Start.ROOT

    @property
    def is_new(self) -> bool:
        """Whether its user is another one than so far: by what it gets itself, or by its Dockerfile in this run."""
        changed = self.opposite or self.image.start is Start.ROOT or self.image.requires
        return self.user is not None and bool(changed)

    @property
    def mounts(self) -> tuple[str, ...]:
        """The mounts with files from before the pod, or that others may not read, if another user comes to them."""
        changes = self.user is not None and (self.opposite or self.image.start is Start.ROOT)
        return (*self.container.stateful_mounts, *closed_to_others(self.container)) if changes else ()


@dataclass(frozen=True)
class PodIdentity:
    """What should hold for all containers of a pod."""

    pod: Pod
    identities: tuple[Identity, ...]
    unsafe_fixes: bool = False
    """Whether this run applies what is unsafe too."""

    @cached_property
    def open(self) -> tuple[Identity, ...]:
        """The containers for which something is missing."""
        return tuple(identity for identity in self.identities if identity.verdict is not None)

    @cached_property
    def together(self) -> bool:
        """Whether what is missing is said once for the pod: it can all be fixed, and no container speaks for itself."""
        safeties = {identity.verdict.safety for identity in self.open if identity.verdict is not None}
        apart = any(_speaks_for_itself(identity) for identity in self.identities)
        return (self.unsafe_fixes or len(safeties) <= 1) and Safety.HELD not in safeties and not apart

    @property
    def shared_user(self) -> User | None:
        """The user that all containers get, none of which names one itself."""
        users = {identity.user for identity in self.identities}
        named = any(
            identity.container.security(key) is not None
            for identity in self.identities
            for key in ("runAsUser", "runAsGroup")
        )
        return None if named or len(users) != 1 else users.pop()

    def key(self, container: Container) -> Key:
        """Return the name of the finding that speaks about this container's user."""
        subject = self.pod.subject if self.together else container.subject
        return Key(RUN_AS_NON_ROOT, self.pod.document.file, subject)


def _speaks_for_itself(identity: Identity) -> bool:
    """Whether a container says all or half of it in its own words, as an earlier run may have made it do."""
    settled = identity.verdict is None and identity.container.security("runAsUser") is not None
    return settled or is_true(identity.container.security("runAsNonRoot"))


def identify(project: Project, pod: Pod) -> PodIdentity:
    """Return as whom the containers of a pod should run."""
    return project.once(_identify, pod)


def _identify(project: Project, pod: Pod) -> PodIdentity:
    identities = tuple(_identity(project, container) for container in pod.containers)
    return PodIdentity(pod, identities, project.settings_of(pod).unsafe_fixes)


def program_of(project: Project, container: Container) -> Program:
    """Return what is known of what a container runs, started as the manifest will say after this run."""
    return project.once(_program_of, container)


def _program_of(project: Project, container: Container) -> Program:
    program = _planned_program(project, container)
    return program if program.start is Start.ROOT else program.using(setuid_helper(container))


def _planned_program(project: Project, container: Container) -> Program:
    program = container.started_program(project)
    if program.start is Start.NON_ROOT or not project.selects(RUN_AS_NON_ROOT, container):
        return program
    planned = identify(project, container.pod)
    identity = next(identity for identity in planned.identities if identity.container is container)
    allowed = {Safety.SAFE, Safety.UNSAFE} if project.settings_of(container).unsafe_fixes else {Safety.SAFE}
    if identity.user is None or identity.verdict is None or identity.verdict.safety not in allowed:
        return program
    return program.started_as(identity.user, requires=(planned.key(container), *identity.image.requires))


def privileged_program(project: Project, container: Container) -> Program:
    """Return the container's program as the privileges that it needs depend on it: without what is not fixed."""
    return program_of(project, container).in_force(unsafe_fixes=project.settings_of(container).unsafe_fixes)


def _identity(project: Project, container: Container) -> Identity:
    image = container.image_program(project)
    unreadable = _unreadable(container)
    if unreadable:
        return Identity(container, image, _held(unreadable))
    demanded = is_true(container.effective("runAsNonRoot"))
    opposite, reasoned = _opposite(container)
    if container.user_id:
        verdict = None if demanded else _for_named_user(container.user_id, opposite)
        return Identity(container, image, verdict, opposite=opposite)
    user = _known_user(image)
    if user is None:
        return Identity(container, image, None if demanded and not opposite else _held(_why_unknown(image, opposite)))
    if place := image.data_left_to_root(lambda path: any(mount.covers(path) for mount in container.mounts)):
        return Identity(container, image, _held(f"its image leaves {place} to root, and nothing is mounted there"))
    ports = dict.fromkeys((*low_ports(container), *low_ports_of(project, container.deployed_image)))
    identity = Identity(container, image, None, user, opposite, reasoned, tuple(ports))
    return replace(identity, verdict=_for_known_user(identity))


def _unreadable(container: Container) -> str:
    uid, demand = container.effective("runAsUser"), container.effective("runAsNonRoot")
    if uid is not None and container.user_id is None:
        return f"`runAsUser: {uid.text}` is no number that can be read"
    patched = container.patched("runAsUser")
    return not_boolean(demand) or (f"{patched.file} patches it with `{patched.words}`" if patched else "")


def _opposite(container: Container) -> tuple[str, bool]:
    """Return the explicit opposite as it stands there, and whether a comment stands beside it."""
    for key in ("runAsUser", "runAsNonRoot"):
        value = container.effective(key)
        if value is not None and (number(value) == 0 or value.truth is False):
            return f"{key}: {value.text}", container.document.has_comment_beside(value.end)
    return "", False


def _known_user(image: Program) -> User | None:
    """Return the user that the image runs as, or can be started as directly."""
    if image.start is Start.NON_ROOT:
        return image.user
    return image.works_as if image.direct else None


def _why_unknown(image: Program, opposite: str) -> str:
    if image.unknown:
        reason = image.unknown
    elif image.start is Start.NON_ROOT:
        reason = "the image names its user without a number, which the kubelet cannot check"
    elif image.works_as is not None:
        reason = f"it starts as root and steps down to {image.works_as} itself; whether it can start so is not known"
    else:
        reason = "it starts as root, and no other user of the image is known"
    return f"`{opposite}` stands there; {reason}" if opposite else reason


def _for_named_user(uid: int, opposite: str) -> Verdict:
    proof = "" if opposite else f"`runAsUser: {uid}` stands there"
    return decide(Situation(Control.USER, Start.NON_ROOT, proof=proof, opposite=opposite))


def _for_known_user(identity: Identity) -> Verdict:
    image = identity.image
    situation = image.situation(
        Control.USER, opposite=identity.opposite, reasoned=identity.reasoned, mounts=", ".join(identity.mounts)
    )
    verdict = decide(situation)
    if image.start is not Start.NON_ROOT and not (identity.opposite or identity.mounts):
        return verdict._replace(reason=f"its image starts as root and steps down to {identity.user} itself")
    return verdict


def _held(reason: str) -> Verdict:
    return decide(Situation(Control.USER, Start.UNKNOWN, unknown=reason))
