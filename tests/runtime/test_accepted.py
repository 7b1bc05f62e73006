"""What `harden verify` makes of justified exceptions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hardener.model.exceptions import Accepted
from hardener.report import terminal, verification, verificationci
from hardener.runtime.accepted import about
from hardener.runtime.container import container_of
from hardener.runtime.verification import Check, Seen, Status, checks
from tests.report import schemas
from tests.runtime.test_verification import CLEAN, SAFE, record

GRANT = Accepted(
    rule="", capability="IPC_LOCK", file="", service="db", container="", reason="mlock", adr="docs/adr/1.md",
    until=date(2026, 7, 15), expired=False, root=Path("/project"), place=".harden/exceptions.yaml:3",
)  # fmt: skip
ROOT = replace(GRANT, capability="", rule="compose-user")
HOLDS = replace(SAFE, permitted=("IPC_LOCK",), effective=("IPC_LOCK",))


def check_of(rule: str, process=SAFE, exceptions=(), **host) -> Check:
    seen = Seen(container_of(record(**host)), (process,), CLEAN, exceptions=tuple(exceptions))
    return next(check for check in checks(seen) if check.rule == rule)


def capabilities(process=HOLDS, exceptions=(), **host) -> Check:
    return check_of("compose-drop-capabilities", process, exceptions, **host)


def test_a_justified_capability_is_expected() -> None:
    assert capabilities().status is Status.FAILED
    assert capabilities(exceptions=[GRANT]).status is Status.PASSED
    assert capabilities(exceptions=[replace(GRANT, capability="KILL")]).status is Status.FAILED


@pytest.mark.parametrize("host", [{}, {"CapAdd": ["IPC_LOCK"]}], ids=["unsaid", "added"])
def test_once_expired_it_is_not_whatever_the_manifest_adds(host) -> None:
    found = capabilities(exceptions=[replace(GRANT, expired=True)], **host)
    assert found.status is Status.FAILED
    assert found.message == "its processes hold IPC_LOCK; the exception of 2026-07-15 expired (IPC_LOCK)"
    assert found.strict


def test_of_two_exceptions_the_one_in_force_counts() -> None:
    past = replace(GRANT, expired=True, until=date(2026, 1, 1))
    assert capabilities(exceptions=[past, GRANT]).status is Status.PASSED


def test_an_expired_one_is_no_matter_where_nothing_holds_it() -> None:
    assert capabilities(SAFE, [replace(GRANT, expired=True)], CapAdd=["IPC_LOCK"]).status is Status.PASSED


def test_an_accepted_rule_is_justified_and_neither_passed_nor_failed() -> None:
    root = replace(SAFE, uid=0)
    found = check_of("compose-user", root, [ROOT])
    assert found.status is Status.JUSTIFIED
    assert found.message.endswith("; justified until 2026-07-15: mlock (docs/adr/1.md)")
    assert check_of("compose-user", SAFE, [ROOT]).status is Status.PASSED
    past = check_of("compose-user", root, [replace(ROOT, expired=True)])
    assert (past.status, past.message.endswith("; the exception of 2026-07-15 expired")) == (Status.FAILED, True)


def test_reports_tell_it() -> None:
    seen = [Seen(container_of(record()), (replace(SAFE, uid=0),), CLEAN, exceptions=(ROOT,))]
    shown = terminal.render(verification.table(seen, verbose=False), width=None)
    assert "JUSTIFIED compose-user: runs as root" in shown
    data = json.loads(verification.as_json(seen))
    schemas.published("verification").validate(data)
    assert data["summary"]["justified"] == 1
    assert "**justified** `compose-user`" in verification.markdown(seen)
    assert "compose-user" not in verificationci.as_sarif(seen) + verificationci.as_github(seen)
    suite = ElementTree.fromstring(verification.junit(seen))[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        ({}, True),
        ({"service": "d*"}, True),
        ({"service": "web"}, False),
        ({"file": "deploy/*"}, True),
        ({"file": "other.yaml"}, False),
        ({"service": "", "file": "deploy/compose.yaml"}, True),
        ({"root": Path("/elsewhere")}, False),
    ],
)
def test_a_service_is_known_by_its_labels(tmp_path: Path, change, concerned: bool) -> None:
    root = tmp_path.resolve()
    (root / "deploy").mkdir()
    (root / "deploy/compose.yaml").write_text("")
    labelled = record()
    labelled["Config"]["Labels"] |= {
        "com.docker.compose.project.working_dir": str(root / "deploy"),
        "com.docker.compose.project.config_files": "compose.yaml",
    }
    one = replace(GRANT, **{"root": root, **change})
    assert about(container_of(labelled), [one]) == ((one,) if concerned else ())


@pytest.mark.parametrize(
    ("change", "concerned"),
    [({}, True), ({"file": "compose.yaml"}, True), ({"service": "", "file": "compose.yaml"}, False)],
)
def test_without_a_manifest_the_name_must_do(change, concerned: bool) -> None:
    assert bool(about(container_of(record()), [replace(GRANT, **change)])) is concerned


@pytest.mark.parametrize(
    ("container", "concerned"), [("app", True), ("Pod/keys-0", True), ("side*", False), ("Deployment/keys", False)]
)
def test_a_container_of_a_pod_is_known_by_its_labels(container: str, concerned: bool) -> None:
    labelled = record()
    labelled["Config"]["Labels"] = {"io.kubernetes.container.name": "app", "io.kubernetes.pod.name": "keys-0"}
    one = replace(GRANT, service="", container=container)
    assert bool(about(container_of(labelled), [one])) is concerned


def test_a_rule_is_that_of_kubernetes_in_a_pod() -> None:
    labelled = record()
    labelled["Config"]["Labels"] = {"io.kubernetes.container.name": "app", "io.kubernetes.pod.name": "keys-0"}
    accepted = replace(ROOT, rule="kubernetes-run-as-non-root")
    seen = Seen(container_of(labelled), (replace(SAFE, uid=0),), CLEAN, exceptions=(accepted,))
    assert Status.JUSTIFIED in {check.status for check in checks(seen) if check.strict}
