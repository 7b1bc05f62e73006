"""Pods are found wherever a workload holds them, and seen as the API server and the kubelet see them."""

from __future__ import annotations

import pytest

from hardener.model.evidence import Start
from hardener.model.images.profiles import Writable
from hardener.model.kubernetes import manifest as kubernetes
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podvolumes import VolumeNames, uncovered
from hardener.model.kubernetes.workload import Pod, Role
from hardener.model.program import Program
from hardener.text import yamltree
from hardener.text.source import Source

CONTAINERS = "containers: [{name: app, image: org/app}]"

WORKLOADS = {
    "Pod": ("v1", f"spec: {{{CONTAINERS}}}"),
    "PodTemplate": ("v1", f"template: {{spec: {{{CONTAINERS}}}}}"),
    "ReplicationController": ("v1", f"spec: {{template: {{spec: {{{CONTAINERS}}}}}}}"),
    "Deployment": ("apps/v1", f"spec: {{selector: {{}}, template: {{spec: {{{CONTAINERS}}}}}}}"),
    "ReplicaSet": ("apps/v1", f"spec: {{selector: {{}}, template: {{spec: {{{CONTAINERS}}}}}}}"),
    "StatefulSet": ("apps/v1", f"spec: {{selector: {{}}, template: {{spec: {{{CONTAINERS}}}}}}}"),
    "DaemonSet": ("extensions/v1beta1", f"spec: {{template: {{spec: {{{CONTAINERS}}}}}}}"),
    "Job": ("batch/v1", f"spec: {{template: {{spec: {{{CONTAINERS}}}}}}}"),
    "CronJob": ("batch/v1beta1", f"spec: {{jobTemplate: {{spec: {{template: {{spec: {{{CONTAINERS}}}}}}}}}}}"),
}


def parse(text: str) -> KubernetesFile | None:
    return kubernetes.parse(Source.from_text("manifest.yaml", text), yamltree.parse(text))


def file_of(text: str) -> KubernetesFile:
    document = parse(text)
    assert document is not None
    return document


def pod_of(spec: str) -> Pod:
    indented = "".join(f"  {line}\n" for line in spec.strip("\n").split("\n"))
    (pod,) = file_of(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n{indented}").pods
    return pod


def manifest(kind: str, name: str = "web") -> str:
    version, rest = WORKLOADS[kind]
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}\n"


@pytest.mark.parametrize("kind", WORKLOADS)
def test_every_workload_is_found_with_a_path_that_leads_to_its_pod(kind: str) -> None:
    document = file_of(f"---\nkind: Service\n---\n{manifest(kind)}")
    (pod,) = document.pods
    assert (pod.kind, pod.name, pod.subject) == (kind, "web", f"{kind}/web")
    assert pod.path()[0] == 1, "the path starts with the number of the document"
    (container,) = pod.containers
    assert container.subject == f"container app of {kind}/web"
    assert document.source.text[container.start :].startswith("{name: app")
    cursor = document.tree.root(1)
    for step in container.path("image")[1:]:
        assert cursor is not None
        cursor = cursor.get(step) if isinstance(step, str) else cursor.elements()[step]
    assert cursor is not None
    assert cursor.text == "org/app"


@pytest.mark.parametrize("kind", WORKLOADS)
def test_the_same_kind_of_another_group_is_not_ours(kind: str) -> None:
    version, _ = WORKLOADS[kind]
    text = manifest(kind)
    assert parse(text.replace(f"apiVersion: {version}", "apiVersion: example.com/v1")) is None
    assert parse(text.replace(f"apiVersion: {version}\n", "")) is None
    assert parse(text.replace(", image: org/app", "")) is None


def test_items_of_lists_are_found_also_in_lists_of_lists() -> None:
    job = f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: j}}, spec: {{template: {{spec: {{{CONTAINERS}}}}}}}}}"
    document = file_of(
        f"apiVersion: v1\nkind: List\nitems:\n- {job}\n- {{apiVersion: v1, kind: List, items: [{job}]}}\n- null\n"
    )
    assert [pod.path() for pod in document.pods] == [
        (0, "items", 0, "spec", "template", "spec"),
        (0, "items", 1, "items", 0, "spec", "template", "spec"),
    ]
    assert [pod.subject for pod in document.pods] == ["Job/j", "Job/j #2"], "a subject names one thing of a file"


def test_all_kinds_of_containers_are_told_apart() -> None:
    pod = pod_of("""
initContainers: [{name: first, image: a}]
containers: [{name: app, image: b}, {image: c}]
ephemeralContainers: [{name: shell, image: d}]
""")
    assert [(container.name, container.role) for container in pod.containers] == [
        ("app", Role.MAIN),
        ("#2", Role.MAIN),
        ("first", Role.INIT),
        ("shell", Role.EPHEMERAL),
    ]
    assert pod.containers[2].subject == "init container first of Pod/web"


@pytest.mark.parametrize(
    ("pod_level", "container_level", "expected"),
    [
        ("{}", "{}", None),
        ("{runAsUser: 7}", "{}", 7),
        ("{runAsUser: 7}", "{runAsUser: 0}", 0),
        ("{runAsUser: 0}", "{runAsUser: 8}", 8),
        ("{runAsUser: 7}", "{runAsUser: null}", 7),
        ("{runAsUser: 7}", "", 7),
        ('{runAsUser: "7"}', "{}", None),
        ("{runAsUser: 010}", "{}", None),
        ("{runAsUser: $UID}", "{}", None),
    ],
)
def test_the_containers_own_value_wins_over_the_pods(
    pod_level: str, container_level: str, expected: int | None
) -> None:
    pod = pod_of(
        f"securityContext: {pod_level}\ncontainers: [{{name: a, image: b, securityContext: {container_level}}}]"
    )
    assert pod.containers[0].user_id == expected


def test_capabilities_are_read_whatever_their_spelling() -> None:
    pod = pod_of("""
containers:
  - name: a
    image: b
    securityContext: {privileged: true, capabilities: {add: [CAP_SYS_ADMIN, net_raw], drop: [all]}}
""")
    (container,) = pod.containers
    assert container.privileged
    assert container.added_capabilities == ("SYS_ADMIN", "NET_RAW")
    assert [item.text for item in container.dropped_capabilities] == ["all"]


def test_mounts_that_hold_files_from_before_the_pod() -> None:
    pod = pod_of("""
containers:
  - name: a
    image: b
    volumeMounts:
      - {name: claim, mountPath: /claim/}
      - {name: host, mountPath: /host, readOnly: true}
      - {name: scratch, mountPath: /scratch}
      - {name: default, mountPath: /default}
      - {name: settings, mountPath: /settings}
      - {name: nowhere, mountPath: /nowhere}
volumes:
  - {name: claim, persistentVolumeClaim: {claimName: c}}
  - {name: host, hostPath: {path: /}}
  - {name: scratch, emptyDir: {}}
  - {name: default}
  - {name: settings, configMap: {name: s}}
""")
    assert pod.containers[0].stateful_mounts == ("/claim", "/nowhere")


def test_a_stateful_sets_claims_are_volumes() -> None:
    text = manifest("StatefulSet").replace(
        "spec: {selector", "spec: {volumeClaimTemplates: [{metadata: {name: data}}], selector"
    )
    assert file_of(text).pods[0].volumes == {"data": "persistentVolumeClaim"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (manifest("Pod").replace("spec: {", "spec: {os: {name: windows}, "), "a Windows pod"),
        (manifest("Pod").replace("name: web", "name: '{{ .Release.Name }}'"), "render it first"),
        (manifest("Pod").replace("{name: web}", "{name: web, labels: {{ x }}}"), "render it first"),
        (manifest("Pod") + "kind: Pod\n", "kind is set twice"),
        (manifest("Deployment").replace("selector: {}", "$patch: merge"), "a patch for another manifest"),
        (manifest("Pod").replace("image: org/app", "image: org/app, $patch: replace"), "a patch for another manifest"),
    ],
)
def test_what_must_not_be_touched_is_held_with_a_reason_and_its_neighbours_are_not(text: str, words: str) -> None:
    document = file_of(f"{text}---\n{manifest('Job', 'other')}")
    assert [pod.subject for pod in document.pods] == ["Job/other"]
    (held,) = document.held
    assert words in held.reason
    assert 0 <= held.start < held.end <= len(text)


def test_a_selector_was_optional_before_apps_v1() -> None:
    text = manifest("Deployment").replace("selector: {}, ", "")
    assert file_of(text).held
    assert file_of(text.replace("apps/v1", "apps/v1beta1")).pods


def test_a_pods_text_counts_as_looked_at_and_other_text_does_not() -> None:
    document = file_of(f"{manifest('Job')}---\nkind: ConfigMap\n")
    assert document.covers((0, "spec", "template", "spec", "containers", 0))
    assert not document.covers((0, "metadata", "labels"))
    assert not document.covers((1, "kind"))


def test_new_volumes_get_names_that_nobody_has() -> None:
    long = "a" * 63
    pod = pod_of(f"""
containers: [{{name: app, image: b}}, {{name: {long}, image: c}}]
volumes: [{{name: tmp}}, {{name: app-tmp}}]
""")
    names = VolumeNames(pod)
    app, other = pod.containers
    given = [
        names.new(app, "/tmp"),
        names.new(app, "/var/cache/App_Data"),
        names.new(other, "/tmp"),
        names.new(other, "/tmp"),
    ]
    assert given == ["app-tmp-2", "var-cache-app-data", long, f"{'a' * 61}-2"]


@pytest.mark.parametrize(
    ("mounted", "known", "expected"),
    [
        ("/data", ("/data/db", "/run/x"), ["/run/x", "/tmp"]),
        ("/", ("/data/db",), []),
        ("/tmp/socket", ("/tmp/nginx",), ["/tmp"]),
        ("/database", ("/data", "/data/cache"), ["/data", "/tmp"]),
    ],
)
def test_places_that_need_a_volume(mounted: str, known: tuple[str, ...], expected: list[str]) -> None:
    pod = pod_of(f"containers: [{{name: a, image: b, volumeMounts: [{{name: v, mountPath: {mounted}}}]}}]")
    program = Program(Start.NON_ROOT, writable=tuple(Writable(path, "runtime", False) for path in known))
    assert [place.path for place in uncovered(program, pod.containers[0])] == expected


def test_data_that_is_only_likely_gets_no_volume_over_it() -> None:
    pod = pod_of(CONTAINERS)
    likely = (Writable("/app/media", "data", False), Writable("/app/run", "runtime", False))
    assert [place.path for place in uncovered(Program(Start.ROOT, likely=likely), pod.containers[0])] == [
        "/app/run",
        "/tmp",
    ]
