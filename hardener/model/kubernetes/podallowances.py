"""What the new users of a pod need to do what root could: a group on their claims, and ports below 1024."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hardener.model.finding import Safety
from hardener.model.kubernetes.fields import items_at, text_at
from hardener.model.kubernetes.podclaims import group_claims
from hardener.model.kubernetes.podfiles import closed_to_others
from hardener.model.kubernetes.podidentity import Identity, PodIdentity
from hardener.model.kubernetes.workload import Pod
from hardener.text.changes import Include, Put, YamlChange

CONTAINERS = ("containers", "initContainers")
"""What the pod's own securityContext stands in front of."""
PORT_START = "net.ipv4.ip_unprivileged_port_start"
"""The sysctl, safe since Kubernetes 1.22, that says from which port on nobody needs a privilege."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """What is added to a pod together with its users."""

    pod: Pod
    group: int | None = None
    """The fsGroup that the pod gets."""
    low_ports: bool = False
    """Whether the pod gets the sysctl for ports below 1024."""
    reason: str = ""
    """Why what the users need cannot be added; empty where it can."""

    def changes(self) -> Iterator[YamlChange]:
        """Yield the changes to the pod's securityContext."""
        if self.group is not None:
            yield Put(self.pod.path("securityContext", "fsGroup"), self.group, before=CONTAINERS)
            # else the kubelet walks through all files at each start
            if self.pod.security("fsGroupChangePolicy") is None:
                place = self.pod.path("securityContext", "fsGroupChangePolicy")
                yield Put(place, "OnRootMismatch", before=CONTAINERS)
        if self.low_ports:
            item = {"name": PORT_START, "value": "0"}
            yield Include(self.pod.path("securityContext", "sysctls"), item, before=CONTAINERS)

    def caveats(self, identities: tuple[Identity, ...]) -> Iterator[str]:
        """Yield what has to be done for these containers, or looked at."""
        grouped = self.group is not None or self.pod.security("fsGroup") is not None
        for identity in identities:
            by_group = _claims(identity) if grouped else ()
            if by_group and self.group is not None:
                yield f"the files under {', '.join(by_group)} become writable for the group {self.group} (fsGroup)"
            closed = closed_to_others(identity.container) if identity.mounts else ()
            if closed:
                yield f"only their owner may read the files under {', '.join(closed)}: let {identity.user} do so"
            others = [path for path in identity.mounts if path not in (*by_group, *closed)]
            if others:
                yield f"give the files under {', '.join(others)} to {identity.user} first, with chown -R"


def allowances(planned: PodIdentity) -> Allowances:
    """Return what the containers need that get another user than root in this run."""
    pod = planned.pod
    changed = [identity for identity in planned.open if _changes(identity)]
    groups = sorted({identity.user.gid for identity in changed if identity.user is not None and _claims(identity)})
    if pod.security("fsGroup") is not None:
        groups = []
    if len(groups) > 1:
        ids = ", ".join(str(group) for group in groups)
        return Allowances(pod, reason=f"the groups {ids} write to its claims, and a pod has one fsGroup: choose it")
    ports = [port for identity in changed for port in identity.low_ports]
    if ports and (pod.shares("hostNetwork") or any(each.patched("hostNetwork") for each in pod.containers)):
        return Allowances(pod, reason=f"on the node's network port {ports[0]} is root's: let it listen on a higher one")
    return Allowances(pod, groups[0] if groups else None, low_ports=bool(ports) and not _has_sysctl(pod))


def _changes(identity: Identity) -> bool:
    held = identity.verdict is None or identity.verdict.safety is Safety.HELD
    return identity.is_new and not held


def _claims(identity: Identity) -> tuple[str, ...]:
    """Return where the container writes to claims as another user than so far, if a group can be given those."""
    return group_claims(identity.container) if identity.is_new else ()


def _has_sysctl(pod: Pod) -> bool:
    return any(text_at(item, "name") == PORT_START for item in items_at(pod.spec, "securityContext", "sysctls"))
