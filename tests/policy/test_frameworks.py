"""The data about frameworks: whole, consistent with the rules, and refused where it is not."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from hardener.model.settings import Level, Settings
from hardener.policy.frameworks import Bearing, Control, Decides, FrameworkError, controls_of, frameworks, read
from hardener.rules import catalog
from tests.conftest import harden

SHARING = """\
services:
  web:
    image: acme/web:1
    network_mode: host
    pid: host
    ipc: host
    uts: host
    userns_mode: host
    cgroup: host
    security_opt: ["seccomp:unconfined", "apparmor:unconfined", "label:disable"]
"""
ON_THE_NODE = """\
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {container.apparmor.security.beta.kubernetes.io/web: unconfined}}
spec:
  hostNetwork: true
  hostPID: true
  hostIPC: true
  volumes: [{name: etc, hostPath: {path: /etc}}]
  containers:
    - name: web
      image: acme/web:1
      ports: [{containerPort: 80, hostPort: 80}]
      securityContext:
        privileged: true
        allowPrivilegeEscalation: true
        readOnlyRootFilesystem: false
        runAsNonRoot: false
        runAsUser: 0
        capabilities: {add: [NET_RAW, ALL]}
        seccompProfile: {type: Unconfined}
        appArmorProfile: {type: Unconfined}
"""
PATCH = "\n".join(line for line in ON_THE_NODE.split("\n") if "image:" not in line)
MINIMAL = """\
name: Own
title: Our own rules
version: "1"
url: https://example.org/
about: [compose]
scope: All.
sources: [{url: "https://example.org/", read: 2026-01-01}]
controls:
  - id: A1
    title: Do
    decides: whole
    rules: [compose-user]
"""


def control(framework: str, number: str) -> Control:
    return next(each for each in frameworks()[framework].controls if each.id == number)


def test_every_framework_that_is_asked_for_is_there() -> None:
    assert list(frameworks()) == [
        "cis-docker",
        "cis-kubernetes",
        "nist-800-190",
        "nsa-cisa",
        "owasp-docker",
        "owasp-kubernetes",
        "pci-dss-3.2.1",
        "pci-dss-4.0.1",
        "pod-security-standards",
        "soc2",
    ]


@pytest.mark.parametrize("rule", list(catalog()))
def test_every_rule_bears_on_a_control(rule: str) -> None:
    assert controls_of(rule)


@pytest.mark.parametrize("key", list(frameworks()))
def test_every_source_says_when_it_was_read(key: str) -> None:
    framework = frameworks()[key]
    days = [source.read for source in framework.sources] + [framework.date] * bool(framework.date)
    assert framework.sources
    assert all(date.fromisoformat(day) <= date(2026, 12, 31) for day in days)
    assert all(source.url.startswith("https://") for source in framework.sources)


def test_the_numbers_of_older_versions_lead_to_those_of_today() -> None:
    assert control("cis-docker", "5.4").aliases == {"1.4.0 and 1.5.0": "5.3"}
    assert control("cis-docker", "5.2").aliases == {"1.4.0 and 1.5.0": "5.1"}
    assert control("cis-kubernetes", "5.2.13").aliases == {"1.12.0": "5.2.12"}
    assert control("pci-dss-4.0.1", "2.2.6").aliases == {"3.2.1": "2.2.4"}
    assert control("pci-dss-3.2.1", "2.2.4").aliases == {"4.0.1": "2.2.6"}


@pytest.mark.parametrize("key", ["cis-docker", "cis-kubernetes", "nist-800-190"])
def test_numbers_leave_none_out(key: str) -> None:
    numbers = [tuple(map(int, each.id.split("."))) for each in frameworks()[key].controls]
    assert numbers == sorted(numbers)
    for before, after in pairwise(numbers):
        assert after[-1] == (before[-1] + 1 if after[:-1] == before[:-1] else after[-1])
        assert after[:-1] == before[:-1] or after[-1] in (1, 6)


def test_words_that_a_control_asks_for_stand_in_what_its_rule_says(isolated: Path) -> None:
    """Else a finding is about no control any more once a message is worded otherwise."""
    (isolated / "compose.yaml").write_text(SHARING)
    (isolated / "pod.yaml").write_text(ON_THE_NODE)
    (isolated / "patch.yaml").write_text(PATCH)
    (isolated / "kustomization.yaml").write_text("resources: [pod.yaml]\npatches: [{path: patch.yaml}]\n")
    names = {bearing.rule for _, bearing in bearings() if bearing.says}
    found = harden(isolated, Settings(select=tuple(names), level=Level.RESTRICTED)).outcomes
    said = {name: [each.finding.message for each in found if each.finding.rule == name] for name in names}
    for number, bearing in bearings():
        if bearing.says:
            assert any(map(bearing.counts, said[bearing.rule])), (number, bearing, said[bearing.rule])


def bearings() -> list[tuple[str, Bearing]]:
    return [
        (f"{key} {each.id}", bearing)
        for key, framework in frameworks().items()
        for each in framework.controls
        for bearing in each.rules
    ]


def test_a_word_counts_from_its_beginning() -> None:
    bearing = Bearing("compose-no-host-namespaces", ("pid", "add: NET_RAW"))
    assert bearing.counts("shares `pid` with the host")
    assert bearing.counts("weakens: add: NET_RAW")
    assert not bearing.counts("shares hostpid with the host")
    assert Bearing("compose-user").counts("whatever")


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(MINIMAL)
    found = read(file)
    assert (found.key, found.about, found.date) == ("own", {"compose"}, "")
    assert found.controls == (Control("A1", "Do", Decides.WHOLE, rules=(Bearing("compose-user"),)),)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("compose-user]", "compose-usr]", 'there is no rule "compose-usr"'),
        ("title: Do", "tile: Do", 'unknown key "tile": did you mean "title"?'),
        ("    title: Do\n", "", "`title` is missing"),
        ("whole", "all", "expected one of whole, part, violations, nothing, unchecked"),
        ("whole", "part", "A1: `why` says what files leave open, where they do"),
        ("whole", "whole\n    why: never", "A1: `why` says what files leave open, where they do"),
        ("    rules: [compose-user]\n", "", "A1: without a rule files decide nothing"),
        ("[compose-user]", "[{compose-user: x, compose-secrets: y}]", "expected one rule with its words"),
        ("[compose-user]", "compose-user", "expected a list"),
        ("about: [compose]", "about: [docker]", "expected one of dockerfile, compose, kubernetes"),
        ("controls:", "controls:\n  - {id: A1, title: It, decides: nothing, why: so}", "A1 stands there twice"),
        ("scope: All.\n", "", "`scope` is missing"),
        ("name: Own", "name: [", "own.yaml: "),
        ("name: Own", "name: 5", "expected text"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(MINIMAL.replace(old, new, 1))
    with pytest.raises(FrameworkError) as refused:
        read(file)
    assert str(refused.value).startswith("own.yaml: ")
    assert complaint in str(refused.value)
