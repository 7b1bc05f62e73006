"""Share no namespace with the node.

A namespace is what makes a container one. With `hostPID` a pod sees and signals every process of the node, with
`hostIPC` it reads their shared memory, with `hostNetwork` it reaches what listens on the node's loopback address,
listens there itself, and no network policy applies to it.

Each stays where something shows that the pod works on its node: a privileged container, a mount of the node's own
places, a host port or one below 1024, a probe with an address, a DaemonSet on the node's network, the namespace
kube-system.

What may break: whatever looked at the node's processes, talked to the node as `localhost`, or was reached at the
node's address. To check: `kubectl get pod POD -o yaml | grep host`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.hostuse import ON_THE_NETWORK
from hardener.model.kubernetes.fields import span_of, value_at
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import host_ports, low_ports, pod_works_on_node, probe_hosts, taken_away
from hardener.model.kubernetes.workload import Pod
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="share no namespace with the node",
    level="baseline",
    caveat="it does not see the node's processes, memory and network any more",
)
KEYS = ("hostPID", "hostIPC", "hostNetwork")


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        shared = [key for key in KEYS if pod.shares(key)]
        if not shared:
            continue
        depends = {key: reason for key in shared if (reason := _depends(pod, key))}
        loose = [key for key in shared if key not in depends]
        yield pod.finding(
            f"shares a namespace with its node: {', '.join(shared)}",
            *(Remove(pod.path(key)) for key in loose),
            verdict=_verdict(pod, loose) if loose else Verdict(Safety.HELD, "; ".join(dict.fromkeys(depends.values()))),
            span=span_of(value_at(pod.spec, (loose or shared)[0])),
            caveat=f"{RULE.caveat}; what stays: {'; '.join(depends.values())}" if loose and depends else None,
        )


def _verdict(pod: Pod, keys: list[str]) -> Verdict:
    values = [value for key in keys if (value := value_at(pod.spec, key)) is not None]
    commented = next((value for value in values if pod.document.has_comment_beside(value.end)), values[0])
    return taken_away(pod, ", ".join(f"{key}: true" for key in keys), commented)


def _depends(pod: Pod, key: str) -> str:
    """Return what visibly depends on sharing a namespace; empty where nothing does."""
    shown = pod_works_on_node(pod) or (_network(pod) if key == "hostNetwork" else "")
    return f"{shown} shows that it works on its node" if shown else ""


def _network(pod: Pod) -> str:
    if pod.kind == "DaemonSet":
        return "a DaemonSet on the network of every node"
    for container in pod.containers:
        if ports := host_ports(container):
            return f"`hostPort: {ports[0].text}` of {container.role} {container.name}"
        if low := low_ports(container):
            return f"`containerPort: {low[0]}`, a port of the node's there, of {container.role} {container.name}"
        if hosts := probe_hosts(container):
            return f"a probe or hook that goes to {hosts[0].text} of {container.role} {container.name}"
        if added := next((name for name in container.added_capabilities if name in ON_THE_NETWORK), ""):
            return f"`add: {added}` of {container.role} {container.name}"
    return ""
