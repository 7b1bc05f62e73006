"""Drop every Linux capability that a container does not need.

Container runtimes grant fourteen capabilities by default, among them to change the owner of any file, to become any
user and to open raw sockets. A process that starts as a non-root user has none of them in force, so nothing is lost;
one that starts as root and steps down needs a few, which the image's profile names: they come back under `add`. So do
those that a justified exception grants, with a comment that names its decision record; what is needed and had one that
expired waits for a person.

What may break: a process that needs a capability fails with EPERM ("Operation not permitted") until it is listed under
`add`. To check, run `kubectl exec POD -- grep Cap /proc/1/status`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.exceptions import renewal
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podfiles import closed_to_root
from hardener.model.kubernetes.podidentity import privileged_program
from hardener.model.kubernetes.podprivileges import ALLOWED, obstacle
from hardener.model.kubernetes.workload import Container
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Include, Replace

RULE = Rule(
    title="drop all capabilities",
    level="baseline",
    caveat="a process that needs a capability fails with EPERM until it is listed under capabilities.add",
)


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        dropped = {item.text or "": item for item in container.dropped_capabilities}
        if "ALL" in dropped:
            continue
        misspelt = next((item for text, item in dropped.items() if text.upper() == "ALL"), None)
        if misspelt is not None and misspelt.text:
            yield container.finding(
                "drops capabilities under a name that Pod Security admission does not accept",
                Replace(misspelt.path, misspelt.text, "ALL"),
                verdict=_same_effect(misspelt.text),
                span=(misspelt.start, misspelt.end),
            )
            continue
        yield _default(project, container)


def _default(project: Project, container: Container) -> Finding:
    program = privileged_program(project, container)
    others = (*container.stateful_mounts, *closed_to_root(container))
    add = container.path("securityContext", "capabilities", "add")
    granted = project.granted(container)
    comments = dict.fromkeys(program.needed, "") | {name: one.comment for name, one in granted.items()}
    missing = [name for name in program.needed if name not in {ALLOWED, *container.added_capabilities}]
    in_the_way = obstacle(project, container, ("ALL",), "`{}` gives every capability back")
    return container.finding(
        "keeps every capability" if in_the_way.reason else "keeps the runtime's default capabilities",
        Include(container.path("securityContext", "capabilities", "drop"), "ALL"),
        *(Include(add, name, comment=text) for name, text in comments.items()),
        verdict=Verdict(Safety.HELD, in_the_way.reason)
        if in_the_way.reason
        else renewal(missing, project.lapsed(container), program.source)
        or decide(program.situation(Control.CAPABILITIES, others=others)),
        requires=(*program.requires, *in_the_way.requires),
    )


def _same_effect(word: str) -> Verdict:
    return decide(Situation(Control.CAPABILITIES, Start.ROOT, proof=f"runtimes read `{word}` as ALL"))
