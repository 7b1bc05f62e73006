"""What is said to be met of CIS Docker 5.x is so in a reading of Compose files by a parser that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardener.model.settings import Settings
from hardener.policy.compliance import Status, assess
from hardener.policy.frameworks import frameworks
from tests.conftest import harden
from tests.test_cases import CASES

Service = Mapping[str, Any]
BENCHMARK = frameworks()["cis-docker"]
EVERY_RULE = Settings(select=("compose",))


def limit(service: Service, plain: str, deployed: str) -> bool:
    limits = ((service.get("deploy") or {}).get("resources") or {}).get("limits") or {}
    return bool(service.get(plain) or limits.get(deployed))


def options(service: Service) -> str:
    return " ".join(map(str, service.get("security_opt") or [])).replace("=", ":")


VIOLATED: Mapping[str, Callable[[Service], bool]] = {
    "5.2": lambda service: "apparmor:unconfined" in options(service),
    "5.3": lambda service: "label:disable" in options(service),
    "5.4": lambda service: "ALL" not in str(service.get("cap_drop")).upper(),
    "5.5": lambda service: str(service.get("privileged")).lower() == "true",
    "5.10": lambda service: service.get("network_mode") == "host",
    "5.11": lambda service: not limit(service, "mem_limit", "memory"),
    "5.13": lambda service: str(service.get("read_only")).lower() != "true",
    "5.16": lambda service: service.get("pid") == "host",
    "5.17": lambda service: service.get("ipc") == "host",
    "5.18": lambda service: any(str(device).startswith("/") for device in service.get("devices") or []),
    "5.21": lambda service: service.get("uts") == "host",
    "5.22": lambda service: "seccomp:unconfined" in options(service),
    "5.26": lambda service: "no-new-privileges" not in options(service).replace("no-new-privileges:false", ""),
    "5.29": lambda service: not limit(service, "pids_limit", "pids"),
    "5.31": lambda service: service.get("userns_mode") == "host",
}


def whole_files() -> list[Path]:
    """Every Compose file of a case that says all by itself: no other file, and no variable."""
    files = sorted(CASES.glob("compose-*/*.*.y*ml"))
    texts = ((path, path.read_text(encoding="utf-8")) for path in files)
    return [path for path, text in texts if not any(word in text for word in ("extends", "include:", "$", "!"))]


def services(path: Path) -> list[Service]:
    try:
        documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    except yaml.YAMLError:
        return []
    found = [each for document in documents for each in ((document or {}).get("services") or {}).values()]
    return [each for each in found if isinstance(each, dict) and (each.get("image") or each.get("build"))]


@pytest.mark.parametrize("rule", sorted({path.parent.name for path in whole_files()}))
def test_met_means_not_violated(isolated: Path, rule: str) -> None:
    for path in (path for path in whole_files() if path.parent.name == rule):
        text = path.read_text(encoding="utf-8").replace("# harden:", "#")
        (isolated / "compose.yaml").write_text(text, encoding="utf-8")
        met = {each.control.id for each in assess(BENCHMARK, harden(isolated, EVERY_RULE)) if each.status is Status.MET}
        for number, violated in VIOLATED.items():
            assert not (number in met and any(map(violated, services(path)))), (path.name, number)


def test_each_of_these_controls_is_met_in_some_case(isolated: Path) -> None:
    """5.2 and 5.3 are never: files cannot show it."""
    met = set()
    for path in whole_files():
        (isolated / "compose.yaml").write_bytes(path.read_bytes())
        said = assess(BENCHMARK, harden(isolated, EVERY_RULE))
        met |= {each.control.id for each in said if each.status is Status.MET}
    assert met >= VIOLATED.keys() - {"5.2", "5.3"}
    assert not met & {"5.2", "5.3"}
