"""SARIF logs: what the standard asks of them, and what a reader makes of their fixes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.engine import Notice, Outcome, Result, State
from hardener.model.finding import Key, Safety
from hardener.model.settings import Settings
from hardener.report import sarif
from hardener.report.fixes import artifact
from hardener.report.regions import Regions
from tests.cli.fakes import change, finding, fixed, held, result, unsafe
from tests.conftest import assert_nets_hold, harden, snapshot
from tests.conftest import unsafe as with_unsafe_fixes
from tests.properties.profile import ordinary
from tests.report import schemas
from tests.report.sarif import after_fixes
from tests.report.test_reports import EVERYTHING

SAMPLES = Path(__file__).parents[2] / "samples"
COMPOSE = "# 🐳 one\nservices:\n  web: # 🚢🚢\n    image: prom/prometheus:v2.55.1\n    labels: {🐳: 🐳}\n"
DOCKERFILE = '# 🐳\nFROM python:3.12-slim\nWORKDIR /app\nCOPY 🐳 .\nCMD ["python", "🐳.py"]'


def run_of(outcomes: Result, *, written: bool = False) -> dict[str, Any]:
    """Return the run of a log that keeps to the standard."""
    log = json.loads(sarif.report(outcomes, written=written))
    schemas.SARIF.validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n"])
def test_all_fixes_give_what_write_does(isolated: Path, ending: str, mark: bytes, last: str) -> None:
    for name, text in (("compose.yaml", COMPOSE.rstrip("\n")), ("Dockerfile", DOCKERFILE)):
        (isolated / name).write_bytes(mark + (text + last).replace("\n", ending).encode())
    settings = with_unsafe_fixes(Settings())
    before = snapshot(isolated)
    found = harden(isolated, settings)
    after = assert_nets_hold(isolated, settings, found)
    assert {name for name in before if before[name] != after[name]} == {"compose.yaml", "Dockerfile"}
    assert all(after[name].startswith(mark) for name in ("compose.yaml", "Dockerfile"))


@pytest.mark.parametrize("sample", ["chatbot", "ecommerce"])
def test_all_fixes_of_a_sample_give_what_write_does(sample: str) -> None:
    folder = SAMPLES / sample
    found = harden(folder, with_unsafe_fixes(Settings()))
    before = {change.source.name: change.source.raw for change in found.changes}
    assert before
    after = after_fixes(json.loads(sarif.report(found, written=False)), before)
    assert after == {change.source.name: change.source.encode(change.text) for change in found.changes}


TEXT = "a🐳b\r\n\nc\n"


@pytest.mark.parametrize(
    ("start", "end", "region"),
    [
        (0, 0, (1, 1, 1, 1)),
        (1, 2, (1, 2, 1, 4)),
        (2, 3, (1, 4, 1, 5)),
        (2, 5, (1, 4, 2, 1)),
        (6, 8, (3, 1, 3, 3)),
        (8, 8, (3, 3, 3, 3)),
    ],
)
def test_regions_count_utf_16_and_end_behind_the_last_newline(
    start: int, end: int, region: tuple[int, int, int, int]
) -> None:
    assert tuple(Regions(TEXT).region(start, end).values()) == region


@given(st.text(st.sampled_from("ab\n\r🐳\x0c\u2028"), max_size=20), st.data())
@ordinary
def test_any_place_is_found_again(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    region = Regions(text).region(start, end)
    replacement = {"deletedRegion": region, "insertedContent": {"text": "X"}}
    changes = [{"artifactLocation": {"uri": "f"}, "replacements": [replacement]}]
    log = {"runs": [{"results": [{"fixes": [{"artifactChanges": changes}]}]}]}
    assert after_fixes(log, {"f": text.encode()})["f"].decode() == text[:start] + "X" + text[end:]
    assert region["endLine"] <= max(1, len(text.removesuffix("\n").split("\n")))


def test_everything_at_once_keeps_to_the_standard() -> None:
    run = run_of(EVERYTHING)
    assert [one["level"] for one in run["results"]] == ["error", "error", "warning", "warning", "error"]
    assert [one["suppressions"] for one in run["results"][:4]] == [[]] * 4
    assert run["results"][4]["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "accepted by ops"}
    ]
    assert "\x1b" not in run["results"][0]["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is False
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [(note["level"], note["message"]["text"]) for note in notes] == [
        ("error", "is no YAML"),
        ("error", "is no UTF-8"),
        ("note", "holds no services"),
    ]
    assert notes[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert notes[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%FF"


def test_an_empty_run_is_successful() -> None:
    run = run_of(result())
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_each_rule_that_speaks_is_described_once() -> None:
    run = run_of(result(fixed(), held(rule="unsupported"), unsafe(rule="compose-user"), held(subject="service db")))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["compose-read-only", "compose-user", "unsupported"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert rules[0]["shortDescription"]["text"] == "make the root file system read-only"
    assert rules[0]["fullDescription"]["text"].startswith("Make the container's root file system read-only")
    assert "\n\nReferences:\n\n- " in rules[0]["help"]["markdown"]
    assert rules[2] == {"id": "unsupported"}


def test_words_are_neither_placeholders_nor_links() -> None:
    run = run_of(result(fixed(subject="service ${x}", message="is {0} [here](https://example.com)")))
    said = run["results"][0]["message"]["text"].split("\n")[0]
    assert said == "service ${{x}}: is {{0}} [here] (https://example.com)"


def test_files_that_need_each_other_are_fixed_together() -> None:
    needs = Key("compose-read-only", "b.yaml", "service web")
    several = result(
        fixed(file="a.yaml", requires=(needs,)),
        fixed(file="b.yaml"),
        fixed(file="c.yaml"),
        fixed(file="c.yaml", subject="service db"),
        held(file="d.yaml"),
        changes=(change("b.yaml"), change("a.yaml"), change("c.yaml")),
    )
    results = run_of(several)["results"]
    changed = [
        [part["artifactLocation"]["uri"] for fix in one.get("fixes", []) for part in fix["artifactChanges"]]
        for one in results
    ]
    assert changed == [["b.yaml", "a.yaml"], [], ["c.yaml"], [], []]
    assert [one["properties"].get("fixedWith") for one in results] == [None, 0, None, 2, None]
    assert results[2]["fixes"][0]["description"]["text"] == "Fix 2 findings: compose-read-only"


def test_what_was_written_is_no_result() -> None:
    run = run_of(result(fixed(), held(subject="service db"), changes=(change(),)), written=True)
    assert [one["properties"]["state"] for one in run["results"]] == ["held"]
    assert "fixes" not in run["results"][0]


def test_fingerprints_stay_while_lines_move() -> None:
    prints = [
        run_of(result(outcome))["results"][0]["partialFingerprints"]
        for outcome in (
            fixed(),
            unsafe(line=9, column=1, start=40, end=44, message="other words"),
            fixed(subject="service db"),
            fixed(file="b.yaml"),
            fixed(rule="compose-user"),
        )
    ]
    assert prints[0] == prints[1]
    assert len({str(one) for one in prints}) == 4


def test_an_accepted_finding_of_an_unsafe_fix_is_a_warning() -> None:
    accepted = Outcome(finding(safety=Safety.UNSAFE, reason="r"), State.SUPPRESSED, "ok")
    assert run_of(result(accepted))["results"][0]["level"] == "warning"


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("a b/ü#?.yaml", {"uri": "a%20b/%C3%BC%23%3F.yaml", "uriBaseId": "%SRCROOT%"}),
        ("c:x\udcff", {"uri": "c%3Ax%FF", "uriBaseId": "%SRCROOT%"}),
        ("../up.yaml", {"uri": "../up.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/srv/x y", {"uri": "file:///srv/x%20y"}),
    ],
)
def test_names_of_files_are_uris(name: str, location: dict[str, str]) -> None:
    assert artifact(name) == location


def test_places_of_a_file_without_its_text_have_their_line() -> None:
    noted = result(held(), errors=(Notice("x", "cannot be read"),))
    assert run_of(noted)["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}
