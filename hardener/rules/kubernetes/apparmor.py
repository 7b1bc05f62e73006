"""Keep AppArmor's profile in force, and say so where Kubernetes looks for it.

AppArmor confines what a container's processes may do with files, mounts and signals, whoever they are. `Unconfined`
takes that away; without a word the runtime's own profile is in force wherever the node has AppArmor.

Until Kubernetes 1.30 profiles stood in annotations, `container.apparmor.security.beta.kubernetes.io/NAME`. Those are
deprecated: the field `appArmorProfile` says the same, and they are moved there.

What may break: with `Unconfined`, programs that mount or trace. A moved profile is not seen by clusters before 1.30.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.fields import span_of
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import taken_away, works_on_node
from hardener.model.kubernetes.workload import Container, Pod
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put, Remove, YamlChange
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="keep AppArmor's profile in force",
    level="baseline",
    caveat="clusters before Kubernetes 1.30 read the annotation only",
)
ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
UNCONFINED = "Unconfined"
LOCAL = "localhost/"
_LOST = "programs that mount or trace fail where the node has AppArmor"


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        if (value := _unconfined(pod)) is not None:
            yield _freed(pod, value)
        for container in pod.containers:
            annotation = pod.annotation(ANNOTATION + container.name)
            if annotation is not None:
                yield _annotated(container, annotation)
            elif (value := _unconfined(container)) is not None:
                yield _freed(container, value)


def _unconfined(subject: Pod | Container) -> Cursor | None:
    value = subject.security("appArmorProfile", "type")
    return value if value is not None and value.text == UNCONFINED else None


def _freed(subject: Pod | Container, value: Cursor) -> Finding:
    return subject.finding(
        "runs without AppArmor's profile",
        Remove(subject.path("securityContext", "appArmorProfile")),
        verdict=taken_away(subject, f"appArmorProfile.type: {UNCONFINED}", value, depends=_depends(subject)),
        span=span_of(value),
        caveat=_LOST,
    )


def _annotated(container: Container, annotation: Cursor) -> Finding:
    text = annotation.text or ""
    if text == "unconfined":
        own = [Remove(container.path("securityContext", "appArmorProfile"))] if _unconfined(container) else []
        return container.finding(
            "runs without AppArmor's profile",
            Remove(annotation.path),
            *own,
            verdict=taken_away(container, f"{annotation.path[-1]}: {text}", annotation, depends=_depends(container)),
            span=span_of(annotation),
            caveat=_LOST,
        )
    profile = list(_profile(container, text))
    return container.finding(
        "has its AppArmor profile in an annotation, which is deprecated",
        *([Remove(annotation.path), *profile] if profile else ()),
        verdict=_moved(container, annotation)
        if profile
        else Verdict(Safety.HELD, f"`{text}` is no profile that can be read"),
        span=span_of(annotation),
    )


def _profile(container: Container, text: str) -> Iterator[YamlChange]:
    """Yield the fields that say what an annotation says; none for a value that no version knows."""
    place = ("securityContext", "appArmorProfile")
    if text == "runtime/default":
        yield Put(container.path(*place, "type"), "RuntimeDefault")
    elif text.startswith(LOCAL) and text != LOCAL:
        yield Put(container.path(*place, "type"), "Localhost")
        yield Put(container.path(*place, "localhostProfile"), text.removeprefix(LOCAL))


def _moved(container: Container, annotation: Cursor) -> Verdict:
    if container.security("appArmorProfile") is not None:
        return Verdict(Safety.HELD, "`appArmorProfile` stands there too: the API server wants both to say the same")
    if container.document.has_comment_beside(annotation.end):
        return Verdict(Safety.HELD, "a comment stands beside the annotation and would go with it: move both by hand")
    proof = f"since Kubernetes 1.30 the field says what `{annotation.text}` said"
    return decide(Situation(Control.ISOLATION, Start.UNKNOWN, proof=proof))


def _depends(subject: Pod | Container) -> str:
    containers = subject.containers if isinstance(subject, Pod) else (subject,)
    shown = next((word for container in containers if (word := works_on_node(container))), "")
    return f"{shown} shows that it works on its node" if shown else ""
