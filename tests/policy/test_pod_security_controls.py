"""What is said of the Pod Security Standards agrees with a reading of them that is independent of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener.model.settings import Level, Settings
from hardener.policy.compliance import Assessment, Status, assess
from hardener.policy.frameworks import Decides, frameworks
from tests.conftest import harden
from tests.pod_security import pods, violations
from tests.test_cases import CASES

STANDARDS = frameworks()["pod-security-standards"]
SAID = (Status.MET, Status.FIXED, Status.OPEN)
TWICE = {
    "baseline-capabilities": "Capabilities (baseline)",
    "baseline-seccomp": "Seccomp (baseline)",
}
"""The reading's names for controls that share theirs with one of restricted."""
LEFT_OPEN = {("annotation-of-another-container.same.pod.yaml", "baseline-apparmor")}
"""What a control that is met in part says of itself that it leaves open."""
SETTINGS = Settings(level=Level.RESTRICTED)


def cases() -> list[Path]:
    """Every manifest of a case that is no template, as it goes in and as it comes out."""
    files = sorted(CASES.glob("kubernetes-*/*.*.y*ml"))
    return [path for path in files if "{{" not in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("rule", sorted({path.parent.name for path in cases()}))
def test_met_means_not_violated(isolated: Path, rule: str) -> None:
    for path in (path for path in cases() if path.parent.name == rule):
        text = path.read_text(encoding="utf-8")
        read = list(pods(text)) if "kind: PodList" not in text else []  # whose items need not say what they are
        violated = set().union(*(violations(pod) for _, pod in read))
        for each in assessed(isolated, text) if read else ():
            name = TWICE.get(each.control.id, each.control.title)
            met = each.status is Status.MET
            if (path.name, each.control.id) in LEFT_OPEN:
                assert met
                assert each.control.decides is Decides.PART
                continue
            assert not (met and name in violated), (path.name, each)
            if each.control.decides is Decides.WHOLE and each.status in SAID:
                assert met == (name not in violated), (path.name, each)


def test_each_control_that_is_decided_is_found_met_and_not_met_in_some_case(isolated: Path) -> None:
    seen: dict[str, set[bool]] = {}
    for path in cases():
        for each in assessed(isolated, path.read_text(encoding="utf-8")):
            if each.status in SAID:
                seen.setdefault(each.control.id, set()).add(each.status is Status.MET)
    decided = {each.id for each in STANDARDS.controls if each.decides in (Decides.WHOLE, Decides.PART)}
    assert {number for number, both in seen.items() if both == {True, False}} == decided


def assessed(folder: Path, text: str) -> list[Assessment]:
    (folder / "manifest.yaml").write_text(re.sub(r"#\s*harden:", "#", text), encoding="utf-8")
    return assess(STANDARDS, harden(folder, SETTINGS))
