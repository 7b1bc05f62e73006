"""Confine containers to the system calls of the runtime's default seccomp profile.

Docker confines every container so; Kubernetes by default does not. `RuntimeDefault` blocks some fifty system calls
that programs hardly use and exploits do. It stands once at the pod; a container's own value wins over it.

What may break: programs that trace others, load kernel modules, or make namespaces of their own (sandboxes of
browsers, image builders) fail with EPERM. What Docker or Compose runs without `seccomp:unconfined` runs under it
already. To check, run `kubectl exec POD -- grep Seccomp /proc/1/status`: it says 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hardener.model.evidence import Control, Verdict, decide
from hardener.model.fields import span_of
from hardener.model.finding import Finding
from hardener.model.kubernetes import KubernetesFile
from hardener.model.project import Project
from hardener.model.workload import Container, Pod, weakest
from hardener.rules import Rule
from hardener.text.changes import Put
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="use the runtime's seccomp profile",
    references=("Pod Security Standards restricted: Seccomp",),
    level="baseline",
    caveat="programs that trace others or make namespaces of their own fail with EPERM",
)
TYPE = ("seccompProfile", "type")
ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod"
CONTAINER_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/"
UNCONFINED = "Unconfined"


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        yield from _pod(project, pod)
        for container in pod.containers:
            own = container.security(*TYPE)
            if own is not None and own.text == UNCONFINED:
                yield _finding(project, container, own, [container])


def _pod(project: Project, pod: Pod) -> Iterator[Finding]:
    own = pod.security(*TYPE)
    unset = [container for container in pod.containers if not _is_set(container)]
    if own is not None and own.text == UNCONFINED:
        yield _finding(project, pod, own, list(pod.containers))
    elif own is None and unset and pod.annotation(ANNOTATION) is None:
        yield _finding(project, pod, None, unset)


def _is_set(container: Container) -> bool:
    annotation = container.pod.annotation(CONTAINER_ANNOTATION + container.name)
    return container.security(*TYPE) is not None or annotation is not None


def _finding(project: Project, subject: Pod | Container, value: Cursor | None, containers: list[Container]) -> Finding:
    return subject.finding(
        "runs without a seccomp profile",
        Put(subject.path("securityContext", *TYPE), "RuntimeDefault", before=("containers", "initContainers")),
        verdict=weakest(_verdict(project, container, value) for container in containers),
        span=span_of(value) or subject.span,
    )


def _verdict(project: Project, container: Container, value: Cursor | None) -> Verdict:
    program = container.image_program(project)
    situation = program.situation(
        Control.SECCOMP,
        opposite=f"seccompProfile.type: {value.text}" if value is not None else "",
        reasoned=value is not None and container.document.has_comment_beside(value.end),
    )
    unknown = situation.unknown or ("" if situation.proof else "no profile says which system calls it makes")
    confined = project.runs_confined(container.deployed_image)
    return decide(replace(situation, runs_confined=confined, unknown=unknown))
