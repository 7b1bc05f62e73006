"""Image names, the profiles that ship, and how tags choose among variants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hardener import templates
from hardener.model.images import profiles as images
from hardener.model.images.profiles import Image, ImageName, profile
from hardener.model.settings import User

FOLDER = templates.folder() / "images"
FILES = sorted(FOLDER.rglob("*.yaml"))
SCHEMA = Draft202012Validator(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))
NOT_FACTS = {"name", "base", "evidence"}
HASH = "sha256:" + "0123456789abcdef" * 4


def known(reference: str) -> Image:
    image = profile(reference)
    assert image is not None
    return image


def name_of(file: Path) -> str:
    return file.relative_to(FOLDER).with_suffix("").as_posix()


@pytest.mark.parametrize(
    ("reference", "name", "familiar"),
    [
        ("nginx", ImageName("docker.io", "library/nginx", "latest", None), "nginx"),
        ("docker.io/library/nginx:1.27", ImageName("docker.io", "library/nginx", "1.27", None), "nginx"),
        ("docker.io/nginx", ImageName("docker.io", "library/nginx", "latest", None), "nginx"),
        ("index.docker.io/library/nginx", ImageName("docker.io", "library/nginx", "latest", None), "nginx"),
        ("library/nginx", ImageName("docker.io", "library/nginx", "latest", None), "nginx"),
        ("prom/prometheus:v3", ImageName("docker.io", "prom/prometheus", "v3", None), "prom/prometheus"),
        ("docker.io/prom/prometheus", ImageName("docker.io", "prom/prometheus", "latest", None), "prom/prometheus"),
        (f"nginx@{HASH}", ImageName("docker.io", "library/nginx", None, HASH), "nginx"),
        (f"ghcr.io/org/app:1.2@{HASH}", ImageName("ghcr.io", "org/app", "1.2", HASH), "ghcr.io/org/app"),
        ("localhost/app", ImageName("localhost", "app", "latest", None), "localhost/app"),
        ("localhost:5000/app:x", ImageName("localhost:5000", "app", "x", None), "localhost:5000/app"),
        ("registry:5000/a/b/c", ImageName("registry:5000", "a/b/c", "latest", None), "registry:5000/a/b/c"),
        (
            "Registry.Example.com/app",
            ImageName("Registry.Example.com", "app", "latest", None),
            "Registry.Example.com/app",
        ),
        ("a__b/c--d_e.f", ImageName("docker.io", "a__b/c--d_e.f", "latest", None), "a__b/c--d_e.f"),
        ("postgres:${VERSION:-16}", ImageName("docker.io", "library/postgres", None, None), "postgres"),
        ("postgres:16-$VARIANT", ImageName("docker.io", "library/postgres", None, None), "postgres"),
    ],
)
def test_a_reference_is_taken_apart(reference: str, name: ImageName, familiar: str) -> None:
    assert ImageName.parse(reference) == name
    assert name.familiar == familiar


@pytest.mark.parametrize(
    "reference",
    ["Nginx", "nginx:", "nginx:-x", "a//b", "/a", "a/", "-a", "a___b", "../nginx", "a/../b", "gcr.io/../x", ".."],
)
def test_what_is_no_reference(reference: str) -> None:
    assert ImageName.parse(reference) is None
    assert profile(reference) is None


@pytest.mark.parametrize(
    "reference",
    ["${IMAGE}", "${R}/nginx:1", "nginx@sha256:12", "_any", "gcr.io/distroless/_any", "a b", "nginx:a b", "", " "],
)
def test_what_names_no_image(reference: str) -> None:
    assert ImageName.parse(reference) is None
    assert profile(reference) is None


@pytest.mark.parametrize("reference", ["nginx\n", "nginx:1\n", "\tnginx", "nginx "])
def test_white_space_is_no_part_of_a_reference(reference: str) -> None:
    assert ImageName.parse(reference) is None


@given(st.text(alphabet="ab./:_-@$ \n0", max_size=30))
def test_no_name_leads_out_of_the_templates(reference: str) -> None:
    name = ImageName.parse(reference)
    if name is not None:
        assert not {"", ".", ".."} & set(name.familiar.split("/"))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_profile_fits_the_schema(file: Path) -> None:
    errors = list(SCHEMA.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shell": True}, "does not contain items matching the given schema"),
        ({"evidence": [{"facts": ["family"], "source": "https://github.com/a/b/blob/main/Dockerfile"}]}, "'read'"),
        ({"evidence": []}, "[] should be non-empty"),
        ({"default_user": "root"}, "is not valid under any"),
        ({"sheII": True}, "Unevaluated properties"),
        ({"variants": [{"tags": ["x"], "shell": True, "evidence": []}]}, "should be non-empty"),
    ],
)
def test_the_schema_refuses_what_has_no_source(change: dict[str, Any], said: str) -> None:
    source = f"https://github.com/a/b/blob/{'a' * 40}/Dockerfile"
    document = {"image": "x", "base": True, "family": "none", "evidence": [{"facts": ["family"], "source": source}]}
    assert SCHEMA.is_valid(document)
    errors = " ".join(error.message for error in SCHEMA.iter_errors(document | change))
    assert said in errors


def test_the_schema_knows_the_fields_of_an_image() -> None:
    facts = set(SCHEMA.schema["$defs"]["facts"]["properties"])
    assert facts == set(Image.__dataclass_fields__) - NOT_FACTS
    assert facts == set(SCHEMA.schema["$defs"]["facts"]["dependentSchemas"])


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_profile_is_read_as_other_parsers_read_it(file: Path) -> None:
    assert images._read(file) == yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_profile_lies_under_its_name(file: Path) -> None:
    image = yaml.safe_load(file.read_text(encoding="utf-8"))["image"]
    assert image == name_of(file).replace("_any", "*")


def references(file: Path) -> Iterator[str]:
    """Yield a reference for the profile and for each of its variants."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    name = name_of(file).replace("_any", "static")
    yield from (name, f"{name}@{HASH}")
    for variant in document.get("variants", ()):
        for glob in variant.get("tags", ()):
            yield f"{name}:{glob.strip('*-').replace('*', '0').replace('[', '').split(']')[0]}"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_fact_of_every_image_has_a_source(file: Path) -> None:
    for reference in references(file):
        image = known(reference)
        facts = {fact for fact in Image.__dataclass_fields__.keys() - NOT_FACTS if getattr(image, fact) is not None}
        if image.family == "unknown":
            facts.remove("family")
        assert {fact for fact in facts if not image.sources(fact)} == set(), reference


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_fact_is_known_from_a_look_alike_alone(file: Path) -> None:
    for reference in references(file):
        sources = {fact: known(reference).sources(fact) for fact in Image.__dataclass_fields__.keys() - NOT_FACTS}
        alone = {fact for fact, told in sources.items() if told and not any(one.startswith("https://") for one in told)}
        assert alone == set(), reference


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_facts_of_an_image_agree(file: Path) -> None:
    for reference in references(file):
        image = known(reference)
        root = image.default_user and image.default_user.uid == 0
        if image.starts == "non-root":
            assert image.default_user == image.runs_as, reference
            assert not root, reference
        if image.starts in {"root", "steps-down"} and image.default_user:
            assert root, reference
        if image.file_capabilities:
            assert image.no_new_privileges is not True, reference
        if image.read_only:
            assert image.writable is not None, reference


ES = User(1000, 0, "1000:0")
ROOT = User(0, 0, "root")


@pytest.mark.parametrize(
    ("reference", "family", "default_user", "runs_as"),
    [
        ("postgres:16", "shadow", ROOT, User(999, 999, "postgres")),
        ("postgres:16-alpine3.20", "busybox", ROOT, User(70, 70, "postgres")),
        ("pgvector/pgvector:pg17", "shadow", ROOT, User(999, 999, "postgres")),
        ("docker.io/library/redis:7.4", "shadow", ROOT, User(999, 999, "redis")),
        ("redis:7-alpine", "busybox", ROOT, User(999, 1000, "redis")),
        (f"redis@{HASH}", "unknown", ROOT, None),
        ("redis:${TAG}", "unknown", ROOT, None),
        (f"redis:7-alpine@{HASH}", "busybox", ROOT, User(999, 1000, "redis")),
        ("nginx", "shadow", ROOT, User(101, 101, "nginx")),
        ("nginx:1.27-alpine", "busybox", ROOT, User(101, 101, "nginx")),
        ("nginx:1.16.1", "shadow", ROOT, None),
        ("nginxinc/nginx-unprivileged:1.27-alpine", "busybox", User(101, 101, "nginx"), User(101, 101, "nginx")),
        ("prom/prometheus", "busybox", User(65534, 65534, "nobody"), User(65534, 65534, "nobody")),
        ("quay.io/prometheus/prometheus:v3.0.0", "busybox", User(65534, 65534, "nobody"), User(65534, 65534, "nobody")),
        ("grafana/grafana:11.2.0", "busybox", User(472, 0, "grafana"), User(472, 0, "grafana")),
        ("grafana/grafana-oss:11.2.0-ubuntu", "shadow", User(472, 0, "grafana"), User(472, 0, "grafana")),
        ("docker.elastic.co/elasticsearch/elasticsearch:8.15.0", "shadow", ES, ES),
        ("docker.elastic.co/elasticsearch/elasticsearch:9.0.1", "shadow", ES, ES),
        ("elasticsearch:7.17.5", "unknown", ROOT, ES),
        ("docker.elastic.co/elasticsearch/elasticsearch:6.5.4", "unknown", ROOT, ES),
        ("elasticsearch:5", "unknown", None, None),
        ("elasticsearch:2.4-alpine", "unknown", None, None),
        ("elasticsearch", "unknown", None, None),
        ("qdrant/qdrant:v1.12.0", "shadow", ROOT, User(1000, 1000, "1000:1000")),
        ("qdrant/qdrant:v1.12.0-unprivileged", "shadow", User(1000, 1000, "qdrant"), User(1000, 1000, "qdrant")),
        ("hashicorp/vault:1.17", "busybox", ROOT, User(100, 1000, "vault")),
        ("hashicorp/vault:2.0.1", "busybox", User(100, 1000, "vault"), User(100, 1000, "vault")),
        ("vault", "busybox", ROOT, User(100, 1000, "vault")),
        ("mariadb:11", "shadow", ROOT, User(999, 999, "mysql")),
        ("redis:4-alpine", "busybox", ROOT, None),
        ("mysql:8.4", "shadow", ROOT, User(999, 999, "mysql")),
        ("mysql:8.0-debian", "shadow", ROOT, None),
        ("rabbitmq:4-management-alpine", "busybox", ROOT, User(100, 101, "rabbitmq")),
        ("memcached:1.6", "shadow", User(11211, 11211, "memcache"), User(11211, 11211, "memcache")),
        ("python:3.12-slim", "shadow", ROOT, None),
        ("python:3.12-alpine", "busybox", ROOT, None),
        ("python:3.12-windowsservercore-ltsc2022", "windows", None, None),
        ("eclipse-temurin:21-jre-alpine", "busybox", ROOT, None),
        ("openjdk:17", "unknown", ROOT, None),
        ("openjdk:17-slim", "shadow", ROOT, None),
        ("gcr.io/distroless/python3-debian12", "none", ROOT, None),
        ("gcr.io/distroless/static-debian12:nonroot", "none", User(65532, 65532, "nonroot"), None),
        ("cgr.dev/chainguard/python", "none", User(65532, 65532, "nonroot"), None),
        ("cgr.dev/chainguard/python:latest-dev", "unknown", None, None),
        ("cgr.dev/chainguard/wolfi-base", "busybox", ROOT, None),
        ("cgr.dev/chainguard/postgres", "unknown", None, None),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "none", ROOT, None),
        ("mcr.microsoft.com/windows/nanoserver:ltsc2022", "windows", None, None),
        ("scratch", "none", ROOT, None),
    ],
)
def test_who_an_image_is(reference: str, family: str, default_user: User | None, runs_as: User | None) -> None:
    image = known(reference)
    assert (image.family, image.default_user, image.runs_as) == (family, default_user, runs_as)


@pytest.mark.parametrize("reference", ["unheard-of", "someone/postgres", "ghcr.io/org/redis", "gcr.io/other/static"])
def test_an_image_without_a_profile(reference: str) -> None:
    assert profile(reference) is None


@pytest.mark.parametrize(
    ("tag", "ubuntu"),
    [
        ("latest", True),
        ("24.04", True),
        ("23.04", True),
        ("noble-20240530", True),
        ("26.04", True),
        ("22.04", False),
        ("22.10", False),
        ("jammy", False),
        ("20.04", False),
    ],
)
def test_ubuntu_has_its_own_user_since_23_04(tag: str, ubuntu: bool) -> None:
    users = known(f"ubuntu:{tag}").users
    assert users == ({"ubuntu": User(1000, 1000, "ubuntu")} if ubuntu else {})


def test_what_the_tag_decides_is_not_known_without_a_tag() -> None:
    tagged, pinned = known("postgres:17"), known(f"postgres@{HASH}")
    assert tagged.users == {"postgres": User(999, 999, "postgres")}
    assert (pinned.users, pinned.sources("users")) == (None, ())
    assert pinned.capabilities == tagged.capabilities


def test_variants_are_laid_over_one_another() -> None:
    image = known("postgres:18-alpine")
    assert image.runs_as == User(70, 70, "postgres")
    assert image.writable is not None
    assert image.writable[0] == ("/var/lib/postgresql", "data", True)
    assert any("/18/" in source for source in image.sources("writable"))
    assert all("bookworm" not in source for source in image.sources("users"))


def test_like_takes_the_facts_of_another_image() -> None:
    ours, theirs = known("pgvector/pgvector:pg16"), known("postgres:16")
    assert ours.name == "pgvector/pgvector"
    assert all(getattr(ours, fact) == getattr(theirs, fact) for fact in Image.__dataclass_fields__.keys() - {"name"})


def test_only_the_file_that_can_match_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    text_of = Path.read_text

    def noting(path: Path, *args: Any, **options: Any) -> str:
        read.append(name_of(path))
        return text_of(path, *args, **options)

    monkeypatch.setattr(Path, "read_text", noting)
    images._read.cache_clear()
    ours = images.Images()
    for reference in ("nginx:1.27", "nginx", "unheard-of", "gcr.io/distroless/base", "prom/unheard-of"):
        ours.profile(reference)
    assert read == ["nginx", "gcr.io/distroless/_any"]
    assert ours.profile("pgvector/pgvector:pg16") is not None
    assert read[2:] == ["pgvector/pgvector", "postgres"]
