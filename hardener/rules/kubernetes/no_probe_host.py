"""Let probes and hooks go to the pod itself.

A probe's `host` makes the kubelet send requests from the node's network to any address: a way to reach what only the
node may reach. Without it the probe goes to the pod's own address, as nearly always meant.

What may break: a program that listens on 127.0.0.1 only. Beside `hostNetwork: true` that is likely, and the finding is
held.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.finding import Finding
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import probe_hosts, taken_away
from hardener.model.kubernetes.workload import Container
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="let probes and hooks go to the pod itself",
    level="baseline",
    caveat="a probe fails where the program listens on 127.0.0.1 only",
)


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        hosts = probe_hosts(container)
        if hosts:
            words = ", ".join(dict.fromkeys(host.text or "" for host in hosts))
            yield container.finding(
                f"has probes or hooks that go to an address of their own: {words}",
                *(Remove(host.path) for host in hosts),
                verdict=taken_away(container, f"host: {words}", hosts[0], depends=_depends(container)),
                span=(hosts[0].key_start, hosts[0].end),
            )


def _depends(container: Container) -> str:
    if container.pod.shares("hostNetwork"):
        return "`hostNetwork: true`: it may listen on the node's loopback address only"
    return ""
