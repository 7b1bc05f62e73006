"""Kubernetes manifests: which documents of a stream make pods, and which of those may be changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from hardener.model.document import TEMPLATE, Document, Held
from hardener.model.kubernetes.fields import items_at, not_boolean, text_at, value_at
from hardener.model.kubernetes.overlay import Overlay
from hardener.model.kubernetes.podsystem import is_windows
from hardener.model.kubernetes.weakening import weakenings
from hardener.model.kubernetes.workload import CONTAINER_LISTS, Container, Pod
from hardener.text.changes import Path
from hardener.text.source import Source
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlproblems import Problem
from hardener.text.yamltree import Tree

_CORE, _APPS, _BATCH = ("",), ("apps", "extensions"), ("batch",)

_WORKLOADS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Pod": (_CORE, ()),
    "PodTemplate": (_CORE, ("template",)),
    "ReplicationController": (_CORE, ("spec", "template")),
    "Deployment": (_APPS, ("spec", "template")),
    "ReplicaSet": (_APPS, ("spec", "template")),
    "StatefulSet": (_APPS, ("spec", "template")),
    "DaemonSet": (_APPS, ("spec", "template")),
    "Job": (_BATCH, ("spec", "template")),
    "CronJob": (_BATCH, ("spec", "jobTemplate", "spec", "template")),
}
"""By kind: the API groups that it is of, and where its pod stands. The same kind of another group is another thing."""

_SELECTOR_REQUIRED = "apps/v1"
"""The API version that rejects a workload without a selector; older ones made one up."""

_HOST_SWITCHES = ("hostIPC", "hostNetwork", "hostPID")

PATCH = "a patch for another manifest: a fix goes to its base"
WINDOWS = "a Windows pod: the fields that harden a Linux container are rejected there"
ALIAS = "an alias stands for a whole container: what it names would change for every place that names it"


@dataclass(slots=True, eq=False)
class KubernetesFile(Document):
    """A stream of manifests of which at least one has a container with an image."""

    tree: Tree = field(kw_only=True)
    pods: list[Pod] = field(default_factory=list)
    """Those that rules look at, in all documents of the stream."""
    patches: list[Pod] = field(default_factory=list)
    """Those of patches, which say only what differs from a manifest elsewhere."""
    overlay: Overlay = field(default_factory=Overlay)
    """What kustomizations lay over its pods."""
    key_order: ClassVar = (
        "runAsNonRoot",
        "runAsUser",
        "runAsGroup",
        "fsGroup",
        "fsGroupChangePolicy",
        "sysctls",
        "allowPrivilegeEscalation",
        "readOnlyRootFilesystem",
        "capabilities",
        "drop",
        "add",
        "seccompProfile",
        "appArmorProfile",
        "volumeMounts",
        "securityContext",
        "volumes",
    )
    """How new keys stand among each other."""

    @property
    def comments(self) -> list[tuple[int, int]]:
        """Start and end of each comment, from its `#`."""
        return self.tree.comments

    @property
    def subjects(self) -> list[Pod | Container]:
        """Its pods, each with its containers."""
        return [subject for pod in self.pods for subject in pod.subjects]

    def hold_pods(self, reason: str) -> None:
        """Take all pods out of what rules look at, and report each with the reason."""
        self.held += [Held(pod.start, pod.end, pod.subject, reason) for pod in self.pods]
        self.pods.clear()

    def covers(self, path: Path) -> bool:
        """Return whether rules look at what stands at `path`: in a pod's spec they do."""
        return any(pod.spec.path == path[: len(pod.spec.path)] for pod in self.pods)


class _Workload(NamedTuple):
    kind: str
    manifest: Cursor
    pod: Cursor
    """The manifest itself or the template in it."""
    spec: Cursor


def parse(source: Source, tree: Tree) -> KubernetesFile | None:
    """Return the view of a file with manifests; None where no container has an image and no patch weakens one."""
    document = view(source, tree)
    weak = any(True for pod in document.patches for each in pod.subjects for _ in weakenings(each))
    return document if document.pods or document.held or weak else None


def view(source: Source, tree: Tree) -> KubernetesFile:
    """Return the view of a file, whatever its manifests and patches say."""
    document = KubernetesFile(source, tree=tree)
    workloads = [workload for root in _roots(tree) for workload in _workloads(root)]
    seen: Counter[str] = Counter()
    for workload in workloads:
        subject = f"{workload.kind}/{_name(workload)}"
        seen[subject] += 1  # the same name in another namespace
        _add(document, workload, f"{subject} #{seen[subject]}" if seen[subject] > 1 else subject)
    return document


def _roots(tree: Tree) -> Iterator[Cursor]:
    for index in range(len(tree.documents)):
        root = tree.root(index)
        if root is not None:
            yield root


def _workloads(manifest: Cursor, of_list: tuple[str, str] = ("", "")) -> Iterator[_Workload]:
    """Yield what makes pods: the manifest itself, or the items of a list of manifests.

    An item that names neither kind nor version has those `of_list`, as kubectl reads a PodList.
    """
    kind, version = text_at(manifest, "kind"), text_at(manifest, "apiVersion")
    if not (kind or version):
        kind, version = of_list
    group = version.rpartition("/")[0]
    if kind.endswith("List") and version:
        for item in items_at(manifest, "items"):
            yield from _workloads(item, (kind.removesuffix("List"), version))
        return
    groups, path = _WORKLOADS.get(kind, ((), ()))
    pod = value_at(manifest, *path)
    spec = value_at(manifest, *path, "spec")
    if version and group in groups and pod is not None and spec is not None:
        yield _Workload(kind, manifest, pod, spec)


def _has_image(spec: Cursor) -> bool:
    return any(text_at(container, "image") for container in _containers(spec))


def _containers(spec: Cursor) -> Iterator[Cursor]:
    for key in CONTAINER_LISTS:
        containers = value_at(spec, key)
        yield from () if containers is None else containers.elements()


def _name(workload: _Workload) -> str:
    return (
        text_at(workload.manifest, "metadata", "name") or text_at(workload.manifest, "metadata", "generateName") or "?"
    )


def _add(document: KubernetesFile, workload: _Workload, subject: str) -> None:
    start, end = workload.manifest.start, workload.manifest.end
    reason = _reason_to_hold(document.tree, workload)
    has_image = _has_image(workload.spec)
    if reason and has_image:
        document.held.append(Held(start, end, subject, reason))
    if reason not in ("", PATCH):
        return
    pod = Pod(
        document,
        subject,
        start,
        end,
        kind=workload.kind,
        name=_name(workload),
        namespace=text_at(workload.manifest, "metadata", "namespace"),
        manifest=workload.pod,
        spec=workload.spec,
        overlay=document.overlay,
        claims=tuple(_claims(workload.manifest)),
    )
    (document.pods if has_image and not reason else document.patches).append(pod)


def _claims(manifest: Cursor) -> Iterator[str]:
    claims = value_at(manifest, "spec", "volumeClaimTemplates")
    for claim in claims.elements() if claims is not None else ():
        yield text_at(claim, "metadata", "name")


def _reason_to_hold(tree: Tree, workload: _Workload) -> str:
    """Return why nothing in this workload may be changed; empty where it may."""
    problem = _problem(tree, workload.manifest)
    if problem is not None and problem.kind != "complex key":
        return problem.reason
    if problem is not None or _is_template(workload):
        return TEMPLATE
    if any(container.site.kind == "alias" for container in _containers(workload.spec)):
        return ALIAS
    if _is_patch(workload):
        return PATCH
    if is_windows(workload.spec, _containers(workload.spec)):
        return WINDOWS
    return next(filter(None, map(not_boolean, _switches(workload.spec))), "")


def _problem(tree: Tree, manifest: Cursor) -> Problem | None:
    """Return the first problem in the document that the manifest stands in."""
    root = tree.root(int(manifest.path[0]))
    start, end = (root.start, root.end) if root is not None else (0, 0)
    first = bisect_left(tree.problems, start, key=lambda problem: problem.offset)
    return next((problem for problem in tree.problems[first : first + 1] if problem.offset < end), None)


def _is_template(workload: _Workload) -> bool:
    names = [_name(workload), *(text_at(container, "image") for container in _containers(workload.spec))]
    return any("{{" in name or "{%" in name for name in names)


def _is_patch(workload: _Workload) -> bool:
    """Return whether it has a directive of a strategic merge patch, or lacks what a whole manifest must have."""
    mappings = (workload.manifest, workload.pod, workload.spec, *_containers(workload.spec))
    if any(key.startswith("$") for mapping in mappings for key, _ in mapping.entries()):
        return True
    version = text_at(workload.manifest, "apiVersion")
    return version == _SELECTOR_REQUIRED and value_at(workload.manifest, "spec", "selector") is None


def _switches(spec: Cursor) -> Iterator[Cursor | None]:
    """Yield the switches that forbid others to be set; YAML 1.1, which Kubernetes reads, has more words for them."""
    yield from (value_at(spec, key) for key in _HOST_SWITCHES)
    yield from (value_at(container, "securityContext", "privileged") for container in _containers(spec))
