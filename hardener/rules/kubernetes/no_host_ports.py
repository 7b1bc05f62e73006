"""Take no port of the node.

A `hostPort` is reached at the node's own address, past services and often past network policies, keeps two such pods
from sharing a node, and is rarely wanted: a Service publishes a port for the whole cluster.

It stays in a DaemonSet, which serves on every node's own address, and beside `hostNetwork: true`, which takes the port
anyway.

What may break: whoever connects to the node's address. Look for that in load balancers and monitoring before.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.finding import Finding
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import host_ports, taken_away
from hardener.model.kubernetes.workload import Container
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="take no port of the node",
    level="baseline",
    caveat="nobody reaches it at the node's address any more: a Service publishes its port instead",
)


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        ports = host_ports(container)
        if ports:
            words = ", ".join(port.text or "" for port in ports)
            yield container.finding(
                f"takes a port of its node: {words}",
                *(Remove(port.path) for port in ports),
                verdict=taken_away(container, f"hostPort: {words}", ports[0], depends=_depends(container)),
                span=(ports[0].key_start, ports[0].end),
            )


def _depends(container: Container) -> str:
    if container.pod.shares("hostNetwork"):
        return "`hostNetwork: true` takes the ports of the node anyway: decide about that first"
    if container.pod.kind == "DaemonSet":
        return "a DaemonSet serves on the address of every node"
    return ""
