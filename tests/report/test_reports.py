"""The reports that are our own: lines for people, an object for programs."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.engine import Notice, Outcome, State
from hardener.model.finding import Key, Safety
from hardener.report import json as json_report
from hardener.report import terminal
from hardener.report.lines import Line, Role, line, summary_line
from tests.cli.fakes import change, finding, fixed, held, result, unsafe
from tests.report import schemas

EVERYTHING = result(
    fixed(caveat="\x1b[2J é", requires=(Key("compose-user", "a.yaml", "service web"),)),
    Outcome(finding(safety=Safety.UNSAFE, reason="the image is unknown"), State.FIXED),
    unsafe(),
    held(),
    Outcome(finding(evidence=("a", "b")), State.SUPPRESSED, "accepted by ops"),
    changes=(change(),),
    errors=(Notice("b.yaml", "is no YAML", 3), Notice("\udcff", "is no UTF-8")),
    skipped=(Notice("c.yaml", "holds no services"),),
    files=4,
)


def test_json_has_the_documented_shape() -> None:
    text = json_report.report(EVERYTHING, written=True)
    assert text.isascii()
    assert text.endswith("}\n")
    data = json.loads(text)
    schemas.findings().validate(data)
    assert data["summary"] == {
        "files": 4,
        "written": True,
        "fixed": 2,
        "unsafe": 1,
        "held": 1,
        "suppressed": 1,
        "errors": 2,
    }
    assert [one["reason"] for one in data["findings"]] == [
        "",
        "the image is unknown",
        "the image is unknown",
        "a merge key supplies it",
        "accepted by ops",
    ]
    assert data["findings"][0]["requires"] == [{"rule": "compose-user", "file": "a.yaml", "subject": "service web"}]
    assert data["files"] == [{"path": "compose.yaml", "edits": 1}]
    assert data["errors"] == [
        {"path": "b.yaml", "line": 3, "message": "is no YAML"},
        {"path": "\udcff", "line": None, "message": "is no UTF-8"},
    ]


def test_json_of_nothing() -> None:
    schemas.findings().validate(json.loads(json_report.report(result(), written=False)))


def test_the_module_documents_every_key() -> None:
    documented = json_report.__doc__ or ""
    properties: Any = schemas.findings().schema["properties"]  # type: ignore[index]  # it is no boolean
    for keys in (properties, *(properties[name]["items"]["properties"] for name in ("findings", "files"))):
        assert all(f'"{key}"' in documented for key in keys)


SUMMARIES = [
    (result(fixed(), fixed(), unsafe(), held()), "2 would be fixed · 1 more with --unsafe-fixes · 1 held", "2 fixed"),
    (result(unsafe()), "1 with --unsafe-fixes", "1 with --unsafe-fixes"),
    (result(errors=EVERYTHING.errors), "2 errors", "2 errors"),
    (result(files=1), "nothing to fix in 1 file", "nothing to fix in 1 file"),
    (result(Outcome(finding(), State.SUPPRESSED, "ok")), "1 suppressed", "1 suppressed"),
]


@pytest.mark.parametrize(("counted", "planned", "done"), SUMMARIES)
def test_summary(counted: object, planned: str, done: str) -> None:
    assert terminal.render([summary_line(counted, written=False)], width=None) == planned + "\n"  # type: ignore[arg-type]  # from the table
    assert terminal.render([summary_line(counted, written=True)], width=None).startswith(done)  # type: ignore[arg-type]  # from the table


def test_an_unsafe_fix_that_is_applied_says_why_it_is_unsafe() -> None:
    lines = terminal.render(terminal.findings(EVERYTHING, written=False, verbose=False), width=None)
    assert lines.count("    unsafe: the image is unknown\n") == 2
    beside = terminal.render(terminal.beside_diff(EVERYTHING, verbose=False), width=None)
    assert beside == lines


def test_suppressed_findings_and_evidence_are_for_verbose() -> None:
    brief = terminal.render(terminal.findings(EVERYTHING, written=False, verbose=False), width=None)
    assert "suppressed" not in brief
    assert "evidence" not in brief
    full = terminal.render(terminal.findings(EVERYTHING, written=False, verbose=True), width=None)
    assert full.endswith("    suppressed: accepted by ops\n    evidence: a\n    evidence: b\n")


ANY = st.text(st.characters(), max_size=30)
LINES = st.lists(
    st.builds(Line, st.lists(st.tuples(st.sampled_from(Role), ANY), max_size=3).map(tuple), st.booleans()), max_size=4
)


@given(LINES)
def test_plain_text_has_one_safe_line_for_each(lines: list[Line]) -> None:
    text = terminal.render(lines, width=None)
    assert text.count("\n") == len(lines)
    assert not {unicodedata.category(character) for character in text.replace("\n", "")} & {"Cc", "Cs", "Zl", "Zp"}


@given(ANY, st.sampled_from(Role))
def test_colour_obeys_no_markup_of_the_words(words: str, role: Role) -> None:
    shown = terminal.render([line((role, f"[bold]{words}[/bold] :smile: http://x 123"))], width=400)
    plain = terminal.render([line((role, f"[bold]{words}[/bold] :smile: http://x 123"))], width=None)
    prefix, _, rest = shown.partition(plain.rstrip("\n"))
    assert rest.endswith("\n")
    assert len(prefix) <= len("\x1b[32m")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_lines_are_broken_at_blanks(width: int) -> None:
    outcome = held(" ".join(["word"] * 60), message="says " * 50)
    shown = terminal.render(terminal.findings(result(outcome), written=False, verbose=False), width=width)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).removesuffix("\n").split("\n")
    start = next(number for number, text in enumerate(lines) if text.startswith("    held: "))
    assert start > 1
    assert len(lines) - start > 1
    assert all(len(text) <= width for text in lines)
    assert all(text.startswith("    word") for text in lines[start + 1 :])
    assert " ".join(lines).split().count("word") == 60
    assert " ".join(lines).split().count("says") == 50


def test_a_caveat_that_several_fixes_share_is_said_once() -> None:
    several = result(
        fixed(caveat="shared"),
        fixed(caveat="own"),
        unsafe(caveat="shared"),
        held(caveat="of what is not done"),
        fixed(rule="compose-user", caveat="shared"),
    )
    lines = terminal.render(terminal.findings(several, written=False, verbose=False), width=None).split("\n")
    assert [text for text in lines if "caveat" in text] == [
        "    caveat: own",
        "    caveat: shared",
        "compose-read-only: caveat (2 fixes): shared",
    ]
    beside = terminal.render(terminal.beside_diff(several, verbose=False), width=None).split("\n")
    assert [text for text in beside if "caveat" in text] == [text for text in lines if "caveat" in text]
    assert len(beside) < len(lines)


def test_a_diff_for_reading() -> None:
    lines = list(terminal.diff("--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\r\n+b\r\n-c\n\\ No newline at end of file\n"))
    assert [(one.words[0][0], one.words[0][1]) for one in lines] == [
        (Role.PLACE, "--- a/x"),
        (Role.PLACE, "+++ b/x"),
        (Role.RULE, "@@ -1 +1,2 @@"),
        (Role.PLAIN, " a"),
        (Role.GOOD, "+b"),
        (Role.BAD, "-c"),
        (Role.ASIDE, "\\ No newline at end of file"),
    ]
