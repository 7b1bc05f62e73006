"""Let all files agree about who an image runs as.

A Dockerfile that ends as 1000, a Compose service that runs the image as 1001 and a Deployment that runs it as 10001 all
start, and fail later, each in its own way: files that the image gives to its user cannot be written by another, and
volumes that moved from one place to the next belong to nobody.

Two manifests that run an image under different ids are named as well, unless a profile tells of the image: a public
one, such as busybox, may well serve one manifest as this user and the next as that.

This is only reported, since one of them is right and only a person knows which. Change the others, or leave the user
out where the image already says it. To check: `id` in the container of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.service import Service
from hardener.model.declared import Declared, of_container, of_image, of_service, of_services
from hardener.model.document import Document, Subject
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.images.profiles import profile
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.workload import Container, Pod
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="let all files agree about who an image runs as",
    level="baseline",
)


def check(project: Project, document: Document) -> Iterator[Finding]:
    unsafe_fixes = project.settings_of(document).unsafe_fixes
    if isinstance(document, ComposeFile):
        for service in document.services:
            declared = of_service(service)
            image = of_image(project.image_program(service), unsafe_fixes=unsafe_fixes)
            yield from _finding(service, declared, [image])
    if isinstance(document, KubernetesFile):
        for pod in document.pods:
            for container in pod.containers:
                image = of_image(container.image_program(project), unsafe_fixes=unsafe_fixes)
                declared = of_container(container, image)
                services = of_services(_services(project, container.deployed_image)) if declared else ()
                pods = _of_other_pods(project, container) if declared else ()
                yield from _finding(container, declared, [image, *services, *pods])


def _services(project: Project, image: str) -> list[Service]:
    """Return the services that run an image; of a public one only with the same tag, for its ids may differ by tag."""
    services = project.services_of(image)
    return services if profile(image) is None else [service for service in services if service.image == image]


def _of_other_pods(project: Project, container: Container) -> Iterator[Declared]:
    """Yield one of each user that other pods name for the same image."""
    for named in project.once(_named, container.deployed_image).values():
        yield from islice((declared for pod, declared in named if pod is not container.pod), 1)


def _named(project: Project, image: str) -> dict[tuple[int, int | None], list[tuple[Pod, Declared]]]:
    """Return by their ids the users that pods name for an image, with one entry for each pod."""
    found: dict[tuple[int, int | None], list[tuple[Pod, Declared]]] = defaultdict(list)
    for container in project.containers_with(image) if profile(image) is None else ():
        declared = of_container(container)
        if declared is not None:
            named = found[declared.uid, declared.gid]
            if all(pod is not container.pod for pod, _ in named[-1:]):
                named.append((container.pod, declared))
    return found


def _finding(subject: Subject, declared: Declared | None, others: list[Declared | None]) -> Iterator[Finding]:
    if declared is None:
        return
    differing = [other for other in others if other is not None and not declared.agrees(other)]
    if not differing:
        return
    words = "; ".join(dict.fromkeys([declared.words, *(other.words for other in differing)]))
    yield subject.finding(
        "runs as another user than its image elsewhere",
        verdict=Verdict(Safety.HELD, f"{words}: decide for one of them"),
        span=declared.span,
    )
