"""Mount storage through claims.

A volume that names its server or disk itself (`nfs`, `iscsi`, `cephfs`, …) lets whoever writes the manifest mount any
that the node reaches, with what the node's kernel then parses. Behind a PersistentVolume and a claim an administrator
decides.

It is reported only: which storage it becomes is decided in the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.fields import items_at
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="mount storage through claims",
    level="restricted",
)
ALLOWED = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_REASON = "make a PersistentVolume of it and mount a claim"


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        kinds = [
            key
            for volume in items_at(pod.spec, "volumes")
            for key, value in volume.entries()
            if key not in ALLOWED | {"name", "hostPath"} and value.kind == "mapping"
        ]
        if kinds:
            yield pod.finding(
                f"names its storage itself: {', '.join(dict.fromkeys(kinds))}",
                verdict=Verdict(Safety.HELD, _REASON),
                span=pod.span,
            )
