"""What the engine decides about whole files and about findings that depend on each other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hardener import engine
from hardener.engine import Outcome, Result, State
from hardener.engine.settle import Asked, conflicts
from hardener.model.document import UNSUPPORTED
from hardener.model.finding import Finding, Safety
from hardener.model.settings import Settings
from hardener.text.changes import Exclude, Include, Put, Remove, YamlChange
from hardener.text.changes import Path as TreePath
from tests.conftest import harden

PROMETHEUS = "services:\n  metrics:\n    image: prom/prometheus:v2.55.1\n"
BUILT = "services:\n  api:\n    build: ./api\n    image: team/api:1\n"
DOCKERFILE = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n'
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers:
    - name: api
      image: team/api:1
"""


def put(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def outcomes(result: Result, rule: str) -> list[Outcome]:
    return [outcome for outcome in result.outcomes if outcome.finding.rule == rule]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PROMETHEUS.encode("utf-16"), "UTF-16"),
        (PROMETHEUS.encode("utf-16-le"), "UTF-16"),
        (PROMETHEUS.encode() + b"# \xff", "UTF-8"),
        (PROMETHEUS.encode() + b"# \0", "NUL"),
        (b"services: [" + b"[" * 300, "200"),
        (b"services:\n  web:\n   image: a\n  b: {\n<<<<<<< HEAD\n", ""),
    ],
)
def test_what_cannot_be_read_is_an_error_and_stays(isolated: Path, content: bytes, words: str) -> None:
    put(isolated, compose_yaml=content, other__compose_yaml=PROMETHEUS)
    result = harden(isolated, Settings())
    assert [notice.path for notice in result.errors] == ["compose.yaml"]
    assert words in result.errors[0].message
    assert [change.source.name for change in result.changes] == ["other/compose.yaml"]


def test_a_broken_file_that_is_not_ours_is_no_error(isolated: Path) -> None:
    put(isolated, notes_yaml="image services: [\n", values_yaml="a: {{ b }}\nimage: c\n")
    result = harden(isolated, Settings())
    assert not result.errors
    assert not result.outcomes


def test_a_json_manifest_is_held(isolated: Path) -> None:
    manifest = '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "b"}]}}'
    put(isolated, pod_json=manifest, package_json='{"kind": "image", "containers": 1}')
    result = harden(isolated, Settings())
    assert [(o.finding.file, o.finding.rule, o.state) for o in result.outcomes] == [
        ("pod.json", UNSUPPORTED, State.HELD)
    ]
    assert "JSON" in result.outcomes[0].reason


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("compose.yaml", PROMETHEUS.replace("v2.55.1", "v2.55.1   # harden: ignore[RULE] why"), ""),
        ("compose.yaml", PROMETHEUS.replace("    image", "    # harden: ignore[RULE] why\n    image"), ""),
        ("compose.yaml", PROMETHEUS.replace("  metrics:", "  metrics: # harden: ignore[RULE] why"), "compose-user"),
        (
            "compose.yaml",
            PROMETHEUS.replace("  metrics:", "  # harden: ignore[compose] why\n\n  metrics:"),
            "compose-user",
        ),
        ("pod.yaml", POD.replace("spec:", "spec:  # harden: ignore[RULE] why"), ""),
        (
            "pod.yaml",
            POD.replace("    - name", "    # harden: ignore[RULE] why\n    - name"),
            "kubernetes-drop-capabilities",
        ),
        ("Dockerfile", "# harden: ignore[RULE] why\n" + DOCKERFILE, "dockerfile-non-root-user"),
    ],
)
def test_a_comment_with_a_reason_accepts_a_finding(isolated: Path, name: str, text: str, rule: str) -> None:
    """The comment stands on the line of what the finding speaks about, or above it; elsewhere it accepts nothing."""
    chosen = rule or ("compose-user" if name == "compose.yaml" else "kubernetes-drop-capabilities")
    (isolated / name).write_text(text.replace("RULE", chosen))
    accepted = {o.finding.rule for o in harden(isolated, Settings()).outcomes if o.state is State.SUPPRESSED}
    assert (chosen in accepted) == bool(rule)


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# harden: ignore[compose-user]", "it gives no reason"),
        ("# harden: ignore because", "it names no rule"),
        ("# harden: ignore[compose-usr] because", "no rule is called compose-usr"),
    ],
)
def test_a_comment_without_effect_is_said(isolated: Path, comment: str, words: str) -> None:
    put(isolated, compose_yaml=PROMETHEUS.replace("  metrics:", f"  {comment}\n  metrics:"))
    result = harden(isolated, Settings())
    assert [words in notice.message for notice in result.skipped] == [True]
    assert State.SUPPRESSED not in {outcome.state for outcome in result.outcomes}


def test_the_words_in_a_string_are_no_comment(isolated: Path) -> None:
    put(isolated, compose_yaml=PROMETHEUS + '    labels: ["# harden: ignore[compose-user] no"]\n')
    assert outcomes(harden(isolated, Settings()), "compose-user")[0].state is State.FIXED


class TestOneIdentity:
    """The user of a Dockerfile, repeated by what runs its image."""

    def test_all_three_formats_get_the_same(self, isolated: Path) -> None:
        put(isolated, compose_yaml=BUILT, api__Dockerfile=DOCKERFILE, pod_yaml=POD)
        result = harden(isolated, Settings())
        texts = {change.source.name: change.text for change in result.changes}
        assert list(texts) == ["api/Dockerfile", "compose.yaml", "pod.yaml"]
        assert "USER 10001:10001\n" in texts["api/Dockerfile"]
        assert '    user: "10001:10001"\n' in texts["compose.yaml"]
        assert "runAsUser: 10001\n    runAsGroup: 10001\n" in texts["pod.yaml"]

    def test_without_the_dockerfile_in_paths_it_is_held(self, isolated: Path) -> None:
        put(isolated, compose_yaml=BUILT, api__Dockerfile=DOCKERFILE)
        result = only(isolated, "compose.yaml")
        assert not result.changes
        assert "pass api/Dockerfile too" in outcomes(result, "compose-user")[0].reason

    def test_a_dockerfile_outside_paths_that_is_right_already_is_read(self, isolated: Path) -> None:
        put(isolated, compose_yaml=BUILT, api__Dockerfile=DOCKERFILE.replace("CMD", "USER 1000:1000\nCMD"))
        result = only(isolated, "compose.yaml")
        assert [change.source.name for change in result.changes] == ["compose.yaml"]
        assert 'user: "1000:1000"' in result.changes[0].text

    def test_a_manifest_finds_the_build_elsewhere_in_the_project(self, isolated: Path) -> None:
        put(
            isolated, compose_yaml=BUILT, api__Dockerfile=DOCKERFILE.replace("CMD", "USER 1000:1000\nCMD"), pod_yaml=POD
        )
        assert "runAsUser: 1000\n" in only(isolated, "pod.yaml").changes[0].text

    def test_accepting_the_dockerfile_holds_what_rests_on_it(self, isolated: Path) -> None:
        put(isolated, compose_yaml=BUILT, api__Dockerfile="# harden: ignore[dockerfile] legacy\n" + DOCKERFILE)
        held = outcomes(harden(isolated, Settings()), "compose-user")[0]
        assert held.state is State.HELD
        assert held.reason == "api/Dockerfile is not fixed in this run: legacy"

    def test_an_unsafe_dockerfile_makes_what_rests_on_it_unsafe(self, isolated: Path) -> None:
        put(isolated, compose_yaml=BUILT + "    volumes: [./data:/data]\n", api__Dockerfile=DOCKERFILE)
        found = outcomes(harden(isolated, Settings()), "compose-user")[0]
        assert found.state is State.UNSAFE
        assert "it rests on an unsafe fix in api/Dockerfile" in found.reason

    def test_a_path_out_of_the_project_is_not_followed(
        self, isolated: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        outside = tmp_path_factory.mktemp("outside")
        (outside / "Dockerfile").write_text("FROM scratch\nUSER 7:7\n")
        put(isolated, compose_yaml=f"services:\n  api:\n    build: {os.path.relpath(outside, isolated)}\n")
        found = outcomes(harden(isolated, Settings()), "compose-user")[0]
        assert found.state is State.HELD
        assert "lies outside" in found.reason


def only(folder: Path, name: str) -> Result:
    before = Path.cwd()
    os.chdir(folder)
    try:
        return engine.run([Path(name)], Settings())
    finally:
        os.chdir(before)


def finding(name: str) -> Finding:
    return Finding(name, "f", name, "", 0, 0, 1, 1, 1, Safety.SAFE)


PLACE: TreePath = (0, "a", "b")


@pytest.mark.parametrize(
    ("one", "two", "contradict"),
    [
        (Put(PLACE, True), Put(PLACE, True), False),
        (Put(PLACE, True), Put(PLACE, False), True),
        (Put(PLACE, True), Include(PLACE, "x"), True),
        (Put(PLACE, True), Put((*PLACE, "c"), 1), True),
        (Remove(PLACE), Put((*PLACE, "c"), 1), True),
        (Remove(PLACE), Remove(PLACE), False),
        (Include(PLACE, "x"), Include(PLACE, "y"), False),
        (Include(PLACE, "x"), Exclude(PLACE, "y"), False),
        (Include(PLACE, "x"), Exclude(PLACE, "x"), True),
        (Put(PLACE, True), Put((0, "a", "c"), False), False),
    ],
)
def test_contradictions_hold_both_sides(one: YamlChange, two: YamlChange, contradict: bool) -> None:
    first, second = finding("one"), finding("two")
    asked = [Asked(f, c.path, c, frozenset((c.path,))) for f, c in ((first, one), (second, two))]
    assert set(conflicts(asked)) == ({first.key, second.key} if contradict else set())
    assert set(conflicts(reversed(asked))) == set(conflicts(asked))


def test_a_target_that_just_this_file_lacks_is_an_error(isolated: Path) -> None:
    put(isolated, api__Dockerfile="FROM scratch AS dev\nFROM scratch\n", web__Dockerfile="FROM scratch\n")
    targets = {
        "api/Dockerfile": ("dev", "dve"),
        "web/Dockerfile": ("dev", "0"),
        "*": ("debug",),
        "x/Dockerfile": ("a",),
    }
    errors = harden(isolated, Settings(targets=targets)).errors
    assert [(error.path, error.message) for error in errors] == [
        ("api/Dockerfile", 'the configuration says that stage "dve" is built, and it has dev'),
        ("web/Dockerfile", 'the configuration says that stage "dev" is built, and it has none with a name'),
    ]


def test_what_was_looked_at_is_named_though_nothing_was_found(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM scratch AS one\nFROM one\nUSER 1:1\nCMD ["/x"]\n')
    (tmp_path / "compose.yaml").write_text("services:\n  web: {image: nginx}\n  base: {extends: web}\n")
    result = engine.run([tmp_path], Settings(ignore=("compose", "dockerfile", "project")))
    assert not result.outcomes
    assert [(seen.dialect, seen.subject, seen.line) for seen in result.subjects] == [
        ("dockerfile", "stage one", 1),
        ("dockerfile", "stage 2", 2),
        ("compose", "service web", 2),
        ("compose", "service base", 3),
    ]
