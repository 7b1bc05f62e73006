"""What trials showed, and of what else it holds: services, containers and Dockerfiles that run the same."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from hardener import engine
from hardener.engine.result import State
from hardener.model.settings import Settings

IMAGE = """\
image: registry.example/queue:1
user: "70:70"
capabilities: []
writable: [{path: /run/queue, kind: runtime}]
no_new_privileges: true
trial: {date: "2026-01-01"}
"""
SERVICE = IMAGE.replace("image:", "service: queue\ncompose: compose.yaml\ncommand:", 1).replace(
    "command: registry.example/queue:1\n", ""
).replace("2026-01-01\"", "2026-01-01\", image: registry.example/queue:1, command: serve fast")  # fmt: skip
DOCKERFILE = "FROM alpine:3.20\nCMD echo started >> $PLACE/log && exec sleep 600\n"
OF_DOCKERFILE = IMAGE.replace("image: registry.example/queue:1", "dockerfile: Dockerfile")


def compose(image: str = "registry.example/queue:1", more: str = "") -> str:
    return f"services:\n  queue:\n    image: {image}\n{more}"


def pod(image: str = "registry.example/queue:1", more: str = "") -> str:
    container = f"  - name: queue\n    image: {image}\n{more}"
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: queue\nspec:\n  containers:\n{container}"


def texts(folder: Path, files: dict[str, str]) -> tuple[dict[str, str], engine.Result]:
    """Write files and return what safe fixes make of those that they change, with the run's result."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    result = engine.run([folder], Settings(), root=folder)
    assert not result.errors
    return {change.source.path.name: change.text for change in result.changes}, result


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (compose(), True),
        (compose("registry.example/queue:2"), False),
        (compose(more="    command: another\n"), False),
    ],
)
def test_of_an_image_they_hold_where_it_is_started_as_it_is(tmp_path: Path, text: str, known: bool) -> None:
    made, _ = texts(tmp_path, {".harden/images/queue.yaml": IMAGE, "compose.yaml": text})
    assert ('user: "70:70"' in made.get("compose.yaml", "")) == known
    assert ("/run/queue" in made.get("compose.yaml", "")) == known


@pytest.mark.parametrize(
    ("facts", "more", "known"),
    [
        (IMAGE, "", True),
        (IMAGE, "    command: [another]\n", False),
        (SERVICE, "    args: [serve, fast]\n", True),
        (SERVICE, "    command: [serve, fast]\n", False),
        (SERVICE, "", False),
    ],
)
def test_of_a_pod_they_hold_where_it_runs_the_same(tmp_path: Path, facts: str, more: str, known: bool) -> None:
    started = compose(more="    command: [serve, fast]\n") if facts is SERVICE else compose()
    made, _ = texts(tmp_path, {".harden/images/queue.yaml": facts, "compose.yaml": started, "pod.yaml": pod(more=more)})
    assert ("runAsUser: 70" in made["pod.yaml"]) == known
    assert ("readOnlyRootFilesystem: true" in made["pod.yaml"]) == known


@pytest.mark.parametrize(
    ("ids", "known"),
    [({}, True), ({"registry.example/queue:1": "sha256:1"}, True), ({"registry.example/queue:1": "sha256:2"}, False)],
)
def test_they_do_not_hold_for_another_image_of_the_same_name(tmp_path: Path, ids: dict[str, str], known: bool) -> None:
    facts = IMAGE.replace('"2026-01-01"', '"2026-01-01", image_id: "sha256:1"')
    made, _ = texts(tmp_path, {".harden/images/queue.yaml": facts, "compose.yaml": compose()})
    assert 'user: "70:70"' in made["compose.yaml"]
    result = engine.run([tmp_path], Settings(image_ids=ids), root=tmp_path)
    assert any(change.text == made["compose.yaml"] for change in result.changes) is known
    told = ["registry.example/queue:1 was another image then" in notice.message for notice in result.skipped]
    assert told == ([] if known else [True])


def of_dockerfile(text: str, user: str) -> str:
    digest = sha256(text.encode()).hexdigest()
    facts = OF_DOCKERFILE.replace("70:70", user)
    return facts.replace('"2026-01-01"', f'"2026-01-01", dockerfiles: ["{digest}"]')


def test_of_a_dockerfile_they_hold_until_it_changes(tmp_path: Path) -> None:
    facts = of_dockerfile(DOCKERFILE, "10001:10001")
    files = {".harden/images/own.yaml": facts, "Dockerfile": DOCKERFILE}
    made, result = texts(tmp_path, files)
    assert "USER 10001:10001" in made["Dockerfile"]
    assert not result.skipped
    made, result = texts(tmp_path, {"Dockerfile": DOCKERFILE + "LABEL a=b\n"})
    assert "USER" not in made.get("Dockerfile", "")
    assert ["is not counted: it was another one then" in notice.message for notice in result.skipped] == [True]


def test_of_a_service_that_builds_it_they_hold_too(tmp_path: Path) -> None:
    facts = of_dockerfile(DOCKERFILE, "10001:10001")
    project = "services:\n  app:\n    build: .\n"
    made, _ = texts(tmp_path, {".harden/images/a.yaml": facts, "Dockerfile": DOCKERFILE, "compose.yaml": project})
    assert "read_only: true" in made["compose.yaml"]
    made, _ = texts(tmp_path, {"compose.yaml": project + "    command: another\n"})
    assert "read_only: true" not in made.get("compose.yaml", "")


@pytest.mark.parametrize(
    ("refuted", "rule"),
    [
        ('failed_users: {"10001:10001": it ended}', "dockerfile-non-root-user"),
        ("failed: {read_only: it ended}", "compose-read-only"),
        ("failed: {security_opt: it ended}", "compose-no-new-privileges"),
    ],
)
def test_what_was_seen_to_fail_is_held(tmp_path: Path, refuted: str, rule: str) -> None:
    dockerfile = "FROM alpine:3.20\nCMD [\"sleep\", \"600\"]\n"  # fmt: skip
    shown = of_dockerfile(dockerfile, "0:0").replace("dockerfile: Dockerfile", "service: app\ncompose: compose.yaml")
    shown = shown.replace("capabilities: []\n", "").replace("writable: [{path: /run/queue, kind: runtime}]\n", "")
    project = "services:\n  app:\n    build: .\n"
    files = {"Dockerfile": dockerfile, "compose.yaml": project}
    _, before = texts(tmp_path, files)
    assert not any("saw it fail" in outcome.reason for outcome in before.outcomes)
    _, result = texts(tmp_path, {".harden/images/app.yaml": f"{shown}{refuted}\n"})
    [held] = [outcome for outcome in result.outcomes if outcome.finding.rule == rule]
    assert held.state is State.HELD
    assert "a trial on 2026-01-01 (.harden/images/app.yaml) saw it fail" in held.reason
    assert held.reason.endswith("it ended")
