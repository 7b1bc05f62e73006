"""The policy that the chatbot's image and manifests must meet: a fixed user, no capabilities, a read-only root."""

from __future__ import annotations

import pytest
import yaml

from hardener.engine import State
from tests.samples.reading import TMP, Hardened, Stage, hardened, owned_tmpfs

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this platform")
CONTAINER = "Deployment/personal-chatbot", "app"


@pytest.fixture
def default() -> Hardened:
    return hardened("chatbot", unsafe_fixes=False)


@pytest.fixture
def unsafely() -> Hardened:
    return hardened("chatbot", unsafe_fixes=True)


def test_no_capability_is_left_whether_asked_or_not(default: Hardened, unsafely: Hardened) -> None:
    for result in (default, unsafely):
        service = result.services("compose.yaml")["app"]
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert service["security_opt"] == ["no-new-privileges:true"]
        security = result.security()[CONTAINER]
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert security["allowPrivilegeEscalation"] is False
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}


def test_another_user_for_the_notes_on_the_host_is_not_taken_without_asking(default: Hardened) -> None:
    """They lie in a folder of the host, which nobody has said to belong to 10001."""
    stage = Stage(default.text("Dockerfile"), buildkit.parse_string)
    assert "USER" not in stage.keywords
    assert stage.copies() == {"/app": "0:0"}
    assert set(stage.folders().values()) == {"0:0"}
    assert "user" not in default.services("compose.yaml")["app"]
    assert "./data:/data" in default.reason("dockerfile-non-root-user", "stage base", State.UNSAFE)


def test_the_image_has_a_fixed_numeric_user(unsafely: Hardened) -> None:
    stage = Stage(unsafely.text("Dockerfile"), buildkit.parse_string)
    assert stage.user == "10001:10001"
    assert stage.keywords.index("USER") < stage.keywords.index("ENTRYPOINT")
    [account] = [run for run in stage.runs if "useradd" in run]
    assert "groupadd --gid 10001 app" in account
    assert "--uid 10001 --gid 10001" in account


def test_the_folders_that_it_writes_to_belong_to_that_user_and_its_code_does_not(unsafely: Hardened) -> None:
    stage = Stage(unsafely.text("Dockerfile"), buildkit.parse_string)
    assert stage.copies() == {"/app": "0:0"}
    assert stage.folders() == {"/data": "10001:10001", "/var/run/app": "10001:10001"}


def test_no_program_of_the_image_keeps_a_setuid_bit(default: Hardened, unsafely: Hardened) -> None:
    """The runbook expects none; tests/engine counts them in the built image."""
    for project in (default, unsafely):
        stage = Stage(project.text("Dockerfile"), buildkit.parse_string)
        assert "find / -xdev -type f -perm /6000 -exec chmod a-s {} +" in stage.runs[-1]
        assert [keyword for keyword in stage.keywords if keyword in ("RUN", "COPY", "ADD")][-1] == "RUN"


def test_compose_enforces_user_and_read_only_root(unsafely: Hardened) -> None:
    service = unsafely.services("compose.yaml")["app"]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert sorted(service["tmpfs"]) == [TMP, owned_tmpfs("/var/run/app", 10001, 10001)]
    assert "privileged" not in service
    assert service["volumes"] == ["./data:/data"]


def test_kubernetes_enforces_the_same(unsafely: Hardened) -> None:
    security = unsafely.security()[CONTAINER]
    assert security["runAsUser"] == 10001
    assert security["runAsGroup"] == 10001
    assert security["runAsNonRoot"] is True
    assert security["readOnlyRootFilesystem"] is True
    mounts = {mount["mountPath"] for mount in security["pod"]["containers"][0]["volumeMounts"]}
    assert mounts == {"/data", "/tmp", "/var/run/app"}
    assert len({volume["name"] for volume in security["pod"]["volumes"]}) == len(mounts)


def test_the_manifests_beside_the_deployment_stay(unsafely: Hardened) -> None:
    before = list(yaml.safe_load_all(unsafely.before["k8s/deployment.yaml"]))
    assert list(yaml.safe_load_all(unsafely.text("k8s/deployment.yaml")))[1:] == before[1:]
