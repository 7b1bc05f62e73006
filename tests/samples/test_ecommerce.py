"""What the shop's implementation guide asks for, service by service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from hardener.engine import State
from tests.conftest import harden
from tests.samples.reading import SAMPLES, TMP, Hardened, Stage, copy, hardened, owned_tmpfs

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this platform")

COMPOSE = "deploy/docker/compose/production.yml"
IMAGES = "deploy/docker/images/"
AI_TEMPLATE = IMAGES + "ai-services/Dockerfile.template"
AI = (
    *("recommender", "search", "pricing", "chatbot-rag", "fraud-detection"),
    *("demand-forecasting", "visual-recognition"),
)
BACKENDS = ("backend", "celery-worker", "celery-beat")
USERS = {
    **dict.fromkeys((*BACKENDS, "api-gateway"), "1000:1000"),
    **dict.fromkeys(AI, "1001:1001"),
    "nginx": "101:101",
}
"""The guide's table of services with images of their own."""
STOCK = {"elasticsearch": "1000:0", "prometheus": "65534:65534", "grafana": "472:0"}
"""Images that start as a user of their own: elasticsearch, nobody and grafana."""
STEPPING_DOWN = {
    "postgres": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
    "postgres-ai": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
    "redis": {"CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"},
}
"""Images whose start-up gives the data to their own user and becomes it, with what that takes."""
WRITABLE = {
    **{name: {"/app/logs", "/app/models", "/app/tmp"} for name in AI},
    "nginx": {"/var/cache/nginx", "/var/run/nginx"},
    "api-gateway": set[str](),
}
DOCKERFILES = [
    (IMAGES + "backend/Dockerfile.production", "1000:1000"),
    (IMAGES + "api-gateway/Dockerfile", "1000:1000"),
    (AI_TEMPLATE, "1001:1001"),
    (IMAGES + "nginx/Dockerfile", "101:101"),
]
OWN_CONTAINERS = {
    ("Deployment/backend", "collectstatic"): "1000:1000",
    ("Deployment/backend", "backend"): "1000:1000",
    ("Deployment/celery-worker", "worker"): "1000:1000",
    ("Deployment/celery-beat", "beat"): "1000:1000",
    ("CronJob/expire-carts", "expire-carts"): "1000:1000",
    ("Deployment/api-gateway", "gateway"): "1000:1000",
    ("Deployment/nginx", "nginx"): "101:101",
    **{(f"Deployment/{name}", name): "1001:1001" for name in AI},
}
WITH_CLAIMS = {("Deployment/backend", "collectstatic"), ("Deployment/backend", "backend")}
"""In a pod whose claim may hold files of another user."""


@pytest.fixture
def default() -> Hardened:
    return hardened("ecommerce", unsafe_fixes=False)


@pytest.fixture
def unsafely() -> Hardened:
    return hardened("ecommerce", unsafe_fixes=True)


def stage(project: Hardened, name: str) -> Stage:
    return Stage(project.text(name), buildkit.parse_string)


def untouched(name: str) -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((SAMPLES / "ecommerce" / COMPOSE).read_text(encoding="utf-8"))["services"]
    found: dict[str, Any] = services[name]
    return found


@pytest.mark.parametrize(("name", "user"), DOCKERFILES)
def test_images_start_as_their_user(default: Hardened, name: str, user: str) -> None:
    last = stage(default, name)
    assert last.user == user
    after = {"HEALTHCHECK", "ENTRYPOINT", "CMD"} & set(last.keywords)
    assert all(last.keywords.index("USER") < last.keywords.index(keyword) for keyword in after)


@pytest.mark.parametrize(("name", "user"), DOCKERFILES)
def test_copies_and_folders_of_the_program_belong_to_that_user(default: Hardened, name: str, user: str) -> None:
    last = stage(default, name)
    places = ("/app", "/opt/venv", "/usr/share/nginx/html")
    copies = {path: owner for path, owner in last.copies().items() if path.startswith(places)}
    assert copies
    assert set(copies.values()) == {user}
    assert set(last.folders().values()) <= {user}


def test_the_account_of_the_ai_services_gets_the_group_that_it_lacked(default: Hardened) -> None:
    assert "RUN groupadd -r -g 1001 aiuser && useradd -r -g aiuser -u 1001 aiuser\n" in default.text(AI_TEMPLATE)
    assert sum("useradd" in run for run in stage(default, AI_TEMPLATE).runs) == 1


@pytest.mark.parametrize("name", [IMAGES + "backend/Dockerfile.production", IMAGES + "api-gateway/Dockerfile"])
def test_accounts_have_a_fixed_uid_and_gid(default: Hardened, name: str) -> None:
    [account] = [run for run in stage(default, name).runs if "useradd" in run]
    assert "groupadd --gid 1000 appuser" in account
    assert "useradd --uid 1000 --gid 1000 " in account


def test_nginx_keeps_the_account_of_its_base(default: Hardened) -> None:
    assert not [run for run in stage(default, IMAGES + "nginx/Dockerfile").runs if "adduser" in run or "useradd" in run]


@pytest.mark.parametrize(("service", "user"), (USERS | STOCK).items())
def test_services_enforce_their_user(default: Hardened, service: str, user: str) -> None:
    assert default.services(COMPOSE)[service]["user"] == user


@pytest.mark.parametrize("service", [*USERS, *STOCK, "qdrant"])
def test_services_keep_no_capability(default: Hardened, service: str) -> None:
    settings = default.services(COMPOSE)[service]
    assert settings["cap_drop"] == ["ALL"]
    assert "cap_add" not in settings
    assert settings["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize(("service", "paths"), WRITABLE.items())
def test_services_whose_writes_are_known_get_a_read_only_root(default: Hardened, service: str, paths: set[str]) -> None:
    settings = default.services(COMPOSE)[service]
    assert settings["read_only"] is True
    stood_there = untouched(service).get("tmpfs", [])
    mounted = {volume.split(":")[1] for volume in settings.get("volumes", [])}
    mounted |= {stood_there} if isinstance(stood_there, str) else set()
    uid, gid = USERS[service].split(":")
    handed_over = [f"{stood_there}:uid={uid},gid={gid}"] if isinstance(stood_there, str) else stood_there
    ours = [owned_tmpfs(path, uid, gid) for path in paths - mounted]
    assert sorted(settings["tmpfs"]) == sorted([TMP, *handed_over, *ours])


def test_a_writable_root_with_its_reason_stays_until_asked(default: Hardened, unsafely: Hardened) -> None:
    assert "    read_only: false  # Applications need to write logs\n" in default.text(COMPOSE)
    assert "person's decision" in default.reason("compose-read-only", "service backend", State.UNSAFE)
    assert "    read_only: true  # Applications need to write logs\n" in unsafely.text(COMPOSE)


@pytest.mark.parametrize("service", BACKENDS)
def test_where_backends_write_is_not_known_so_their_root_is_asked_for(
    default: Hardened, unsafely: Hardened, service: str
) -> None:
    assert default.services(COMPOSE)[service].get("read_only") is untouched(service).get("read_only")
    settings = unsafely.services(COMPOSE)[service]
    assert settings["read_only"] is True
    assert TMP in settings["tmpfs"]


@pytest.mark.parametrize(("service", "needed"), STEPPING_DOWN.items())
def test_databases_step_down_by_themselves(default: Hardened, service: str, needed: set[str]) -> None:
    settings = default.services(COMPOSE)[service]
    assert "user" not in settings
    assert settings["cap_drop"] == ["ALL"]
    assert set(settings["cap_add"]) == needed
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert settings["read_only"] is True
    assert TMP in settings["tmpfs"]
    targets = [volume.split(":")[1] for volume in settings["volumes"]]
    assert not [entry for entry in settings["tmpfs"] if entry.split(":")[0] in targets]


def test_qdrant_stays_root_where_it_keeps_snapshots_in_its_image(default: Hardened, unsafely: Hardened) -> None:
    for project in (default, unsafely):
        assert "user" not in project.services(COMPOSE)["qdrant"]
        assert "leaves /qdrant/snapshots to root" in project.reason("compose-user", "service qdrant")


def test_vault_keeps_its_memory_lock(default: Hardened, unsafely: Hardened) -> None:
    for project in (default, unsafely):
        vault = project.services(COMPOSE)["vault"]
        assert vault["cap_drop"] == ["ALL"]
        assert "IPC_LOCK" in vault["cap_add"]
        assert "security_opt" not in vault
        assert "- IPC_LOCK   # mlock() keeps the keys out of swap\n" in project.text(COMPOSE)
        assert "file capabilities" in project.reason("compose-no-new-privileges", "service vault")


@pytest.mark.parametrize(("container", "user"), OWN_CONTAINERS.items())
def test_containers_of_our_images_run_as_the_image_says(
    default: Hardened, unsafely: Hardened, container: tuple[str, str], user: str
) -> None:
    for project in (unsafely,) if container in WITH_CLAIMS else (default, unsafely):
        security = project.security()[container]
        assert f"{security['runAsUser']}:{security['runAsGroup']}" == user
        assert security["runAsNonRoot"] is True


@pytest.mark.parametrize("container", OWN_CONTAINERS)
def test_containers_of_our_images_gain_nothing(default: Hardened, container: tuple[str, str]) -> None:
    security = default.security()[container]
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}


@pytest.mark.parametrize("container", OWN_CONTAINERS)
def test_containers_of_our_images_have_a_read_only_root(
    default: Hardened, unsafely: Hardened, container: tuple[str, str]
) -> None:
    told = OWN_CONTAINERS[container] != "1000:1000" or container[1] == "gateway"
    security = (default if told else unsafely).security()[container]
    assert security["readOnlyRootFilesystem"] is True
    [settings] = [
        each
        for each in security["pod"].get("initContainers", []) + security["pod"]["containers"]
        if each["name"] == container[1]
    ]
    mounts = [mount["mountPath"] for mount in settings["volumeMounts"]]
    assert "/tmp" in mounts
    assert len(set(mounts)) == len(mounts)
    volumes = [volume["name"] for volume in security["pod"]["volumes"]]
    assert {mount["name"] for mount in settings["volumeMounts"]} <= set(volumes)
    assert len(set(volumes)) == len(volumes)


@pytest.mark.parametrize(
    ("container", "user"),
    [
        (("StatefulSet/elasticsearch", "elasticsearch"), "1000:0"),
        (("Deployment/prometheus", "prometheus"), "65534:65534"),
        (("Deployment/grafana", "grafana"), "472:0"),
    ],
)
def test_stock_containers_say_their_user(default: Hardened, container: tuple[str, str], user: str) -> None:
    security = default.security()[container]
    assert f"{security['runAsUser']}:{security['runAsGroup']}" == user
    assert security["runAsNonRoot"] is True
    assert security["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_database_pods_keep_what_they_step_down_with(default: Hardened, name: str) -> None:
    security = default.security()[f"StatefulSet/{name}", name]
    assert "runAsUser" not in security
    assert security["capabilities"]["drop"] == ["ALL"]
    assert set(security["capabilities"]["add"]) == STEPPING_DOWN[name]
    assert default.reason("kubernetes-run-as-non-root", f"StatefulSet/{name}", State.UNSAFE)


def test_the_vault_pod_keeps_its_memory_lock(default: Hardened, unsafely: Hardened) -> None:
    for project in (default, unsafely):
        security = project.security()["StatefulSet/vault", "vault"]
        assert "IPC_LOCK" in security["capabilities"]["add"]
        assert security["capabilities"]["drop"] == ["ALL"]
        assert "allowPrivilegeEscalation" not in security
        subject = "container vault of StatefulSet/vault"
        assert "file capabilities" in project.reason("kubernetes-no-privilege-escalation", subject)


def test_a_privileged_init_container_is_a_persons_decision(default: Hardened) -> None:
    security = default.security()["StatefulSet/elasticsearch", "max-map-count"]
    assert security["privileged"] is True
    subject = "init container max-map-count of StatefulSet/elasticsearch"
    assert "privileged" in default.reason("kubernetes-drop-capabilities", subject)


def test_the_exceptions_of_vault_are_complete_and_about_something(tmp_path: Path) -> None:
    settings = copy("ecommerce", tmp_path, unsafe_fixes=False)
    assert [(one.capability, one.expired) for one in settings.exceptions] == [("IPC_LOCK", False)] * 2
    assert harden(tmp_path, settings).matched == {*settings.exceptions}
