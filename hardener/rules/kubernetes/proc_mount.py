"""Keep the masks over /proc.

The runtime hides parts of /proc that tell about the node or change it, and makes others read-only. `procMount:
Unmasked` takes that away. Only container runtimes inside containers need it, and those in a user namespace
(`hostUsers: false`): there the finding is held.

What may break: programs that start containers themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.finding import Finding
from hardener.model.kubernetes.fields import span_of, value_at
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import taken_away, works_on_node
from hardener.model.kubernetes.workload import Container
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="keep the masks over /proc",
    level="baseline",
    caveat="programs that start containers themselves cannot mount /proc for them",
)


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for container in (container for pod in document.pods for container in pod.containers):
        value = container.security("procMount")
        if value is not None and value.text not in ("", "Default"):
            yield container.finding(
                "sees all of the node's /proc",
                Remove(container.path("securityContext", "procMount")),
                verdict=taken_away(container, f"procMount: {value.text}", value, depends=_depends(container)),
                span=span_of(value),
            )


def _depends(container: Container) -> str:
    users = value_at(container.pod.spec, "hostUsers")
    if users is not None and users.truth is False:
        return "`hostUsers: false` shows that it starts containers in a user namespace"
    shown = works_on_node(container)
    return f"{shown} shows that it works on its node" if shown else ""
