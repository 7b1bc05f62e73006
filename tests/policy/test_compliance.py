"""What is said of a control: by findings and what became of them, by what was looked at, and by what was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hardener.engine import Notice, State, clock
from hardener.model.recorded import Recorded, print_of
from hardener.model.settings import Level, Settings
from hardener.policy.compliance import Status, assess
from hardener.policy.exceptions.inforce import with_exceptions
from hardener.policy.frameworks import frameworks
from hardener.policy.observed import Observed
from tests.policy.controls import HARD, POD, SOFT, run, said

EXCEPTIONS = """\
version: 1
exceptions:
  - capability: IPC_LOCK
    service: web
    reason: mlock keeps the keys out of swap
    scope: this one
    alternatives: encrypted swap
    owner: platform team
    adr: https://example.org/adr/1
    created: "2026-01-15"
    expires: "2026-07-15"
    monitoring: alert on mlock failures
"""
SHOWN = """\
service: web
compose: compose.yaml
user: "10001:10001"
capabilities: []
writable: []
no_new_privileges: true
trial: {date: "2026-01-02", image: "acme/web:1"}
"""


@pytest.mark.parametrize("number", ["5.4", "5.5", "5.6", "5.10", "5.13", "5.16", "5.18", "5.26"])
def test_met_where_something_was_looked_at_and_nothing_found(isolated: Path, number: str) -> None:
    found = said(run(isolated, HARD), number)
    assert (found.status, found.until) == (Status.MET, None)
    assert [(each.kind, each.place) for each in found.evidence] == [("examined", "compose.yaml:2")]
    assert found.evidence[0].text == "service web: nothing found"


def test_fixed_by_what_the_run_would_write(isolated: Path) -> None:
    found = said(run(isolated, SOFT), "5.4")
    assert found.status is Status.FIXED
    [evidence] = found.evidence
    assert (evidence.kind, evidence.place, evidence.rule) == ("finding", "compose.yaml:2", "compose-drop-capabilities")
    assert (evidence.state, bool(evidence.proof)) == ("fixed", True)


def test_open_until_unsafe_fixes_are_asked_for(isolated: Path) -> None:
    text = HARD.replace("read_only: true", "read_only: false")
    assert said(run(isolated, text), "5.13").status is Status.OPEN
    assert said(run(isolated, text, settings=Settings(unsafe_fixes=True)), "5.13").status is Status.FIXED


def test_open_where_a_finding_is_held(isolated: Path) -> None:
    text = HARD + "    volumes: [/var/run/docker.sock:/var/run/docker.sock]\n"
    found = said(run(isolated, text), "5.32")
    assert (found.status, found.evidence[0].state) == (Status.OPEN, "held")


def test_one_open_finding_outweighs_what_is_fixed(isolated: Path) -> None:
    text = SOFT.replace("services:\n", "services:\n  db:\n    image: acme/db:1\n")
    result = run(isolated, text)
    states = {each.state for each in result.outcomes if each.finding.rule == "compose-drop-capabilities"}
    assert states == {State.FIXED, State.UNSAFE}
    assert said(result, "5.4").status is Status.OPEN


@pytest.mark.parametrize(
    ("day", "status", "until"),
    [
        (date(2026, 12, 31), Status.EXCEPTION, date(2026, 12, 31)),
        (date(2027, 1, 1), Status.FIXED, None),
    ],
)
def test_an_exception_by_a_comment_ends_with_its_day(
    isolated: Path, monkeypatch: pytest.MonkeyPatch, day: date, status: Status, until: date | None
) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)
    text = SOFT.replace("web:\n", "web: # harden: ignore[compose-drop-capabilities] until=2026-12-31 being replaced\n")
    found = said(run(isolated, text), "5.4")
    assert (found.status, found.until) == (status, until)


def test_an_exception_without_an_end(isolated: Path) -> None:
    text = SOFT.replace("web:\n", "web: # harden: ignore[compose-drop-capabilities] until they retire it\n")
    found = said(run(isolated, text), "5.4")
    assert (found.status, found.until) == (Status.EXCEPTION, None)
    assert found.evidence[0].state == "suppressed"


def test_the_exception_that_ends_first_counts(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 1, 1))
    comment = "# harden: ignore[compose-drop-capabilities] until=2026-{}-01 why"
    text = SOFT.replace("web:\n", f"web: {comment.format('05')}\n") + (
        f"  db: {comment.format('03')}\n    image: prom/prometheus:v2.55.1\n"
    )
    assert said(run(isolated, text), "5.4").until == date(2026, 3, 1)


@pytest.mark.parametrize(("day", "until"), [(date(2026, 3, 1), date(2026, 7, 15)), (date(2026, 7, 16), None)])
def test_a_capability_that_a_justified_exception_grants(
    isolated: Path, monkeypatch: pytest.MonkeyPatch, day: date, until: date | None
) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)
    (isolated / ".harden").mkdir()
    (isolated / ".harden/exceptions.yaml").write_text(EXCEPTIONS)
    settings = with_exceptions(Settings(), isolated)
    found = said(run(isolated, HARD + "    cap_add: [IPC_LOCK]\n", settings=settings), "5.4")
    assert (found.status, found.until) == (Status.EXCEPTION if until else Status.OPEN, until)
    if until:
        [evidence] = found.evidence
        assert evidence.kind == "exception"
        assert evidence.place.endswith(".harden/exceptions.yaml:3")
        assert "IPC_LOCK" in evidence.text
        beside = said(
            run(isolated, f"{HARD}    cap_add: [IPC_LOCK]\n  db:{SOFT.partition('web:')[2]}", settings=settings), "5.4"
        )
        assert [each.kind for each in beside.evidence] == ["exception", "finding"]


def test_what_is_only_recorded_as_known_stays_open(isolated: Path) -> None:
    """`harden config accept-current` gives no reason, so that nobody has decided to live with it."""
    result = run(isolated, SOFT)
    [found] = [each for each in result.outcomes if each.finding.rule == "compose-drop-capabilities"]
    path = isolated / "compose.yaml"
    record = Recorded(print_of(found.finding, path), date(2026, 1, 1), isolated / ".harden/accepted.yaml")
    known = replace(found, state=State.SUPPRESSED, reason=record.words, recorded=record)
    result = replace(result, outcomes=tuple(known if each is found else each for each in result.outcomes))
    said_of_it = said(result, "5.4")
    assert (said_of_it.status, said_of_it.until) == (Status.OPEN, None)
    assert "accepted on 2026-01-01 by accept-current" in said_of_it.evidence[0].text


def test_what_is_laid_over_another_file_counts_by_itself(isolated: Path) -> None:
    """An override file and a patch are no service and no pod, and rules look into them all the same."""
    result = run(isolated, "services:\n  web:\n    privileged: true\n", "compose.override.yaml")
    assert not result.subjects
    assert said(result, "5.5").status in (Status.OPEN, Status.FIXED)
    assert said(result, "5.13").status is Status.NOT_APPLICABLE
    patch = POD.replace("image: acme/web:1", "securityContext: {privileged: true}")
    (isolated / "compose.override.yaml").unlink()
    (isolated / "kustomization.yaml").write_text("patches: [{path: patch.yaml}]\n")
    result = run(isolated, patch, "patch.yaml")
    assert not result.subjects
    assert said(result, "5.2.2", "cis-kubernetes").status is Status.OPEN
    assert said(result, "5.2.3", "cis-kubernetes").status is Status.NOT_APPLICABLE


def test_not_applicable_without_a_file_of_its_kind(isolated: Path) -> None:
    result = run(isolated, HARD)
    found = assess(frameworks()["cis-kubernetes"], result)
    assert {each.status for each in found} == {Status.NOT_APPLICABLE}
    assert found[0].reason == "these files define nothing of kubernetes"
    assert said(result, "4.9").status is Status.NOT_APPLICABLE
    assert {each.status for each in assess(frameworks()["cis-docker"], run(isolated, POD, "compose.yaml"))} == {
        Status.NOT_APPLICABLE
    }


def test_that_all_files_agree_makes_no_control_of_images_apply(isolated: Path) -> None:
    """The rule about it looks at manifests too, and finds nothing where there is only one."""
    result = run(isolated, POD, "pod.yaml")
    assert "project-identity-mismatch" in result.subjects[0].rules
    seen = Observed("web", "compose-read-only", "passed", "its root is read-only")
    assert said(result, "4.1", "cis-docker", seen).status is Status.NOT_APPLICABLE
    assert said(result, "5.13", "cis-docker", seen).status is Status.NOT_CHECKED


@pytest.mark.parametrize("settings", [Settings(ignore=("compose-read-only",)), Settings(select=("compose-user",))])
def test_not_checked_where_its_rule_is_deselected(isolated: Path, settings: Settings) -> None:
    found = said(run(isolated, HARD, settings=settings), "5.13")
    assert found.status is Status.NOT_CHECKED
    assert [(each.kind, each.rule) for each in found.evidence] == [("unread", "compose-read-only")]


def test_a_rule_of_a_higher_level_is_not_checked_below_it(isolated: Path) -> None:
    (isolated / "app.py").touch()
    text = 'FROM python:3.12-slim\nHEALTHCHECK NONE\nUSER 10001:10001\nCMD ["python"]\n'
    assert said(run(isolated, text, "Dockerfile"), "4.6").status is Status.NOT_CHECKED
    assert said(run(isolated, text, "Dockerfile", Settings(level=Level.RESTRICTED)), "4.6").status is Status.MET


def test_findings_are_told_apart_by_what_they_are_about(isolated: Path) -> None:
    result = run(isolated, HARD + "    pid: host\n")
    assert said(result, "5.16").status in (Status.OPEN, Status.FIXED)
    for other in ("5.10", "5.17", "5.21"):
        assert said(result, other).status is Status.MET


def test_what_files_show_only_as_violated_is_not_met_without(isolated: Path) -> None:
    assert said(run(isolated, HARD), "5.2").status is Status.NOT_DECIDABLE
    text = HARD.replace('"no-new-privileges:true"', '"no-new-privileges:true", "apparmor:unconfined"')
    assert said(run(isolated, text), "5.2").status is Status.OPEN
    assert said(run(isolated, text), "5.3").status is Status.NOT_DECIDABLE


def test_what_files_do_not_decide_stays_so_whatever_rules_find(isolated: Path) -> None:
    found = said(run(isolated, HARD, settings=Settings(level=Level.RESTRICTED)), "4.2")
    assert (found.status, [each.rule for each in found.evidence]) == (Status.NOT_DECIDABLE, ["compose-pin-image"])


def test_a_control_without_a_rule_is_not_checked(isolated: Path) -> None:
    found = said(run(isolated, HARD), "5.8")
    assert (found.status, found.reason) == (Status.NOT_CHECKED, "harden has no rule for it")


def test_a_template_is_not_met(isolated: Path) -> None:
    (isolated / "chart").mkdir()
    text = (
        "kind: Deployment\nspec:\n  {{- if .Values.x }}\n  containers: [{image: {{ .Values.image }}}]\n  {{- end }}\n"
    )
    (isolated / "chart/app.yaml").write_text(text)
    result = run(isolated, HARD)
    for number, framework in [("5.2.2", "cis-kubernetes"), ("5.5", "cis-docker")]:
        found = said(result, number, framework)
        assert found.status is Status.NOT_CHECKED
        assert "chart/app.yaml:1" in {each.place for each in found.evidence}


def test_a_file_that_cannot_be_parsed_is_not_met(isolated: Path) -> None:
    (isolated / "docker-compose.yml").write_text("services: [\n")
    found = said(run(isolated, HARD), "5.5")
    assert (found.status, found.evidence[0].place) == (Status.NOT_CHECKED, "docker-compose.yml:2")


def test_a_wrong_profile_is_an_error_of_its_own(isolated: Path) -> None:
    result = run(isolated, HARD)
    result = replace(result, errors=(Notice(".harden/images/x.yaml", "is empty", 1),))
    assert said(result, "5.5").status is Status.MET


def test_a_trial_is_evidence_while_it_counts(isolated: Path) -> None:
    (isolated / ".harden/images").mkdir(parents=True)
    (isolated / ".harden/images/web.yaml").write_text(SHOWN)
    found = said(run(isolated, HARD), "5.13")
    assert (found.status, [each.kind for each in found.evidence]) == (Status.MET, ["examined", "trial"])
    assert found.evidence[1].text.startswith("service web worked with it in a trial on 2026-01-02")
    changed = said(run(isolated, HARD.replace("web:1", "web:2")), "5.13")
    assert [each.kind for each in changed.evidence] == ["examined"]
