import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from hardener.report import trial
from hardener.runtime.processes import parse
from hardener.runtime.trial.relaxation import Place, Relaxation
from hardener.runtime.trial.trial import Outcome, Trialled
from tests.report.nets import assert_junit_holds
from tests.report.schemas import published
from tests.runtime.test_processes import STATUS
from tests.runtime.trial.test_observation import WELL

SEEN = replace(WELL, processes=tuple(filter(None, [parse(STATUS)])), written=("/run/db",))
FOUND = [
    Trialled("web", Outcome.PROVEN, "", SEEN, SEEN, starts=1, proposed={"compose-user": "which id is not known"}),
    Trialled(
        "db",
        Outcome.RELAXED,
        "it ended with exit code 1: | no <permission>",
        SEEN,
        SEEN,
        Relaxation(("user", "capabilities", "read-only"), ("CHOWN",), (Place("/run/db", "runtime"),), "70:70"),
        12,
        reasons={"capabilities": "it ended"},
        failed_users={"10001:10001": "it ended"},
        held={"compose-pin-image": "no digest is known"},
    ),
    Trialled("api", Outcome.FAILED, "nothing listens on port 80", SEEN),
    Trialled("far", Outcome.NOT_TRIED, "it needs secrets"),
    Trialled("same", Outcome.UNCHANGED, before=replace(SEEN, running=False, exit_code=0, health="", probes=())),
]


def test_json_is_as_published():
    said = json.loads(trial.as_json(FOUND))
    published("trial").validate(said)
    assert said["summary"] == {outcome.value: 1 for outcome in Outcome}
    assert said["services"][0]["held"] == [
        {"rule": "compose-user", "reason": "which id is not known", "tried": True},
    ]
    assert said["services"][1]["taken_back"]["reasons"] == {"capabilities": "it ended"}


@pytest.mark.parametrize("key", ["version", "services"])
def test_what_is_not_as_published_is_refused(key):
    said = json.loads(trial.as_json(FOUND))
    assert not published("trial").is_valid({**said, key: "another"})


def test_junit_has_a_case_for_each_service():
    xml = trial.junit(FOUND)
    assert_junit_holds(xml)
    ends = {case.get("name"): [end.tag for end in case] for case in ElementTree.fromstring(xml).iter("testcase")}
    assert ends == {"web": [], "db": [], "api": ["failure"], "far": ["error"], "same": ["skipped"]}


def test_what_is_held_and_what_failed_is_said():
    text = trial.markdown(FOUND)
    assert "held, and tried: compose-user: which id is not known" in text
    assert "fails as: 10001:10001: it ended; held, and not tried: compose-pin-image: no digest is known" in text
