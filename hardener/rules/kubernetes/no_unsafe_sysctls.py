"""Set no kernel parameter that reaches beyond the pod.

Kubernetes calls a sysctl safe when it belongs to the pod's own namespaces and cannot harm others on the node. All
others are refused by the kubelet unless an administrator of the node allowed them, and by Pod Security Standards in
any case.

What may break: what the parameter was set for, limits of shared memory or queues of connections for example. If a
program needs it, set it on the node.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.finding import Finding
from hardener.model.kubernetes.fields import items_at, text_at
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import taken_away
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="set no kernel parameter that reaches beyond the pod",
    level="baseline",
    caveat="what the parameter was set for goes back to the node's value",
)
SAFE = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
"""By Pod Security Standards of version 1.34."""


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        items = [item for item in items_at(pod.spec, "securityContext", "sysctls") if text_at(item, "name") not in SAFE]
        if items:
            names = ", ".join(text_at(item, "name") for item in items)
            yield pod.finding(
                f"sets kernel parameters that reach beyond the pod: {names}",
                *(Remove(item.path) for item in items),
                verdict=taken_away(pod, f"sysctls: {names}", items[0]),
                span=(items[0].start, items[-1].end),
            )
