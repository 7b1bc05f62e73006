"""Mount no place of the node.

A `hostPath` lets a container read, and mostly write, files of its node: from `/` or `/var/run` it is a short way to
root there. It also ties the data to one node, out of sight of quotas and backups.

A volume that no container mounts can go. One that is mounted is reported only: its data has to move to a claim first,
or the container is made to work on its node.

What may break: nothing reads a volume that is not mounted; but a `type` such as `Directory` also checks that the place
exists.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podhost import HostPath, host_paths, taken_away
from hardener.model.kubernetes.workload import Pod
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="mount no place of the node",
    level="baseline",
    caveat="the pod does not check any more that the place exists on its node",
)


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        volumes = host_paths(pod)
        if not volumes:
            continue
        loose = [volume for volume in volumes if not _mounted(pod, volume)]
        yield pod.finding(
            f"has places of its node as volumes: {', '.join(volume.path for volume in volumes)}",
            *(Remove(pod.path("volumes", volume.position)) for volume in loose),
            verdict=_verdict(pod, volumes, loose),
            span=(volumes[0].cursor.start, volumes[0].cursor.end),
        )


def _verdict(pod: Pod, volumes: tuple[HostPath, ...], loose: list[HostPath]) -> Verdict:
    if loose:
        return taken_away(pod, f"hostPath: {loose[0].path}", loose[0].cursor)
    reasons = (f"{volume.path} is mounted by {_mounted(pod, volume)}" for volume in volumes)
    return Verdict(Safety.HELD, f"{'; '.join(reasons)}: move what is there to a claim first")


def _mounted(pod: Pod, volume: HostPath) -> str:
    """Return the containers that mount a volume."""
    names = (c.name for c in pod.containers if any(mount.volume == volume.name for mount in c.mounts))
    return ", ".join(names)
