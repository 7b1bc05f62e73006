"""Leave the SELinux user, role and type to the runtime.

On nodes with SELinux the runtime gives each container a type that may touch its own files only. A type such as
`spc_t`, or a user or role of one's own, takes that away. `level` may stay: it keeps containers apart.

What may break: access to files of the node, or to volumes whose labels are for another type. To check, look for `avc:
denied` in the node's audit log.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.finding import Finding
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import pod_works_on_node, taken_away
from hardener.model.kubernetes.workload import Container, Pod
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="leave the SELinux user, role and type to the runtime",
    level="baseline",
    caveat="files of the node, and volumes with labels for another type, become unreadable on nodes with SELinux",
)
TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
"""Those that Pod Security Standards allow."""


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        for subject in pod.subjects:
            values = list(_own(subject))
            if values:
                words = ", ".join(f"{value.path[-1]}: {value.text}" for value in values)
                shown = pod_works_on_node(pod)
                yield subject.finding(
                    f"chooses its SELinux label itself: {words}",
                    *(Remove(value.path) for value in values),
                    verdict=taken_away(
                        subject,
                        f"seLinuxOptions: {words}",
                        values[0],
                        depends=f"{shown} shows that it works on its node" if shown else "",
                    ),
                    span=(values[0].key_start, values[-1].end),
                )


def _own(subject: Pod | Container) -> Iterator[Cursor]:
    for key in ("user", "role", "type"):
        value = subject.security("seLinuxOptions", key)
        if value is not None and value.text and not (key == "type" and value.text in TYPES):
            yield value
