"""What an export consists of: every rule exported or named with its reason, and Rego that other engines take."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from hardener.model.exceptions import Accepted
from hardener.model.settings import ImageFact, Settings
from hardener.policy.export.bundle import DATA, exported, files, limits
from hardener.rules import catalog
from tests.policy.export.opa import Opa

TEXTS = files(Settings(), {})
POLICIES = {path: text for path, text in TEXTS.items() if path.suffix == ".rego"}
ALL = tuple(exported())


def opa(settings: Settings) -> Opa:
    texts = files(settings, {})
    return Opa({str(path): texts[path] for path in POLICIES}, yaml.safe_load(texts[DATA]))


def rules(settings: Settings, document: object) -> set[str]:
    return {found["rule"] for found in opa(settings).evaluate(document)}


def accepted(**words: str) -> Accepted:
    given = {"rule": "", "capability": "", "file": "", "service": "", "container": "", "until": "9999-12-31"} | words
    until = date.fromisoformat(given.pop("until"))
    return Accepted(
        **given, reason="r", adr="docs/adr/1.md", until=until, expired=False, root=Path("/"), place="exceptions.yaml:1"
    )


def test_every_rule_is_exported_or_named_with_the_reason() -> None:
    assert set(exported()) | set(limits()["not_exported"]) == set(catalog())
    assert not set(exported()) & set(limits()["not_exported"])
    assert set(limits()["narrower"]) <= set(exported())
    assert all(rule in TEXTS[Path("README.md")] for rule in catalog())


def test_every_policy_is_a_rules() -> None:
    named = {path for path in POLICIES if path.parts[0] not in ("lib", "loaded.rego")}
    assert len(named) == len(exported())


@pytest.mark.parametrize("path", POLICIES, ids=str)
def test_every_policy_says_what_it_is(path: Path) -> None:
    block = re.search(r"^# METADATA\n((?:# .*\n)+)(?:package|deny|warn)", POLICIES[path], re.MULTILINE)
    assert block is not None
    annotations = yaml.safe_load(re.sub("^# ", "", block[1], flags=re.MULTILINE))
    assert annotations["title"]
    assert annotations["description"].endswith(".")
    if rule := annotations.get("custom", {}).get("rule"):
        assert set(re.findall(r'"((?:compose|kubernetes|dockerfile)-[a-z-]+)"', POLICIES[path])) == {rule}


@pytest.mark.parametrize("path", POLICIES, ids=str)
def test_every_import_is_used(path: Path) -> None:
    text = POLICIES[path]
    imported = re.findall(r"^import data\.lib\.(\w+)$", text, re.MULTILINE)
    assert imported == sorted(imported)
    assert all(re.search(rf"(?<![\w.]){name}\.", text) for name in imported)


def test_no_two_policies_define_the_same_name() -> None:
    """All are one package, in which two definitions would be one rule."""
    homes: Counter[str] = Counter()
    for path, text in POLICIES.items():
        if path.parts[0] != "lib":
            homes.update(set(re.findall(r"^(\w+)(?=\(| :=| contains| if)", text, re.MULTILINE)) - {"deny", "warn"})
    assert [name for name, count in homes.items() if count > 1] == []


def test_only_what_is_selected_speaks() -> None:
    document = {"services": {"web": {"image": "example/web:1"}}}
    assert rules(Settings(select=ALL), document) >= {"compose-pin-image", "compose-user"}
    assert "compose-pin-image" not in rules(Settings(), document)
    assert rules(Settings(select=("compose",), ignore=("compose-user",)), document) & {"compose-user"} == set()


def test_without_the_data_nothing_passes_for_good() -> None:
    [found] = Opa({str(path): text for path, text in POLICIES.items()}, {}).evaluate({"services": {}})
    assert (found["kind"], found["msg"].split(":")[0]) == (
        "deny",
        "the data of `harden policy export` is not loaded",
    )


@pytest.mark.parametrize("image", ["postgres:16", "docker.io/library/postgres", "redis:7-alpine", "vault:1.13"])
def test_an_image_that_steps_down_is_excluded_from_the_warning_about_users(image: str) -> None:
    document = {"services": {"db": {"image": image}}}
    assert "compose-user" not in rules(Settings(), document)
    document["services"]["db"]["command"] = "sleep 1d"
    assert "compose-user" in rules(Settings(), document)


def test_the_warning_about_users_is_worded_as_it_was_asked_for() -> None:
    found = opa(Settings()).evaluate({"services": {"web": {"image": "example/web:1"}}})
    words = [each["msg"] for each in found if each["rule"] == "compose-user" and each["kind"] == "warn"]
    assert words == ["Service 'web' should specify a non-root user"]


def test_capabilities_that_the_configuration_names_are_needed() -> None:
    document = {"services": {"ping": {"image": "example/ping:1", "cap_add": ["NET_RAW"]}}}
    assert "compose-no-added-capabilities" in rules(Settings(), document)
    named = Settings(images={"example/*": ImageFact(capabilities=("NET_RAW",))})
    assert "compose-no-added-capabilities" not in rules(named, document)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"rule": "compose-no-privileged", "service": "agent*"}, set()),
        ({"rule": "compose-no-privileged", "service": "other"}, {"compose-no-privileged"}),
        ({"rule": "compose-no-devices", "service": "agent"}, {"compose-no-privileged"}),
        ({"rule": "compose-no-privileged", "service": "agent", "until": "2020-01-01"}, {"compose-no-privileged"}),
        ({"rule": "compose-no-privileged", "file": "compose.yaml"}, {"compose-no-privileged"}),
    ],
)
def test_exceptions(words: dict[str, str], found: set[str]) -> None:
    """Until their last day; one for a file counts only where the engine tells which file it is."""
    settings = Settings(select=("compose-no-privileged",), exceptions=(accepted(**words),))
    assert rules(settings, {"services": {"agent-1" if "*" in words.get("service", "") else "agent": HARD}}) == found


HARD = {"image": "example/agent:1", "privileged": True}


@pytest.mark.parametrize(("folder", "found"), [("deploy", set()), ("elsewhere", {"compose-no-privileged"})])
def test_an_exception_for_a_file(folder: str, found: set[str]) -> None:
    one = accepted(rule="compose-no-privileged", file="deploy/compose.yaml")
    texts = files(Settings(select=("compose-no-privileged",), exceptions=(one,)), {})
    data = yaml.safe_load(texts[DATA]) | {"conftest": {"file": {"dir": folder, "name": "compose.yaml"}}}
    results = Opa({str(path): texts[path] for path in POLICIES}, data).evaluate({"services": {"agent": HARD}})
    assert {each["rule"] for each in results} == found


def test_a_capability_that_an_exception_grants() -> None:
    document = {"services": {"vault": {"image": "example/vault:1", "cap_add": ["IPC_LOCK", "CAP_SYS_ADMIN"]}}}
    one = accepted(capability="IPC_LOCK", service="vault")
    [found] = opa(Settings(select=("compose-no-added",), exceptions=(one,))).evaluate(document)
    assert found["msg"] == "service vault adds SYS_ADMIN, which nothing is known to need"
