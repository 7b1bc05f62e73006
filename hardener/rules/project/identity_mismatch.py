"""Let all files agree about who an image runs as.

A Dockerfile that ends as 1000, a Compose service that runs the image as 1001 and a Deployment that runs it as 10001 all
start, and fail later, each in its own way: files that the image gives to its user cannot be written by another, and
volumes that moved from one place to the next belong to nobody.

This is only reported, since one of them is right and only a person knows which. Change the others, or leave the user
out where the image already says it. To check: `id` in the container of each.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose import ComposeFile
from hardener.model.declared import Declared, of_container, of_image, of_service, of_services
from hardener.model.document import Document, Subject
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes import KubernetesFile
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="let all files agree about who an image runs as",
    references=("CIS Docker 1.6.0: 4.1 Ensure that a user for the container has been created",),
    level="baseline",
)


def check(project: Project, document: Document) -> Iterator[Finding]:
    if isinstance(document, ComposeFile):
        for service in document.services:
            declared = of_service(service)
            image = of_image(project.image_program(service), project)
            yield from _finding(service, declared, [image])
    if isinstance(document, KubernetesFile):
        for pod in document.pods:
            for container in pod.containers:
                image = of_image(container.image_program(project), project)
                declared = of_container(container, image)
                services = of_services(project.services_of(container.deployed_image)) if declared else ()
                yield from _finding(container, declared, [image, *services])


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
