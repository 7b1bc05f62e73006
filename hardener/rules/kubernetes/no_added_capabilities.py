"""Add no capability that nothing is known to need.

Each capability is a part of root's power: NET_ADMIN rewrites the network, SYS_PTRACE reads other processes, SYS_ADMIN
is nearly all of it. What an image's profile or the configuration names stays, and so do NET_BIND_SERVICE, which Pod
Security Standards restricted allows, and what a justified exception grants, until the last day of that. For a process
that starts non-root an added capability is never in force, unless a program gets it from its file.

It stays where something shows that it is used: a program such as `iptables` in the command, the node's network, a
device.

What may break: what used it fails with EPERM ("Operation not permitted"). To check, run `kubectl exec POD -- grep Cap
/proc/1/status`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.capabilities import plain
from hardener.model.finding import Finding
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podidentity import privileged_program
from hardener.model.kubernetes.podprivileges import added_verdict, excess, expired
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Exclude

RULE = Rule(
    title="add no capability that nothing is known to need",
    level="baseline",
    caveat="what used the capability fails with EPERM",
)


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        program = privileged_program(project, container)
        surplus = excess(project, container)
        if surplus:
            words = [item.text or "" for item in surplus]
            needed = any(plain(word) in program.needed for word in words)
            why = "no exception grants any more" if needed else "nothing is known to need"
            past = "".join(f"; {one.past}" for one in expired(project, container, surplus)[:1])
            yield container.finding(
                f"adds capabilities that {why}: {', '.join(words)}{past}",
                *(Exclude(container.path("securityContext", "capabilities", "add"), word) for word in words),
                verdict=added_verdict(project, container, surplus),
                span=(surplus[0].start, surplus[-1].end),
                requires=program.requires,
            )
