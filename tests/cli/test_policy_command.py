"""`harden policy export` from the command line: what it writes and what it leaves alone, and what comes of a sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Harden
from tests.policy.export.opa import Opa, inputs
from tests.samples.reading import SAMPLES


@pytest.fixture
def real(here: Path) -> Harden:
    (here / ".git").mkdir()
    return Harden()


def test_it_writes_what_conftest_looks_for_and_says_how_to_run_it(real: Harden) -> None:
    run = real("policy", "export")
    assert run.exit_code == 0
    assert sorted(run.stdout.split()) == sorted(map(str, filter(Path.is_file, Path("policy").rglob("*"))))
    assert "conftest test --policy policy --data policy/data FILES" in run.stderr
    assert "Rules without a policy (policy/README.md says why): dockerfile-add-to-copy, " in run.stderr


def test_a_second_export_replaces_the_first(real: Harden) -> None:
    real("policy", "export", "-o", "rego")
    assert real("policy", "export", "-o", "rego", "--level", "restricted").exit_code == 0
    assert 'level: "restricted"' in Path("rego/data/harden.yaml").read_text()


@pytest.mark.parametrize("text", ["package main\n", ""])
def test_what_somebody_else_wrote_stops_it_before_anything_is_written(real: Harden, text: str) -> None:
    own = Path("policy/compose/user.rego")
    own.parent.mkdir(parents=True)
    own.write_text(text)
    run = real("policy", "export")
    assert (run.exit_code, run.stdout) == (2, "")
    assert "policy/compose/user.rego (--force overwrites)" in run.stderr
    assert [path for path in Path("policy").rglob("*") if path.is_file()] == [own]
    assert real("policy", "export", "--force").exit_code == 0
    assert own.read_text() != text


def test_what_was_edited_since_is_somebodys_too(real: Harden) -> None:
    real("policy", "export")
    data = Path("policy/data/harden.yaml")
    data.write_text(data.read_text().replace("baseline", "restricted"))
    assert real("policy", "export").exit_code == 2
    assert "restricted" in data.read_text()


def test_a_link_is_not_written_through(real: Harden) -> None:
    Path("policy").mkdir()
    Path("policy/README.md").symlink_to("/etc/hostname")
    assert real("policy", "export").exit_code == 2


def test_a_policy_that_is_no_more_is_named(real: Harden) -> None:
    real("policy", "export")
    Path("policy/user.rego").write_bytes(Path("policy/compose/user.rego").read_bytes())
    Path("policy/mine.rego").write_text("package mine\n")
    assert (
        "policy/user.rego: from an earlier export, and still in force: delete it\n" in real("policy", "export").stderr
    )


def test_a_folder_that_is_a_file(real: Harden) -> None:
    Path("policy").write_text("")
    assert real("policy", "export").exit_code == 2


def test_the_shop(real: Harden) -> None:
    real("policy", "export")
    engine = Opa.of(Path("policy"))
    shop = SAMPLES / "ecommerce" / "deploy"
    composed = [one for each in inputs(shop / "docker/compose/production.yml") for one in engine.evaluate(each)]
    assert [one["msg"] for one in composed if one["subject"] == "service postgres"] == [
        "service postgres can write to its own root file system",
        "service postgres keeps Docker's default capabilities",
        "service postgres may gain privileges through setuid programs",
    ]
    assert "Service 'backend' should specify a non-root user" in [one["msg"] for one in composed]
    deployed = [one for each in inputs(shop / "kubernetes/50-data.yaml") for one in engine.evaluate(each)]
    assert [one["msg"] for one in deployed if one["kind"] == "deny"] == [
        "init container max-map-count of StatefulSet/elasticsearch has every privilege on its node"
    ]
