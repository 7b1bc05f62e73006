"""Seccomp profiles that are asked for in annotations, as it was done before Kubernetes 1.19.

Since 1.27 they are ignored: https://kubernetes.io/blog/2023/03/17/upcoming-changes-in-kubernetes-v1-27/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Safety
from hardener.model.kubernetes.workload import Container, Pod
from hardener.text.changes import Put, YamlChange
from hardener.text.yamlcursor import Cursor

_POD = "seccomp.security.alpha.kubernetes.io/pod"
_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_DEFAULTS = ("runtime/default", "docker/default")
_LOCAL = "localhost/"
BEFORE = ("containers", "initContainers")
"""What the pod's own securityContext stands in front of."""


class Asked(NamedTuple):
    """What an annotation asks for."""

    annotation: Cursor

    @property
    def file(self) -> str:
        """The profile's file on the node; empty where it is none."""
        text = self.annotation.text or ""
        return text.removeprefix(_LOCAL) if text.startswith(_LOCAL) else ""

    @property
    def verdict(self) -> Verdict:
        """Whether the field may say it: where it is the opposite of a profile, whether there may be one."""
        text = self.annotation.text or ""
        words = f"{self.annotation.path[-1]}: {text}"
        if text not in (*_DEFAULTS, "unconfined") and not self.file:
            return Verdict(Safety.HELD, f"`{words}` is no profile that can be read")
        return decide(
            Situation(
                Control.SECCOMP,
                Start.UNKNOWN,
                proof=f"`{words}` asks for it; since Kubernetes 1.27 only the field counts"
                if text in _DEFAULTS
                else "",
                opposite=words if text == "unconfined" else "",
                unknown=f"whether every node has the profile `{self.file}`" if self.file else "",
            )
        )


def asked(subject: Pod | Container) -> Asked | None:
    """Return what a pod's annotation asks for, or a container's own; None where there is none."""
    pod, name = (subject, _POD) if isinstance(subject, Pod) else (subject.pod, _CONTAINER + subject.name)
    found = pod.annotation(name)
    return None if found is None else Asked(found)


def fields(subject: Pod | Container, wish: Asked | None) -> Iterator[YamlChange]:
    """Yield the fields to write: a file of the node where one is asked for, else the runtime's own profile."""
    place = subject.path("securityContext", "seccompProfile")
    file = wish.file if wish is not None else ""
    yield Put((*place, "type"), "Localhost" if file else "RuntimeDefault", before=BEFORE)
    if file:
        yield Put((*place, "localhostProfile"), file, before=BEFORE)
