"""Confine containers to the system calls of the runtime's default seccomp profile.

Docker confines every container so; Kubernetes by default does not. `RuntimeDefault` blocks some fifty system calls
that programs hardly use and exploits do. It stands once at the pod; a container's own value wins over it.

Before Kubernetes 1.19 profiles stood in annotations, `seccomp.security.alpha.kubernetes.io/pod`. Since 1.27 those are
ignored: what they ask for is moved to the field.

What may break: programs that trace others, load kernel modules, or make namespaces of their own (sandboxes of
browsers, image builders) fail with EPERM. What Docker or Compose runs without `seccomp:unconfined` runs under it
already. To check, run `kubectl exec POD -- grep Seccomp /proc/1/status`: it says 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Control, Verdict, decide
from hardener.model.finding import Finding
from hardener.model.kubernetes.fields import span_of
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podseccomp import Asked, asked, fields
from hardener.model.kubernetes.workload import Container, Pod, weakest
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="use the runtime's seccomp profile",
    level="baseline",
    caveat="programs that trace others or make namespaces of their own fail with EPERM",
)
TYPE = ("seccompProfile", "type")
UNCONFINED = "Unconfined"


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        yield from _pod(project, pod)
        for container in pod.containers:
            own = container.security(*TYPE)
            if _has_own_file(container) or (own is not None and own.text == UNCONFINED):
                yield _finding(project, container, [container])


def _pod(project: Project, pod: Pod) -> Iterator[Finding]:
    own = pod.security(*TYPE)
    unset = [container for container in pod.containers if container.security(*TYPE) is None]
    if own is not None and own.text == UNCONFINED:
        yield _finding(project, pod, list(pod.containers))
    elif own is None and not all(_has_own_file(container) for container in unset):
        yield _finding(project, pod, unset)


def _has_own_file(container: Container) -> bool:
    """Whether its own annotation asks for a profile of the node, and no field says otherwise."""
    wish = asked(container)
    return wish is not None and bool(wish.file) and container.effective(*TYPE) is None


def _finding(project: Project, subject: Pod | Container, containers: list[Container]) -> Finding:
    value, wish = subject.security(*TYPE), asked(subject)
    verdicts = [_verdict(project, container, value, asked(container) or wish) for container in containers]
    wishes = [wish, *(asked(each) for each in containers if each is not subject and not _has_own_file(each))]
    moved = [each.annotation for each in wishes if each is not None and value is None]
    return subject.finding(
        "has its seccomp profile in an annotation, which is ignored" if moved else "runs without a seccomp profile",
        *fields(subject, wish if value is None else None),
        *(Remove(each.path) for each in moved if not subject.document.has_comment_beside(each.end)),
        verdict=weakest(verdicts),
        span=span_of(value or (wish.annotation if wish is not None else None)) or subject.span,
    )


def _verdict(project: Project, container: Container, value: Cursor | None, wish: Asked | None) -> Verdict:
    if value is None and wish is not None:
        return wish.verdict
    program = container.image_program(project)
    situation = program.situation(
        Control.SECCOMP,
        opposite=f"seccompProfile.type: {value.text}" if value is not None else "",
        reasoned=value is not None and container.document.has_comment_beside(value.end),
    )
    unknown = situation.unknown or ("" if situation.proof else "no profile says which system calls it makes")
    confined = project.runs_confined(container.deployed_image)
    return decide(situation._replace(runs_confined=confined, unknown=unknown))
