"""Kustomizations and Compose files that a run does not change still say what its manifests are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hardener import engine
from hardener.engine import Result
from hardener.model.kubernetes.kustomization import Rename
from hardener.model.kubernetes.overlay import Overlay, Patched, Place, Target
from hardener.model.settings import Settings
from tests.conftest import harden

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsUser: 2000}
  containers: [{name: web, image: web}]
"""


def run(folder: Path, path: str, rule: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(folder)
    return engine.run([Path(path)], replace(Settings(), select=(rule,)), root=folder)


@pytest.fixture
def project(isolated: Path) -> Path:
    (isolated / "base").mkdir()
    (isolated / "prod").mkdir()
    (isolated / "base/pod.yaml").write_text(POD)
    (isolated / "base/kustomization.yaml").write_text("resources: [pod.yaml]\n")
    (isolated / "prod/kustomization.yaml").write_text(
        "resources: [../base]\nimages: [{name: web, newName: team/web}]\n"
    )
    (isolated / "compose.yaml").write_text("services:\n  web: {image: team/web, user: '1000'}\n")
    return isolated


def test_a_compose_file_outside_the_paths_disagrees_too(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (outcome,) = run(project, "base", "project-identity-mismatch", monkeypatch).outcomes
    assert "runs as 2000; service web in compose.yaml runs as 1000" in outcome.reason


def test_a_patch_outside_the_paths_is_known_to_its_base(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (project / "prod/kustomization.yaml").open("a") as file:
        file.write("patches: [{path: root.yaml}]\n")
    (project / "prod/root.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
        "spec: {containers: [{name: web, securityContext: {runAsUser: 0}}]}\n"
    )
    (outcome,) = run(project, "base", "kubernetes-run-as-non-root", monkeypatch).outcomes
    assert "prod/root.yaml patches it with `runAsUser: 0`" in outcome.reason


@pytest.mark.parametrize(
    "text", ["", "resources: [pod.yaml", "- 1\n", "resources: [../base]\npatches: [{path: none}]\n"]
)
def test_a_kustomization_that_says_nothing_changes_nothing(
    project: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "prod/kustomization.yaml").write_text(text)
    (project / "compose.yaml").unlink()
    assert len(run(project, "base", "kubernetes-run-as-non-root", monkeypatch).outcomes) == 1


def test_kustomizations_that_take_each_other_end(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "base/kustomization.yaml").write_text("resources: [pod.yaml, ../prod]\n")
    assert run(project, "base", "kubernetes-run-as-non-root", monkeypatch).outcomes


@pytest.mark.parametrize(
    ("image", "rename", "expected"),
    [
        ("web", Rename("web", "team/web", "", ""), "team/web"),
        ("web:1", Rename("web", "team/web", "", ""), "team/web:1"),
        ("web:1", Rename("web", "", "2", ""), "web:2"),
        ("web:1", Rename("web", "", "", "sha256:0"), "web@sha256:0"),
        ("host:5000/web", Rename("host:5000/web", "web", "", ""), "web"),
        ("web@sha256:1", Rename("web", "team/web", "", ""), "team/web@sha256:1"),
        ("other:1", Rename("web", "team/web", "", ""), "other:1"),
    ],
)
def test_images_are_called_as_kustomize_calls_them(image: str, rename: Rename, expected: str) -> None:
    assert rename.applied(image) == expected
    found = Overlay(ways=((rename,), ())).images(image, Place("Pod", "web", "app"))
    assert found == tuple(dict.fromkeys((expected, image)))


@pytest.mark.parametrize(
    ("target", "place", "found"),
    [
        (Target("Pod", "web", "app"), Place("Pod", "web", "app"), True),
        (Target("Pod", "web", "app"), Place("Pod", "web-2", "app"), False),
        (Target("Pod", "web", "app"), Place("Job", "web", "app"), False),
        (Target("Pod", "web", "app"), Place("Pod", "web", "other"), False),
        (Target("Pod|Job", "web.*"), Place("Job", "web-2", "app"), True),
        (Target("Pod", "prod-web-1"), Place("Pod", "web", "app"), True),
        (Target("Pod", "other-web"), Place("Pod", "web", "app"), False),
        (Target("Pod", "*"), Place("Pod", "web", "app"), True),
        (Target("Pod", "", "containers/1"), Place("Pod", "web", "app", "containers/1"), True),
        (Target("Pod", "", "containers/1"), Place("Pod", "web", "app", "containers/0"), False),
    ],
)
def test_a_patch_speaks_of_its_own_target(target: Target, place: Place, found: bool) -> None:
    patched = Patched("patch.yaml", target, "privileged", "privileged: true")
    overlay = Overlay(patched=[patched], affixes=(("", ""), ("prod-", "-1")))
    assert (overlay.sets(place, "privileged") is patched) is found
    assert overlay.sets(place, "runAsUser") is None


@pytest.mark.parametrize(("more", "said"), [("", 0), ("    image: {{ .Values.image }}\n", 1)])
def test_a_template_that_names_no_image_is_none_of_ours(isolated: Path, more: str, said: int) -> None:
    """What may be a patch for its words alone may be a policy as well."""
    text = "kind: PodSecurityPolicy\nspec:\n  {{- if .Values.shared }}\n  hostNetwork: true\n  {{- end }}\n"
    (isolated / "policy.yaml").write_text(text + more)
    result = harden(isolated, Settings())
    assert (len(result.outcomes), result.skipped, result.errors) == (said, (), ())
