"""Run every container as the numeric user that its image is made for.

Root in a container is root on the node the moment anything else fails: a kernel bug, a mounted socket, a host path.
`runAsNonRoot: true` makes the kubelet refuse to start a container as root; the numeric `runAsUser` and `runAsGroup`
let it check that, and keep a new image from changing the user silently. They stand once at the pod where all
containers agree, else at the containers.

The user is the one that the image already runs as, known from its Dockerfile in this project, from an image profile or
from the configuration. Where nothing is known, nothing is written: a made-up id cannot read the program's own files.

What may break: files on a volume that belong to another user, and ports below 1024. To check, look at `kubectl exec
POD -- id` and at the pod's events: "container has runAsNonRoot and image will run as root" says that the image is
another one than was thought.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Start
from hardener.model.fields import is_true, number
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes import KubernetesFile
from hardener.model.podidentity import Identity, PodIdentity, identify
from hardener.model.project import Project
from hardener.model.workload import Container, Pod, weakest
from hardener.rules import Rule
from hardener.text.changes import Put, Remove, YamlChange

RULE = Rule(
    title="run as a non-root user",
    references=(
        "Pod Security Standards restricted: Running as Non-root, Running as Non-root user",
        "CIS Kubernetes 1.9: 5.2.7",
    ),
    level="baseline",
    caveat="files on volumes that belong to another user become unreadable, and ports below 1024 cannot be opened",
)
CONTAINERS = ("containers", "initContainers")
"""What the pod's own securityContext stands in front of."""


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        planned = identify(project, pod)
        missing = planned.open
        if planned.together and missing:
            yield _finding(pod, missing, *_pod_changes(planned))
            continue
        for identity in missing:
            yield _finding(identity.container, (identity,), *_container_changes(identity))


def _finding(subject: Pod | Container, identities: tuple[Identity, ...], *changes: YamlChange) -> Finding:
    requires = dict.fromkeys(key for identity in identities if identity.user for key in identity.image.requires)
    return subject.finding(
        _message(identities),
        *changes,
        verdict=weakest(identity.verdict for identity in identities if identity.verdict is not None),
        span=subject.span,
        caveat=_caveat(identities),
        requires=tuple(requires),
    )


def _message(identities: tuple[Identity, ...]) -> str:
    starts = {identity.start for identity in identities}
    if Start.ROOT in starts:
        return "runs as root"
    return "may run as root" if Start.UNKNOWN in starts else "does not say as which non-root user it must run"


def _caveat(identities: tuple[Identity, ...]) -> str | None:
    given_away = [_give_away(identity) for identity in identities if identity.mounts]
    if given_away or any(identity.start is not Start.NON_ROOT for identity in identities):
        return " ".join(given_away) or None
    return ""


def _give_away(identity: Identity) -> str:
    return f"give the files under {', '.join(identity.mounts)} to {identity.user} first, with chown -R"


def _pod_changes(planned: PodIdentity) -> Iterator[YamlChange]:
    pod, user = planned.pod, planned.shared_user
    for identity in planned.open:
        demand = identity.container.security("runAsNonRoot")
        if demand is not None and demand.truth is False:
            yield Put(demand.path, True)
        if user is None:
            yield from _user(identity)
    inherit = any(identity.container.security("runAsNonRoot") is None for identity in planned.identities)
    if inherit and not is_true(pod.security("runAsNonRoot")):
        yield Put(pod.path("securityContext", "runAsNonRoot"), True, before=CONTAINERS)
    if user is not None:
        yield Put(pod.path("securityContext", "runAsUser"), user.uid, before=CONTAINERS)
        if pod.security("runAsGroup") is None:
            yield Put(pod.path("securityContext", "runAsGroup"), user.gid, before=CONTAINERS)
    elif number(pod.security("runAsUser")) == 0:
        yield Remove(pod.path("securityContext", "runAsUser"))


def _container_changes(identity: Identity) -> Iterator[YamlChange]:
    if identity.verdict is None or identity.verdict.safety is Safety.HELD:
        return
    if not is_true(identity.container.effective("runAsNonRoot")):
        yield Put(identity.container.path("securityContext", "runAsNonRoot"), True)
    yield from _user(identity)


def _user(identity: Identity) -> Iterator[YamlChange]:
    container, user = identity.container, identity.user
    if user is None:
        return
    yield Put(container.path("securityContext", "runAsUser"), user.uid)
    if container.effective("runAsGroup") is None:
        yield Put(container.path("securityContext", "runAsGroup"), user.gid)
