"""Keep processes from gaining privileges that their parent did not have.

`allowPrivilegeEscalation: false` sets the kernel's no-new-privileges flag: setuid bits and file capabilities have no
effect any more, so that a `sudo` or `ping` in the image makes nobody root. Kubernetes' default is to allow it. A
program that starts as root and steps down with `gosu` or `setpriv` is not affected.

The API server rejects it beside `privileged: true` or the capability SYS_ADMIN: there the finding is held.

What may break: programs that work through a setuid binary or file capabilities. To check, run `kubectl exec POD --
grep NoNewPrivs /proc/1/status`: it says 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Control, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.fields import not_boolean, span_of
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podidentity import privileged_program
from hardener.model.kubernetes.podprivileges import obstacle
from hardener.model.kubernetes.workload import Container
from hardener.model.program import Program
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put

RULE = Rule(
    title="forbid privilege escalation",
    level="baseline",
    caveat="setuid programs (sudo, su, ping) and file capabilities have no effect any more",
)


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        value = container.security("allowPrivilegeEscalation")
        if value is not None and value.truth is False:
            continue
        program = privileged_program(project, container)
        in_the_way = obstacle(project, container, ("SYS_ADMIN",), "the API server rejects it beside `{}`")
        reason = in_the_way.reason or not_boolean(value)
        gifts = _gifts(project, container, program)
        situation = program.situation(
            Control.NO_NEW_PRIVILEGES,
            opposite=f"allowPrivilegeEscalation: {value.text}" if value is not None else gifts,
            reasoned=value is not None and document.has_comment_beside(value.end),
        )
        yield container.finding(
            "may gain privileges through setuid programs",
            Put(container.path("securityContext", "allowPrivilegeEscalation"), False),
            verdict=Verdict(Safety.HELD, reason) if reason else decide(situation),
            span=span_of(value),
            requires=(*program.requires, *in_the_way.requires),
        )


def _gifts(project: Project, container: Container, program: Program) -> str:
    """Return the added or granted capabilities that a user who is not root can use only through file capabilities."""
    drops_all = any(item.text == "ALL" for item in container.dropped_capabilities)
    granted = () if drops_all else project.granted(container)  # added where all are dropped by us
    added = ", ".join(dict.fromkeys([*container.added_capabilities, *granted]))
    return f"capabilities.add: {added}" if added and program.start is Start.NON_ROOT else ""
