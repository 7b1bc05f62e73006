"""What comes out is a manifest that the API server takes, and no weaker by Pod Security Standards than what went in."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from hardener.engine import State
from hardener.model.settings import Settings
from tests.conftest import assert_nets_hold, harden
from tests.pod_security import VERSION, pods, violations
from tests.samples.reading import hardened
from tests.test_cases import CASES

FIXED_BY = {
    "kubernetes-apparmor": "AppArmor",
    "kubernetes-drop-capabilities": "Capabilities",
    "kubernetes-no-added-capabilities": "Capabilities (baseline)",
    "kubernetes-no-host-path": "HostPath Volumes",
    "kubernetes-no-host-ports": "Host Ports",
    "kubernetes-no-privilege-escalation": "Privilege Escalation",
    "kubernetes-no-privileged": "Privileged Containers",
    "kubernetes-no-probe-host": "Host Probes / Lifecycle Hooks",
    "kubernetes-no-unsafe-sysctls": "Sysctls",
    "kubernetes-proc-mount": "/proc Mount Type",
    "kubernetes-selinux": "SELinux",
}
"""The control that each rule is for, where a changed case settles it for every container."""
COMPLIANT = {
    "metadata": {"name": "app"},
    "spec": {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "app",
                "image": "org/app",
                "ports": [{"containerPort": 80}],
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "default"}],
    },
}


OTHERS = re.compile("(docker-)?compose|kustomization|Chart|exceptions")


def rewritten() -> list[tuple[Path, Path]]:
    """Every manifest of a changed case, as it goes in and as it comes out."""
    found = []
    for path in sorted(CASES.glob("kubernetes-*/*.before*")):
        files = [path] if path.is_file() else [each for each in path.rglob("*.yaml") if not OTHERS.match(each.name)]
        found += [(each, Path(str(each).replace(".before", ".after", 1))) for each in files]
    return found


def problem(document: Any) -> str:
    """Return what the API's own schema says against a manifest, in strict mode; empty where nothing."""
    try:
        kubernetes_validate.validate(document, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return str(error.message)
    except kubernetes_validate.SchemaNotFoundError:
        return "this version does not have it any more"
    return ""


def problems(text: str) -> list[str]:
    return [found for manifest in manifests(yaml.safe_load_all(text)) if (found := problem(manifest))]


def manifests(documents: Iterable[Any]) -> Iterator[Any]:
    """Yield each manifest of a stream, and those of a List one by one."""
    for document in documents:
        if isinstance(document, dict) and document.get("kind") == "List":
            yield from manifests(document["items"])
        elif document is not None:
            yield document


@pytest.mark.parametrize(("before", "after"), rewritten(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_rewritten_manifest_is_valid_and_no_weaker(before: Path, after: Path) -> None:
    old, new = before.read_text(encoding="utf-8"), after.read_text(encoding="utf-8")
    assert set(problems(new)) <= set(problems(old))
    for (name, pod), (same, rewritten_pod) in zip(pods(old), pods(new), strict=True):
        assert name == same
        assert violations(rewritten_pod) - _justified(before) <= violations(pod)


def _justified(manifest: Path) -> set[str]:
    """Return the control that a capability breaks which a justified exception grants; empty where none does."""
    said = manifest.parent / ".harden/exceptions.yaml"
    granted = said.is_file() and "capability: IPC_LOCK\n" in said.read_text(encoding="utf-8")
    return {"Capabilities (baseline)"} if granted else set()


def test_most_cases_are_valid_manifests() -> None:
    valid = [after for _, after in rewritten() if not problems(after.read_text(encoding="utf-8"))]
    assert len(valid) >= 0.8 * len(rewritten()), "else the schema is asked about nothing"


@pytest.mark.parametrize("rule", FIXED_BY)
def test_a_rule_settles_its_control(rule: str) -> None:
    control = FIXED_BY[rule]
    settled = 0
    for before, after in rewritten():
        if rule not in before.parts:
            continue
        for (_, old), (_, new) in zip(
            pods(before.read_text(encoding="utf-8")), pods(after.read_text(encoding="utf-8")), strict=True
        ):
            settled += control in violations(old) and control not in violations(new)
    assert settled


@pytest.mark.parametrize("unsafe_fixes", [False, True])
@pytest.mark.parametrize("sample", ["chatbot", "ecommerce"])
def test_samples_are_valid_and_no_weaker(sample: str, unsafe_fixes: bool) -> None:
    project = hardened(sample, unsafe_fixes=unsafe_fixes)
    for name in project.after:
        if "kubernetes/" in name or "k8s/" in name:
            assert problems(project.text(name)) == []
            before = dict(pods(project.before[name].decode()))
            for workload, pod in pods(project.text(name)):
                assert violations(pod) <= violations(before[workload])


def test_what_a_sample_still_violates_is_held_or_a_persons_decision() -> None:
    project = hardened("ecommerce", unsafe_fixes=True)
    left = {
        workload: violations(pod)
        for name in project.after
        if "kubernetes/" in name
        for workload, pod in pods(project.text(name))
    }
    held = {o.finding.subject.rpartition(" of ")[2] for o in project.again.outcomes if o.state is State.HELD}
    assert sum(not controls for controls in left.values()) > len(left) / 2
    assert {workload for workload, controls in left.items() if controls} <= held


SPEC = """\
initContainers:
  - name: first
    image: prom/prometheus:v2.54.0
containers:
  - name: app
    image: prom/prometheus:v2.54.0
    ports:
      - containerPort: 9090
    resources: {}
ephemeralContainers:
  - name: debugger
    image: prom/prometheus:v2.54.0
"""
SELECTOR = "  selector: {matchLabels: {app: app}}\n"
KINDS = {
    "Pod": ("v1", "", "spec:"),
    "PodTemplate": ("v1", "", "template: spec:"),
    "ReplicationController": ("v1", "", "spec: template: spec:"),
    "ReplicaSet": ("apps/v1", SELECTOR, "spec: template: spec:"),
    "Deployment": ("apps/v1", SELECTOR, "spec: template: spec:"),
    "StatefulSet": ("apps/v1", SELECTOR, "spec: template: spec:"),
    "DaemonSet": ("apps/v1", SELECTOR, "spec: template: spec:"),
    "Job": ("batch/v1", "", "spec: template: spec:"),
    "CronJob": ("batch/v1", "", "spec: jobTemplate: spec: template: spec:"),
}
"""The version, what else its spec has, and where its pod's spec stands."""


def manifest(kind: str) -> str:
    version, rest, place = KINDS[kind]
    lines = [f"{'  ' * depth}{key}" for depth, key in enumerate(place.split())]
    body = "".join(f"{'  ' * len(lines)}{line}\n" for line in SPEC.rstrip("\n").split("\n"))
    start = "\n".join(lines[:1]) + "\n" + rest + "".join(f"{line}\n" for line in lines[1:])
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: app\n{start}{body}"


@pytest.mark.parametrize("in_list", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_passes_restricted_in_full(isolated: Path, kind: str, in_list: bool) -> None:
    text = manifest(kind)
    if in_list:
        lines = text.rstrip("\n").split("\n")
        text = "apiVersion: v1\nkind: List\nitems:\n- " + "\n  ".join(lines) + "\n"
    (isolated / "app.yaml").write_text(text, encoding="utf-8")
    settings = Settings()
    result = harden(isolated, settings)
    after = assert_nets_hold(isolated, settings, result)["app.yaml"].decode()
    ((_, old),) = pods(text)
    ((_, new),) = pods(after)
    assert len(violations(old)) == len(("Privilege Escalation", "Capabilities", "Running as Non-root", "Seccomp"))
    assert violations(new) == set()
    assert set(problems(after)) <= set(problems(text))
    shared = new["spec"]["securityContext"]
    assert shared == {
        "runAsNonRoot": True,
        "runAsUser": 65534,
        "runAsGroup": 65534,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    for container in (*new["spec"]["initContainers"], *new["spec"]["containers"], *new["spec"]["ephemeralContainers"]):
        keys = list(container)
        assert keys[:2] == ["name", "image"]
        assert keys[-1] == "securityContext"
        assert "runAsUser" not in container["securityContext"]


def changed(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pod: pod["spec"].update(values)


def context(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pod: pod["spec"]["containers"][0]["securityContext"].update(values)


def container(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pod: pod["spec"]["containers"][0].update(values)


def shared(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda pod: pod["spec"]["securityContext"].update(values)


@pytest.mark.parametrize(
    ("change", "controls"),
    [
        (changed(), set()),
        (changed(hostPID=True), {"Host Namespaces"}),
        (changed(hostNetwork=False), set()),
        (context(privileged=True), {"Privileged Containers"}),
        (context(capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}), set()),
        (context(capabilities={"drop": ["ALL"], "add": ["CHOWN"]}), {"Capabilities"}),
        (context(capabilities={"drop": ["ALL"], "add": ["NET_RAW"]}), {"Capabilities", "Capabilities (baseline)"}),
        (context(capabilities={"drop": ["all"]}), {"Capabilities"}),
        (changed(volumes=[{"name": "a", "hostPath": {"path": "/"}}]), {"HostPath Volumes", "Volume Types"}),
        (changed(volumes=[{"name": "a", "nfs": {}}]), {"Volume Types"}),
        (container(ports=[{"containerPort": 80, "hostPort": 80}]), {"Host Ports"}),
        (container(ports=[{"containerPort": 80, "hostPort": 0}]), set()),
        (container(livenessProbe={"tcpSocket": {"host": "10.0.0.1"}}), {"Host Probes / Lifecycle Hooks"}),
        (context(appArmorProfile={"type": "Unconfined"}), {"AppArmor"}),
        (
            lambda pod: pod["metadata"].update(
                annotations={"container.apparmor.security.beta.kubernetes.io/app": "unconfined"}
            ),
            {"AppArmor"},
        ),
        (context(seLinuxOptions={"type": "spc_t"}), {"SELinux"}),
        (context(seLinuxOptions={"level": "s0"}), set()),
        (context(procMount="Unmasked"), {"/proc Mount Type"}),
        (context(seccompProfile={"type": "Unconfined"}), {"Seccomp", "Seccomp (baseline)"}),
        (shared(seccompProfile=None), {"Seccomp"}),
        (shared(sysctls=[{"name": "kernel.msgmax", "value": "1"}]), {"Sysctls"}),
        (shared(sysctls=[{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]), set()),
        (context(allowPrivilegeEscalation=None), {"Privilege Escalation"}),
        (context(runAsNonRoot=False), {"Running as Non-root"}),
        (shared(runAsNonRoot=None), {"Running as Non-root"}),
        (shared(runAsUser=0), {"Running as Non-root user"}),
        (context(windowsOptions={"hostProcess": True}), {"HostProcess"}),
    ],
)
def test_the_evaluator_knows_each_control(change: Callable[[dict[str, Any]], None], controls: set[str]) -> None:
    pod = copy.deepcopy(COMPLIANT)
    change(pod)
    assert violations(pod) == controls
