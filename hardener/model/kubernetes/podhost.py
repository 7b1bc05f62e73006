"""What in a pod shows that it works on its node, so that its share in what is the node's cannot just be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Safety
from hardener.model.hostuse import TOOLS, started, works_on_hosts
from hardener.model.kubernetes.fields import items_at, number, text_at, value_at
from hardener.model.kubernetes.workload import Container, Pod
from hardener.model.startup.privileges import is_setuid_helper
from hardener.text.yamlcursor import Cursor

_NODE = (
    *("/boot", "/dev", "/etc/cni", "/etc/kubernetes", "/lib/modules", "/opt/cni", "/proc", "/run", "/sys", "/var/log"),
    *("/var/run", "/var/lib/containerd", "/var/lib/docker", "/var/lib/kubelet"),
)
"""Places where a node keeps what is its own, and no program's data."""

_KERNEL = "/proc/sys/"
"""Where the kernel's settings stand as files."""

_HANDLERS = (
    *((probe,) for probe in ("livenessProbe", "readinessProbe", "startupProbe")),
    *(("lifecycle", hook) for hook in ("postStart", "preStop")),
)
_REQUESTS = ("httpGet", "tcpSocket")
_FIRST_UNPRIVILEGED = 1024

_SYSTEM = "kube-system"
"""The namespace of what Kubernetes itself consists of."""
_CRITICAL = ("system-cluster-critical", "system-node-critical")
"""The priorities of what a cluster or a node cannot do without."""


class HostPath(NamedTuple):
    """A volume that is a place of the node."""

    position: int
    """Counted from 0, under `volumes`."""
    name: str
    path: str
    cursor: Cursor

    @property
    def is_nodes(self) -> bool:
        """Whether the node keeps something of its own there."""
        place = PurePosixPath(self.path)
        return self.path == "/" or any(place.is_relative_to(other) for other in _NODE)


def host_paths(pod: Pod) -> tuple[HostPath, ...]:
    """Return the pod's volumes that are places of its node."""
    volumes = enumerate(items_at(pod.spec, "volumes"))
    return tuple(
        HostPath(index, text_at(volume, "name"), text_at(volume, "hostPath", "path"), volume)
        for index, volume in volumes
        if volume.get("hostPath") is not None
    )


def host_ports(container: Container) -> tuple[Cursor, ...]:
    """Return the values of `hostPort` among the container's ports; 0 is none."""
    ports = (value_at(port, "hostPort") for port in items_at(container.cursor, "ports"))
    return tuple(port for port in ports if port is not None and number(port) != 0)


def low_ports(container: Container) -> tuple[int, ...]:
    """Return the ports of a container that only root may listen on, unless a sysctl says otherwise."""
    ports = (number(value_at(port, "containerPort")) for port in items_at(container.cursor, "ports"))
    return tuple(port for port in ports if port is not None and 0 < port < _FIRST_UNPRIVILEGED)


def probe_hosts(container: Container) -> tuple[Cursor, ...]:
    """Return the addresses that probes and hooks of a container go to, where they name one."""
    found = (value_at(container.cursor, *handler, request, "host") for handler in _HANDLERS for request in _REQUESTS)
    return tuple(host for host in found if host is not None and host.text)


def programs(container: Container) -> tuple[str, ...]:
    """Return the names of the programs that the manifest itself starts: its command and arguments, or their script."""
    return started(container.words)


def setuid_helper(container: Container) -> str:
    """Return a setuid program that the command, a hook or a probe starts, in words; empty where none does."""
    commands = {"command": container.words} | {
        handler[-1]: [item.text or "" for item in items_at(container.cursor, *handler, "exec", "command")]
        for handler in _HANDLERS
    }
    found = ((name, where) for where, words in commands.items() for name in started(words) if is_setuid_helper(name))
    return next((f"`{name}` in its {where}" for name, where in found), "")


def tool(container: Container) -> str:
    """Return what the manifest starts that works on the node, in words; empty where there is none."""
    shown = next((name for name in programs(container) if name in TOOLS), "")
    if not shown and any(_KERNEL in word for word in container.words):
        shown = _KERNEL
    return f"`{shown}` in its command" if shown else ""


def nodes_mount(container: Container) -> str:
    """Return a place of the node's own that is mounted, in words; empty where there is none."""
    nodes = {volume.name: volume.path for volume in host_paths(container.pod) if volume.is_nodes}
    return next((f"`hostPath: {nodes[mount.volume]}`" for mount in container.mounts if mount.volume in nodes), "")


def works_on_node(container: Container) -> str:
    """Return what shows that a container works on its node, in words; empty where nothing does."""
    shown = f"`image: {container.image}`" if works_on_hosts(container.deployed_image) else ""
    return nodes_mount(container) or tool(container) or shown


def pod_works_on_node(pod: Pod) -> str:
    """Return what shows that a pod works on its node, in words; empty where nothing does."""
    if _SYSTEM in (pod.namespace, *pod.overlay.namespaces):
        return f"`namespace: {_SYSTEM}`"
    priority = text_at(pod.spec, "priorityClassName")
    if priority in _CRITICAL:
        return f"`priorityClassName: {priority}`"
    return next(_shown(pod), "")


def _shown(pod: Pod) -> Iterator[str]:
    for container in pod.containers:
        if container.privileged:
            yield f"`privileged: true` of {container.role} {container.name}"
        if shown := works_on_node(container):
            yield f"{shown} of {container.role} {container.name}"


def taken_away(
    subject: Pod | Container, opposite: str, value: Cursor, *, proof: str = "", depends: str = ""
) -> Verdict:
    """Return whether what stands there explicitly may be taken away; `depends` is what visibly needs it."""
    if depends:
        return Verdict(Safety.HELD, depends)
    reasoned = subject.document.has_comment_beside(value.end)
    return decide(Situation(Control.ISOLATION, Start.UNKNOWN, proof=proof, opposite=opposite, reasoned=reasoned))
