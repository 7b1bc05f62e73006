"""Run no container as privileged.

`privileged: true` switches every barrier off at once: all capabilities, all devices of the node, no seccomp, no
AppArmor. Root in such a container is root on the node. Mostly one capability was wanted, and that can be named.

It stays where something beside it shows that the container works on its node: a program such as `sysctl` or `mount` in
its command, a mount of the node's own places, its processes.

What may break: whatever used a device, mounted something or changed the kernel's settings. Start the pod without it,
look at what fails with EPERM, and add that alone under `capabilities.add`. To check: `kubectl get pod POD -o jsonpath=
'{.spec.containers[*].securityContext}'`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.finding import Finding
from hardener.model.kubernetes.fields import span_of
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podprivileges import privileged_verdict
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="run no container as privileged",
    level="baseline",
    caveat="what it did with devices, mounts or the kernel fails with EPERM until its capability is added by name",
)


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        verdict = privileged_verdict(project, container)
        if verdict is not None:
            yield container.finding(
                "has every privilege on its node",
                Remove(container.path("securityContext", "privileged")),
                verdict=verdict,
                span=span_of(container.security("privileged")),
            )
