"""What GitHub, GitLab, Jenkins and readers of Markdown get, from friendly files and from hostile ones."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hardener.engine import Notice, Outcome, Result, State
from hardener.model.finding import Safety
from hardener.report import github, gitlab, junit, markdown
from hardener.report.tables import cell
from hardener.report.testsuites import Case, document
from tests.cli.fakes import finding, fixed, held, result, unsafe
from tests.properties.profile import ordinary
from tests.report import schemas
from tests.report.nets import assert_junit_holds, assert_markdown_holds, assert_reports_hold
from tests.report.test_reports import EVERYTHING

ACCEPTED = Outcome(finding(), State.SUPPRESSED, "accepted by ops")
SEVERAL = result(
    fixed(caveat="slow"), unsafe(subject="service db"), held(subject="service mq"), ACCEPTED, errors=EVERYTHING.errors,
    skipped=(Notice("c.yaml", "`harden: ignore` has no effect", 7),),
)  # fmt: skip
ANY = st.text(st.characters(codec="utf-8") | st.sampled_from("\udcff\ufffe\uffff\r\n%|`<@[]"), min_size=1, max_size=20)
"""What a file, or its name, may hold; a byte of a name that is not UTF-8 is a surrogate."""


def hostile(words: str) -> Result:
    """Return a run that has these words wherever a file, or its name, has its own."""
    return result(
        fixed(subject=words, message=words, file=words, caveat=words, evidence=(words,)),
        held(words, file=words),
        Outcome(finding(), State.SUPPRESSED, words),
        errors=(Notice(words, words, 1),),
        skipped=(Notice(words, words),),
    )


@given(ANY)
@ordinary
def test_words_of_files_break_no_report(words: str) -> None:
    assert_reports_hold(hostile(words), {}, {})


def test_github_annotations() -> None:
    place, words = "file=compose.yaml,line=2,col=3,title=compose-read-only::service", "its root file system is writable"
    assert github.report(SEVERAL, written=False).split("\n") == [
        f"::error {place} web: {words}%0Afix: make the root file system read-only%0Acaveat: slow",
        f"::warning {place} db: {words}%0Aunsafe: the image is unknown",
        f"::warning {place} mq: {words}%0Aheld: a merge key supplies it",
        "::error file=b.yaml,line=3::is no YAML",
        "::error file=\\udcff,line=1::is no UTF-8",
        "::notice file=c.yaml,line=7::`harden: ignore` has no effect",
        "",
    ]


def test_github_s_escapes() -> None:
    shown = github.command("error", "1%\r\n::set-env name=x::y,z", file="a:b,c%25\r\n.yaml", line=3)
    assert shown == "::error file=a%3Ab%2Cc%2525%0D%0A.yaml,line=3::1%25%0D%0A::set-env name=x::y,z"


def test_gitlab_s_code_quality() -> None:
    issues = json.loads(gitlab.report(SEVERAL, written=False))
    schemas.GITLAB.validate(issues)
    assert [(one["check_name"], one["severity"]) for one in issues] == [
        ("compose-read-only", "major"),
        ("compose-read-only", "minor"),
        ("compose-read-only", "minor"),
        ("error", "blocker"),
        ("error", "blocker"),
    ]
    assert issues[0]["location"] == {"path": "compose.yaml", "lines": {"begin": 2}}
    assert issues[0]["description"].startswith("service web: its root file system is writable; fix: make the root")
    assert json.loads(gitlab.report(result(), written=False)) == []


def cases(shown: str) -> list[tuple[str | None, ...]]:
    """Return name, end, message and type of each case."""
    assert_junit_holds(shown)
    found = ElementTree.fromstring(shown).iterfind("testsuite/testcase")
    return [(case.get("name"), *((end.tag, end.get("message"), end.get("type")) for end in case)) for case in found]  # type: ignore[misc]  # a case has one end at most


def test_junit() -> None:
    name, message = "compose-read-only service", "its root file system is writable"
    assert cases(junit.report(SEVERAL, written=False)) == [
        (f"{name} web", ("failure", message, "safe")),
        (f"{name} db", ("failure", message, "unsafe")),
        (f"{name} mq", ("failure", message, "held")),
        (f"{name} web", ("skipped", "accepted by ops", None)),
        ("error, line 3", ("error", "is no YAML", None)),
        ("error", ("error", "is no UTF-8", None)),
    ]
    assert cases(junit.report(result(files=3), written=False)) == [("nothing found in 3 files",)]


def test_junit_holds_what_xml_cannot() -> None:
    shown = document("x", [("a\x00\ufffe<\ud800", [Case("\uffff]]>&\"'", "failure", "\x1b\n", text="1\n\x0b2")])])
    assert_junit_holds(shown)
    case = ElementTree.fromstring(shown)[0][0]
    assert case.attrib == {"classname": "a\\x00\\ufffe<\\ud800", "name": "\\uffff]]>&\"'"}
    assert (case[0].get("message"), case[0].text) == ("\\x1b\\n", "1\n\\x0b2")


@pytest.mark.parametrize("name", ["github", "gitlab", "junit"])
def test_what_was_written_is_no_problem(name: str) -> None:
    reports: dict[str, Any] = {"github": github.report, "gitlab": gitlab.report, "junit": junit.report}
    shown = reports[name](result(fixed(), held(subject="service db")), written=True)
    if name == "junit":
        assert [len(case) for case in cases(shown)] == [1, 2]
    else:
        assert "service web" not in shown
    assert "service db" in shown


def test_markdown() -> None:
    shown = markdown.report(SEVERAL, written=False)
    assert_markdown_holds(shown, 3)
    assert shown.split("\n")[:6] == [
        "**1 would be fixed · 1 more with --unsafe-fixes · 1 held · 1 suppressed · 2 errors**",
        "",
        "| Place | Rule | Finding | What follows |",
        "|---|---|---|---|",
        (
            "| compose.yaml:2 | `compose-read-only` | service web: its root file system is writable "
            "| fix: make the root file system read-only<br>caveat: slow |"
        ),
        (
            "| compose.yaml:2 | `compose-read-only` | service db: its root file system is writable "
            "| unsafe: the image is unknown |"
        ),
    ]
    assert shown.endswith("Notes:\n\n- c.yaml:7: \\`harden: ignore\\` has no effect\n")
    assert markdown.report(result(files=1), written=False) == "**nothing to fix in 1 file**\n"
    assert "| fixed: make" in markdown.report(result(fixed()), written=True)


@pytest.mark.parametrize(
    "words",
    [
        "a|b",
        "a\\|b",
        "`code`",
        "<img src=x onerror=y>",
        "[click](https://example.com)",
        "![x](y)",
        "**bold** _it_ ~~no~~",
        "&#64;everyone",
        "https://example.com",
        "# head",
        "<!-- x -->",
        "a\n\n# head",
    ],
)
def test_markdown_shows_words_as_they_are(words: str) -> None:
    row = MarkdownIt("gfm-like", {"linkify": False}).parse(f"| a | b |\n|---|---|\n| {cell(words)} | end |\n")
    inline = [token for token in row if token.type == "inline"]
    assert len(inline) == 4
    assert {child.type for child in inline[2].children or ()} <= {"text", "text_special"}
    plain = "".join(child.content for child in inline[2].children or ()).replace("\u200b", "")
    assert plain == words.replace("\n", "\\n")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("@team", "@\u200bteam"),
        ("me@example.com", "me@\u200bexample.com"),
        ("fixes #12", "fixes #\u200b12"),
        ("see !34", "see !\u200b34"),
        ("WWW.example.com", "WWW\u200b.example.com"),
    ],
)
def test_markdown_calls_nobody(words: str, shown: str) -> None:
    """GitHub and GitLab look for these in what Markdown has become."""
    assert MarkdownIt().renderInline(cell(words)) == shown


def test_an_unsafe_fix_says_why_it_is_unsafe() -> None:
    outcome = Outcome(finding(safety=Safety.UNSAFE, reason="why"), State.FIXED)
    assert "unsafe: why" in github.report(result(outcome), written=False)
