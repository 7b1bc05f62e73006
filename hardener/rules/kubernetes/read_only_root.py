"""Make the container's root file system read-only, with an emptyDir for what must be written.

Whoever gets a program to write files cannot replace the program itself, drop tools beside it or change its
configuration. Each place that the program writes to gets an `emptyDir` of limited size, which lives as long as the
pod; data stays in the volumes that are mounted already, and never goes to an emptyDir.

Where the program writes is known from an image profile or the configuration. Where it is not, the fix is unsafe: it
gives /tmp and what the Dockerfile visibly prepares at run-time places.

What may break: a program that writes anywhere else fails with EROFS ("Read-only file system"), sometimes silently, and
the pod is evicted when an emptyDir grows beyond its limit. To find such places run the image under Docker and look at
`docker diff CONTAINER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Control, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.images.profiles import Writable
from hardener.model.kubernetes.fields import not_boolean, span_of
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podidentity import program_of
from hardener.model.kubernetes.podvolumes import VolumeNames, uncovered
from hardener.model.kubernetes.workload import Container
from hardener.model.project import Project
from hardener.model.scratch import limits, room
from hardener.rules import Rule
from hardener.text.changes import Include, Put, YamlChange

RULE = Rule(
    title="make the root file system read-only",
    level="baseline",
    caveat="a program that writes outside its volumes fails with EROFS; `docker diff` shows where it writes",
)


def check(project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        names = VolumeNames(pod)
        for container in pod.containers:
            value = container.security("readOnlyRootFilesystem")
            if value is None or value.truth is not True:
                yield _finding(project, container, names)


def _finding(project: Project, container: Container, names: VolumeNames) -> Finding:
    value = container.security("readOnlyRootFilesystem")
    program = program_of(project, container)
    places = uncovered(program, container)
    data = [place.path for place in places if place.kind == "data"]
    filled = [place.path for place in places if place.path in program.filled]
    reason = not_boolean(value) or program.needs_its_root or _hindrance(data, filled)
    situation = program.situation(
        Control.READ_ONLY,
        opposite=f"readOnlyRootFilesystem: {value.text}" if value is not None else "",
        reasoned=value is not None and container.document.has_comment_beside(value.end),
    )
    message = "can write to its own root file system"
    if reason:
        return container.finding(message, verdict=Verdict(Safety.HELD, reason), span=span_of(value))
    return container.finding(
        message,
        Put(container.path("securityContext", "readOnlyRootFilesystem"), True),
        *(change for place in places for change in _mount(container, names, place.path)),
        verdict=decide(situation),
        span=span_of(value),
        caveat=_caveat(places),
        requires=program.requires,
    )


def _hindrance(data: list[str], filled: list[str]) -> str:
    """Return why no set of emptyDir volumes would do; empty where one does."""
    if data:
        return f"{data[0]} holds data, and nothing is mounted there"
    return f"{filled[0]} must be writable and the image has files there, which an emptyDir would hide" if filled else ""


def _mount(container: Container, names: VolumeNames, path: str) -> Iterator[YamlChange]:
    name = names.new(container, path)
    yield Include(container.path("volumeMounts"), {"name": name, "mountPath": path})
    yield Include(container.pod.path("volumes"), {"name": name, "emptyDir": {"sizeLimit": room(path).kubernetes}})


def _caveat(places: list[Writable]) -> str | None:
    most = limits([place.path for place in places], tmpfs=False)
    return f"{RULE.caveat}; the pod is evicted when it writes more than {most}" if most else None
