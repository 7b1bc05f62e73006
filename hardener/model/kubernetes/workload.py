"""Pods and their containers, as the Kubernetes API reads them, whatever workload they stand in.

Fields and their precedence: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.capabilities import plain
from hardener.model.document import Subject
from hardener.model.evidence import Start, Verdict
from hardener.model.finding import Safety
from hardener.model.images.arguments import starts_another, starts_own
from hardener.model.images.hooks import with_hooks
from hardener.model.images.nginxconf import with_config_maps
from hardener.model.images.profiles import ImageName
from hardener.model.kubernetes.fields import is_true, items_at, number, text_at, value_at
from hardener.model.kubernetes.overlay import Overlay, Patched, Place
from hardener.model.places import is_below
from hardener.model.program import Program, unknown
from hardener.model.servicefacts import proven, shown_of_container
from hardener.model.settings import User
from hardener.text.changes import Path
from hardener.text.yamlcursor import Cursor

if TYPE_CHECKING:
    from hardener.model.project import Project


class Role(StrEnum):
    """What a container is for; the value is how findings call it."""

    MAIN = "container"
    INIT = "init container"
    EPHEMERAL = "ephemeral container"


CONTAINER_LISTS = {"containers": Role.MAIN, "initContainers": Role.INIT, "ephemeralContainers": Role.EPHEMERAL}

_RANKS = (Safety.SAFE, Safety.UNSAFE, Safety.HELD)

_WITHOUT_STATE = {"emptyDir", "configMap", "secret", "projected", "downwardAPI", "image"}
"""Volumes that hold nothing from before the pod, so that no file in them can belong to another user."""


class Mount(NamedTuple):
    """A volume in a container."""

    path: str
    """Where, without a slash at the end."""
    volume: str
    read_only: bool

    def covers(self, path: str) -> bool:
        """Return whether `path` lies at or below the place where this is mounted."""
        return PurePosixPath(path).is_relative_to(self.path or "/")


@dataclass(frozen=True, slots=True, eq=False)
class Pod(Subject):
    """A pod, or the template that a workload makes pods from."""

    kind: str
    name: str
    namespace: str
    manifest: Cursor
    """The mapping that holds the pod's `metadata` and `spec`."""
    spec: Cursor
    overlay: Overlay
    """What kustomizations lay over it."""
    claims: tuple[str, ...] = ()
    """Names of the volumes that a StatefulSet's volumeClaimTemplates supply."""
    containers: tuple[Container, ...] = field(init=False, repr=False, compare=False)
    """All of them: main, init, ephemeral, in this order."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __post_init__(self) -> None:
        object.__setattr__(self, "containers", tuple(_containers(self)))

    def path(self, *keys: str | int) -> Path:
        """Return the path of a key below the pod's spec."""
        return (*self.spec.path, *keys)

    @property
    def span(self) -> tuple[int, int]:
        """Where its spec stands, with the key."""
        return self.spec.key_start, self.spec.end

    @property
    def subjects(self) -> tuple[Pod | Container, ...]:
        """The pod itself and its containers."""
        return (self, *self.containers)

    def security(self, *keys: str) -> Cursor | None:
        """Return the value below the pod's own securityContext."""
        return value_at(self.spec, "securityContext", *keys)

    def shares(self, key: str) -> bool:
        """Return whether a switch such as `hostNetwork` stands on true."""
        return is_true(value_at(self.spec, key))

    def annotation(self, name: str) -> Cursor | None:
        """Return an annotation of the pod."""
        return value_at(self.manifest, "metadata", "annotations", name)

    @property
    def volumes(self) -> dict[str, str]:
        """The sources of the volumes by name: `emptyDir`, `hostPath`, `persistentVolumeClaim`, …"""
        found = dict.fromkeys(self.claims, "persistentVolumeClaim")
        for volume in items_at(self.spec, "volumes"):
            kinds = [key for key, _ in volume.entries() if key != "name"]
            # the API's own default for a volume without a source
            found[text_at(volume, "name")] = kinds[0] if kinds else "emptyDir"
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Container(Subject):
    """One container of a pod."""

    name: str
    role: Role
    cursor: Cursor
    pod: Pod = field(repr=False, compare=False)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def whole(self) -> str:
        """Its workload's name."""
        return self.pod.subject

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end

    def path(self, *keys: str | int) -> Path:
        """Return the path of a key below this container."""
        return (*self.cursor.path, *keys)

    def security(self, *keys: str) -> Cursor | None:
        """Return the value below the container's own securityContext."""
        return value_at(self.cursor, "securityContext", *keys)

    def effective(self, *keys: str) -> Cursor | None:
        """Return the value in force: the container's own, else the pod's."""
        return self.security(*keys) or self.pod.security(*keys)

    @property
    def image(self) -> str:
        """The image's reference as it stands there; empty where there is none."""
        return text_at(self.cursor, "image")

    @property
    def deployed_image(self) -> str:
        """The image's reference as kustomizations leave it, with one tag of several; empty where the names differ."""
        images = self._images
        names = {name.familiar if (name := ImageName.parse(image)) else image for image in images}
        return images[0] if len(names) == 1 else ""

    def patched(self, *keys: str) -> Patched | None:
        """Return the first value that a patch sets against hardening for one of the keys."""
        return self.pod.overlay.sets(self._place, *keys)

    @property
    def _place(self) -> Place:
        """Where patches find it."""
        return Place(self.pod.kind, self.pod.name, self.name, "/".join(str(key) for key in self.cursor.path[-2:]))

    @property
    def _images(self) -> tuple[str, ...]:
        """Its image as each way of deploying it leaves it."""
        return self.pod.overlay.images(self.image, self._place)

    @property
    def user_id(self) -> int | None:
        """The runAsUser in force; None where there is none or it is no number."""
        return number(self.effective("runAsUser"))

    @property
    def privileged(self) -> bool:
        """`privileged: true` stands there."""
        return is_true(self.security("privileged"))

    @property
    def added_capabilities(self) -> tuple[str, ...]:
        """What `capabilities.add` names, without CAP_ and in upper case."""
        added = items_at(self.cursor, "securityContext", "capabilities", "add")
        return tuple(plain(item.text or "") for item in added)

    @property
    def dropped_capabilities(self) -> tuple[Cursor, ...]:
        """The items of `capabilities.drop`."""
        return tuple(items_at(self.cursor, "securityContext", "capabilities", "drop"))

    @property
    def words(self) -> list[str]:
        """Its command and its arguments."""
        return [word for words in self.told_to_start for word in words]

    @property
    def mounts(self) -> tuple[Mount, ...]:
        """Its volumeMounts."""
        return tuple(
            Mount(text_at(mount, "mountPath").rstrip("/"), text_at(mount, "name"), is_true(mount.get("readOnly")))
            for mount in items_at(self.cursor, "volumeMounts")
        )

    @property
    def _replaces_program(self) -> bool:
        """It starts something else than its image does: by a command, or by arguments that name another program.

        Where a patch makes it do so on one way, what is known of its image's own program does not hold on all.
        """
        arguments = [item.text or "" for item in items_at(self.cursor, "args")]
        if value_at(self.cursor, "command") is not None or starts_another(self.deployed_image, arguments):
            return True
        patches = self.pod.overlay.starts(self._place)
        return any(patch.command or starts_another(self.deployed_image, patch.arguments) for patch in patches)

    @property
    def stateful_mounts(self) -> tuple[str, ...]:
        """Where it may write to files that were there before the pod: claims, host paths, network volumes."""
        volumes = self.pod.volumes
        return tuple(
            mount.path
            for mount in self.mounts
            if not mount.read_only and volumes.get(mount.volume, "unknown") not in _WITHOUT_STATE
        )

    @property
    def told_to_start(self) -> tuple[list[str], list[str]]:
        """The words of its command and of its arguments, which Docker calls entrypoint and command."""
        command, arguments = ([item.text or "" for item in items_at(self.cursor, key)] for key in ("command", "args"))
        return command, arguments

    @property
    def is_started_by_patches(self) -> bool:
        """Whether a kustomization decides what it starts."""
        return any(patch.command or patch.arguments for patch in self.pod.overlay.starts(self._place))

    def image_program(self, project: Project) -> Program:
        """Return what is known of what it runs, as its image starts it, and what a trial showed of that."""
        program = self._program_of_image(project)
        images = self._images
        facts = shown_of_container(project, self, images[0]) if len(images) == 1 else None
        return program if facts is None else proven(program, facts)

    def _program_of_image(self, project: Project) -> Program:
        if not self.image:
            return unknown("it has no image here")
        if "$" in self.image:
            return unknown(f"a variable hides the image's name, {self.image}")
        images = self._images
        program = project.program(images[0], self)
        if any(project.program(image, self) != program for image in images):
            return unknown(f"kustomizations make different images of {self.image}: {', '.join(images)}")
        if self._replaces_program:
            return program.with_other_command(own=not self.words or starts_own(images[0], [self.words]))
        program = with_config_maps(program, self, project)
        return with_hooks(program, lambda folder: any(is_below(mount.path, folder) for mount in self.mounts))

    def started_program(self, project: Project) -> Program:
        """Return what is known of what it runs, as the manifest starts it now."""
        program = self.image_program(project)
        uid = self.user_id
        if uid == 0:
            return program if program.start is Start.ROOT else program.started_as_root()
        if uid is not None:
            gid = number(self.effective("runAsGroup"))
            return program.started_as(User(uid, gid or 0))
        if is_true(self.effective("runAsNonRoot")) and program.start is not Start.NON_ROOT:
            return program.started_as(None)  # the kubelet refuses to start it as root
        return program


def _containers(pod: Pod) -> Iterator[Container]:
    seen: Counter[str] = Counter()
    for key, role in CONTAINER_LISTS.items():
        for index, cursor in enumerate(items_at(pod.spec, key)):
            name = text_at(cursor, "name") or f"#{index + 1}"
            seen[f"{role} {name}"] += 1  # which the API server rejects, and findings tell apart
            again = f" ({seen[f'{role} {name}']})" if seen[f"{role} {name}"] > 1 else ""
            subject = f"{role} {name}{again} of {pod.subject}"
            yield Container(pod.document, subject, cursor.start, cursor.end, name, role, cursor, pod)


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a fix that touches several containers at once: it is as safe as the least safe of them."""
    ranked = sorted(verdicts, key=lambda verdict: _RANKS.index(verdict.safety))
    if ranked[-1].safety is not Safety.SAFE:
        return ranked[-1]
    return Verdict(Safety.SAFE, evidence=tuple(dict.fromkeys(word for verdict in ranked for word in verdict.evidence)))
