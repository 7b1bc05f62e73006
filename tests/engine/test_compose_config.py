"""What docker-compose makes of the files before and after: still valid, and hardened after merging too."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardener.engine import Result
from tests.conftest import harden, write
from tests.engine.compose import merged, schema, tool, violations
from tests.test_cases import Case, cases

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        (tool() is None or schema() is None) and not os.environ.get("CI"),
        reason="docker-compose is not installed; on Debian: `apt-get install docker-compose`",
    ),
]
NOT_KNOWN_TO_IT = {
    "compose-resource-limits/deploy-style+unsafe",
    "compose-resource-limits/in-a-swarm+unsafe",
    "compose-resource-limits/one-style-per-service+unsafe",
}
"""What the specification has and docker-compose 1.29 does not: `pids` under `deploy.resources.limits`."""
CHANGED = [
    case
    for case in cases()
    if case.rule.startswith("compose-") and case.kind == "before" and str(case) not in NOT_KNOWN_TO_IT
]
UNREAD = {
    "compose-localhost-ports/empty-address+unsafe",
    "compose-localhost-ports/long-form+unsafe",
    "compose-no-host-namespaces/several-at-once+unsafe",
    "compose-no-host-namespaces/tool-without-the-processes+unsafe",
    "compose-no-new-privileges/beside-other-options",
    "compose-read-only/profile",
    "compose-read-only/volumes-from",
    "compose-user/included-by-name-and-list",
    "compose-user/included-file",
    "compose-user/non-root-image",
}
"""What it does not take as it stands before: newer keys, and volumes that nothing declares."""
IN_LAYERS = [
    case for case in cases() if case.rule in ("compose-drop-capabilities", "compose-user") and case.path.is_dir()
]
SHARES = {"privileged", "pid", "ipc", "network_mode", "userns_mode", "uts", "cgroup", "devices"}


@pytest.mark.parametrize("case", CHANGED, ids=str)
def test_a_valid_file_stays_valid(case: Case, isolated: Path) -> None:
    case.copy_to(isolated, case.path)
    files = sorted(isolated.rglob("*compose*.y*ml"))
    before = {file: known(file) for file in files}
    was_read = merged(isolated) is not None
    result = harden(isolated, case.settings(isolated))
    write(isolated, result)
    for file, violated in before.items():
        assert violated is None or violations(file.read_text()) <= violated
    assert not was_read or merged(isolated) is not None
    assert was_read is (str(case) not in UNREAD)


def known(file: Path) -> set[str] | None:
    """Return what the schema has against the file as it is; None where PyYAML does not know its tags."""
    try:
        return violations(file.read_text())
    except yaml.YAMLError:
        return None


@pytest.mark.parametrize("case", IN_LAYERS, ids=str)
def test_what_is_promised_holds_after_merging(case: Case, isolated: Path) -> None:
    """Every service that no finding speaks about any more is hardened in what docker-compose would start."""
    case.copy_to(isolated, case.path)
    before = merged(isolated)
    if before is None:
        pytest.skip("docker-compose 1.29 does not take this file as it stands")
    settings = replace(
        case.settings(isolated), unsafe_fixes=True, select=("compose",), ignore=("compose-resource-limits",)
    )
    write(isolated, harden(isolated, settings))
    left = spoken_about(harden(isolated, settings))
    after = merged(isolated)
    assert after is not None
    assert after.keys() == before.keys()
    for name, service in after.items():
        rules = left.get(f"service {name}", set())
        if "unsupported" not in left.get("file", set()) | rules:
            assert_hardened(service, rules)


def spoken_about(result: Result) -> dict[str, set[str]]:
    """Return the rules that still speak, by subject."""
    found: dict[str, set[str]] = {}
    for outcome in result.outcomes:
        found.setdefault(outcome.finding.subject, set()).add(outcome.finding.rule)
    return found


def assert_hardened(service: dict[str, Any], rules: set[str]) -> None:
    if "compose-drop-capabilities" not in rules:
        assert "ALL" in [name.upper() for name in service["cap_drop"]]
    if "compose-no-new-privileges" not in rules:
        assert any("no-new-privileges" in option for option in service["security_opt"])
    if "compose-read-only" not in rules:
        assert service["read_only"] is True
    if not rules & {"compose-no-privileged", "compose-no-host-namespaces", "compose-no-devices"}:
        assert not {key for key in SHARES & service.keys() if service[key] in (True, "host")}
