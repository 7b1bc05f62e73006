"""Run every container as the numeric user that its image is made for.

Root in a container is root on the node the moment anything else fails: a kernel bug, a mounted socket, a host path.
`runAsNonRoot: true` makes the kubelet refuse to start a container as root; the numeric `runAsUser` and `runAsGroup`
let it check that, and keep a new image from changing the user silently. They stand once at the pod where all
containers agree, else at the containers.

The user is the one that the image already runs as, known from its Dockerfile in this project, from an image profile or
from the configuration. Where nothing is known, nothing is written: a made-up id cannot read the program's own files.

A user that is new to a claim gets its group there (`fsGroup`, which the kubelet gives the files to), unless that is
PostgreSQL, which refuses it. Ports below 1024 are opened to all by the sysctl `net.ipv4.ip_unprivileged_port_start`,
which concerns the pod alone; NET_BIND_SERVICE would not help a process that is not root.

What may break: files on other volumes that belong to another user. To check, look at `kubectl exec
POD -- id` and at the pod's events: "container has runAsNonRoot and image will run as root" says that the image is
another one than was thought.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Start, Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.fields import is_true, number
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podallowances import CONTAINERS, Allowances, allowances
from hardener.model.kubernetes.podidentity import Identity, PodIdentity, identify
from hardener.model.kubernetes.workload import Container, Pod, weakest
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put, Remove, YamlChange

RULE = Rule(
    title="run as a non-root user",
    level="baseline",
    caveat="files on volumes that belong to another user become unreadable",
)


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        planned = identify(project, pod)
        missing = planned.open
        given = allowances(planned)
        if planned.together and missing:
            yield _finding(pod, missing, given, *_pod_changes(planned))
            continue
        for identity in missing:
            yield _finding(identity.container, (identity,), given, *_container_changes(identity))


def _finding(
    subject: Pod | Container, identities: tuple[Identity, ...], given: Allowances, *changes: YamlChange
) -> Finding:
    requires = dict.fromkeys(key for identity in identities if identity.user for key in identity.image.requires)
    verdict = weakest(identity.verdict for identity in identities if identity.verdict is not None)
    if given.reason and verdict.safety is not Safety.HELD and any(identity.is_new for identity in identities):
        verdict = Verdict(Safety.HELD, given.reason)
    return subject.finding(
        _message(identities),
        *changes,
        *(given.changes() if changes and any(identity.user for identity in identities) else ()),
        verdict=verdict,
        span=subject.span,
        caveat=_caveat(identities, given),
        requires=tuple(requires),
    )


def _message(identities: tuple[Identity, ...]) -> str:
    starts = {identity.start for identity in identities}
    if Start.ROOT in starts:
        return "runs as root"
    return "may run as root" if Start.UNKNOWN in starts else "does not say as which non-root user it must run"


def _caveat(identities: tuple[Identity, ...], given: Allowances) -> str | None:
    caveats = list(given.caveats(identities))
    if caveats or any(identity.start is not Start.NON_ROOT for identity in identities):
        return "; ".join(caveats) or None
    return ""


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
