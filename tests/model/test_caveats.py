"""What the findings about an image's user tell a person to look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hardener.model.finding import Finding, Safety
from hardener.model.settings import Settings
from tests.conftest import harden

OWN = "only to its own working directory"
NOT_OWN = "not to its own working directory"
EXISTING = "existing volumes for /data still belong to root: docker run --rm --user 0 --entrypoint chown -v NAME:/v"


def finding(folder: Path, text: str, rule: str = "dockerfile-non-root-user") -> Finding:
    (folder / "Dockerfile").write_text(text)
    (outcome,) = harden(folder, replace(Settings(), select=(rule,))).outcomes
    return outcome.finding


@pytest.mark.parametrize(
    ("folder", "words"), [("/app", OWN), ("/usr/local/app", NOT_OWN), ("/", NOT_OWN), ("/var/lib", NOT_OWN)]
)
def test_the_working_directory_is_said_to_be_given_where_it_is(isolated: Path, folder: str, words: str) -> None:
    found = finding(isolated, f'FROM debian:12\nWORKDIR {folder}\nCMD ["/usr/bin/tool"]\n')
    assert words in (found.caveat or "")
    given = any(f"chown 10001:10001 {folder}" in str(change) for change in found.changes)
    assert given is (words == OWN)


@pytest.mark.parametrize(
    ("user", "rule"), [("", "dockerfile-non-root-user"), ("USER 10001:10001\n", "dockerfile-writable-paths")]
)
def test_existing_volumes_are_named(isolated: Path, user: str, rule: str) -> None:
    found = finding(isolated, f'FROM debian:12\nVOLUME /data\n{user}CMD ["/usr/bin/tool"]\n', rule)
    assert EXISTING in (found.caveat or "")
    assert "-R 10001:10001 /v" in (found.caveat or "")


def test_volumes_that_everybody_may_write_to_are_not_named(isolated: Path) -> None:
    found = finding(isolated, 'FROM debian:12\nVOLUME /tmp /var/tmp/cache\nCMD ["/usr/bin/tool"]\n')
    assert found.safety is Safety.SAFE
    assert "existing volumes" not in (found.caveat or "")


def test_a_volume_that_a_service_mounts_makes_it_unsafe(isolated: Path) -> None:
    (isolated / "compose.yaml").write_text("services:\n  a:\n    build: .\n    volumes: [kept:/data]\n")
    found = finding(isolated, 'FROM debian:12\nVOLUME /data\nCMD ["/usr/bin/tool"]\n')
    assert found.safety is Safety.UNSAFE
    assert "kept:/data" in found.reason


def test_claims_need_a_group_in_their_pod_and_no_chown(isolated: Path) -> None:
    (isolated / "compose.yaml").write_text("services:\n  a:\n    build: .\n    image: team/a\n")
    (isolated / "pod.yaml").write_text("""
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: a
      image: team/a
      volumeMounts: [{name: data, mountPath: /data}, {name: node, mountPath: /node}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: a}}, {name: node, hostPath: {path: /srv}}]
""")
    found = finding(isolated, 'FROM debian:12\nCMD ["/usr/bin/tool"]\n')
    assert "the files under /data of Pod/a need `fsGroup: 10001` in the pod" in (found.caveat or "")
    assert "give the files in /node of Pod/a to 10001:10001 first, with chown -R" in (found.caveat or "")


@pytest.mark.parametrize(
    ("body", "rule", "expected"),
    [
        (
            "pid: host\n    uts: host\n    volumes: ['/proc:/p']",
            "compose-no-host-namespaces",
            "; what stays: `/proc:/p` shows",
        ),
        ("uts: host", "compose-no-host-namespaces", None),
        ("pid: host\n    volumes: ['/proc:/p']", "compose-no-host-namespaces", None),
    ],
)
def test_what_a_service_still_shares_is_said(isolated: Path, body: str, rule: str, expected: str | None) -> None:
    (isolated / "compose.yaml").write_text(f"services:\n  a:\n    image: acme/a:1\n    {body}\n")
    (outcome,) = harden(isolated, replace(Settings(), select=(rule,))).outcomes
    caveat = outcome.finding.caveat or ""
    assert ("what stays" in caveat) is (expected is not None)
    assert (expected or "") in caveat


@pytest.mark.parametrize(
    ("spec", "rule", "expected"),
    [
        ("hostNetwork: true, hostIPC: true", "kubernetes-no-host-namespaces", "what stays: `containerPort: 80`"),
        ("hostIPC: true", "kubernetes-no-host-namespaces", ""),
        ("hostNetwork: true", "kubernetes-no-host-namespaces", ""),
        ("restartPolicy: Always", "kubernetes-read-only-root", "the pod is evicted when it writes more than 64Mi"),
    ],
)
def test_what_a_pod_still_shares_and_how_much_it_may_write(isolated: Path, spec: str, rule: str, expected: str) -> None:
    containers = "[{name: a, image: 'acme/a:1', ports: [{containerPort: 80}]}]"
    (isolated / "pod.yaml").write_text(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{spec}, containers: {containers}}}\n"
    )
    (outcome,) = harden(isolated, replace(Settings(), select=(rule,))).outcomes
    caveat = outcome.finding.caveat or ""
    assert ("; " in caveat) is bool(expected)
    assert expected in caveat


GRAFANA = "image: 'grafana/grafana:11.3.0'"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GRAFANA, ""),
        (f"{GRAFANA}, user: root", "files in volumes that belong to root"),
        (f"{GRAFANA}, user: root, volumes: ['./a:/var/lib/grafana']", "chown -R 472:0 ./a"),
        ("image: acme/a, user: root", ""),
    ],
)
def test_a_service_that_was_root_is_told_of_its_files(isolated: Path, body: str, expected: str) -> None:
    (isolated / "compose.yaml").write_text(f"services:\n  a: {{{body}}}\n")
    (outcome,) = harden(isolated, replace(Settings(), select=("compose-user",))).outcomes
    caveat = outcome.finding.caveat or ""
    assert bool(caveat) is bool(expected)
    assert expected in caveat


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GRAFANA, ""),
        ("image: acme/a", "files on volumes that belong to another user"),
        (f"{GRAFANA}, securityContext: {{runAsUser: 0}}", "files on volumes that belong to another user"),
        (
            f"{GRAFANA}, volumeMounts: [{{name: d, mountPath: /d}}], securityContext: {{runAsUser: 0}}",
            "under /d become",
        ),
    ],
)
def test_a_pod_that_was_root_is_told_of_its_files(isolated: Path, body: str, expected: str) -> None:
    volumes = "[{name: d, persistentVolumeClaim: {claimName: d}}]"
    spec = f"{{containers: [{{name: a, {body}}}], volumes: {volumes}}}"
    (isolated / "pod.yaml").write_text(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}\n")
    (outcome,) = harden(isolated, replace(Settings(), select=("kubernetes-run-as-non-root",))).outcomes
    caveat = outcome.finding.caveat or ""
    assert bool(caveat) is bool(expected)
    assert expected in caveat
