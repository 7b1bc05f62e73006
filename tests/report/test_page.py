"""The HTML page: what it shows, and that nothing a file holds becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hardener.engine import Result, State, run
from hardener.model.settings import Level, Settings
from hardener.report.controls import CONTROLS, control_of
from hardener.report.page import Page, html
from hardener.report.page.code import diff_lines, within
from hardener.report.page.parts import Cell, Part, Table
from hardener.report.page.posture import Mark, opened, rows
from hardener.rules import catalog
from hardener.text.edits import splice

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

TWO = """\
services:
  # who answers
  web:
    image: redis:7
    privileged: true  # harden: ignore[compose-no-privileged] a test
  db:
    image: postgres:16
    user: "999:999"
    read_only: true
    tmpfs: [/tmp, /run/postgresql]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
  containers:
    - {name: a, image: "redis:7"}
    - {name: b, image: "redis:7"}
"""
DOCKERFILE = (
    "FROM python:3.12-slim\r\n# one\rline\r\nWORKDIR /app\r\nCOPY . /app\r\n"
    'RUN echo "<b>&amp;</b>"\r\nCMD ["python", "a.py"]\r\n'
)
HOSTILE = """\
services:
  "</script><img src=x onerror=alert(1)>":
    image: "</style><script>alert(2)</script>"
    # \u202e turned around
    command: "\\x1b[31m"
"""


class Seen(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within in {"script", "style"}:
            self.raw[self._within] = self.raw.get(self._within, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


def made(folder: Path, text: str, name: str = "compose.yaml") -> Result:
    (folder / name).write_text(text)
    return run([folder], Settings())


def page(result: Result, *parts: Part) -> str:
    return html(Page("a test", date(2026, 1, 2), Level.BASELINE, result, parts=parts))


def test_each_rule_is_part_of_one_control() -> None:
    named = [rule for control in CONTROLS for rule in control.rules]
    assert sorted(named) == sorted(catalog())
    assert set(control_of()) == set(catalog())


def test_cells_say_what_became_of_each_control(tmp_path: Path) -> None:
    web, db = rows(made(tmp_path, TWO))
    assert (web.name, db.name) == ("service web", "service db")
    assert web.cells["user"] is Mark.MET
    assert web.cells["capabilities"] is Mark.HELD
    assert web.cells["network"] is Mark.NONE
    assert {db.cells[control] for control in ("user", "capabilities", "escalation", "files", "host")} == {Mark.MET}
    assert web.cells["escalation"] is Mark.FIXED
    assert {outcome.finding.subject for outcome in web.outcomes} == {"service web"}


def test_a_row_keeps_its_anchor_when_others_come(tmp_path: Path) -> None:
    anchors = {row.name: row.anchor for row in rows(made(tmp_path, TWO))}
    more = TWO.replace("services:", "services:\n  first: {image: x}")
    assert anchors.items() <= {row.name: row.anchor for row in rows(made(tmp_path, more))}.items()


def test_anchors_are_distinct(tmp_path: Path) -> None:
    alike = rows(made(tmp_path, 'services:\n  "a b": {image: x}\n  "a:b": {image: x}\n  "é": {image: x}\n'))
    assert len({row.anchor for row in alike}) == 3


def test_services_lead_to_what_they_build_and_back(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a AS one\nFROM b AS two\n")
    made(tmp_path, "services:\n  x: {build: {context: ., target: one}}\n  y: {build: .}\n  z: {image: x}\n")
    found = {row.name: row for row in rows(run([tmp_path], Settings()))}
    assert [place.name for place in found["service x"].related] == ["stage one"]
    assert [place.anchor for place in found["service y"].related] == [found["stage two"].anchor]
    assert [place.anchor for place in found["stage one"].related] == [found["service x"].anchor]
    assert not found["service z"].related


def test_the_picture_has_each_file_apart_in_the_order_of_the_services(tmp_path: Path) -> None:
    for folder in ("B", "a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "compose.yaml").write_text(TWO)
    text = page(run([tmp_path], Settings()))
    assert text.count('<tr class="file">') == 3
    assert re.findall(r'<th scope="row"><a href="#([^"]*)', text) == re.findall(r'<article id="([^"]*)', text)


def test_how_many_are_open_before_and_after(tmp_path: Path) -> None:
    found = rows(made(tmp_path, TWO))
    assert opened(found)["escalation"] == (1, 0, 2)
    assert opened(found)["capabilities"] == (1, 1, 2)
    assert opened(found)["network"] == (0, 0, 0)


def test_a_workload_has_one_row_with_its_containers(tmp_path: Path) -> None:
    (row,) = rows(made(tmp_path, POD, "pod.yaml"))
    assert row.name == "Pod/one"
    assert {outcome.finding.subject for outcome in row.outcomes} >= {"Pod/one", "container a of Pod/one"}


def test_a_file_that_is_held_as_a_whole_has_a_row(tmp_path: Path) -> None:
    (row,) = rows(made(tmp_path, "services:\n  a: {image: x}\n  a: {image: y}\n"))
    assert row.outcomes[0].state is State.HELD


def test_every_outcome_stands_in_one_row() -> None:
    result = run([SAMPLES / "ecommerce"], Settings())
    shown = [outcome for row in rows(result) for outcome in row.outcomes]
    assert sorted(map(id, shown)) == sorted(map(id, result.outcomes))


def test_diffs_of_services_are_the_files_diff() -> None:
    result = run([SAMPLES / "ecommerce"], Settings(unsafe_fixes=True))
    dialects = {row.file: row.dialect for row in rows(result)}
    for change in result.changes:
        assert splice(change.source.text, change.edits) == change.text
        lines = diff_lines(change, dialects[change.source.name])
        own = [row for row in rows(result) if row.file == change.source.name]
        first = own[0].anchor
        parts = [line for row in own for line in within(lines, 0 if row.anchor == first else row.line, row.until)]
        changed = [(line.sign, line.old, line.new) for line in parts if line.sign in {"+", "-"}]
        assert changed == [(line.sign, line.old, line.new) for line in lines if line.sign in {"+", "-"}]


def test_lines_of_a_diff_are_those_of_the_texts(tmp_path: Path) -> None:
    (change,) = made(tmp_path, DOCKERFILE, "Dockerfile").changes
    texts = {"+": change.text.split("\n"), "-": change.source.text.split("\n"), " ": change.source.text.split("\n")}
    lines = diff_lines(change, "dockerfile")
    for line in lines:
        number = line.new if line.sign == "+" else line.old
        if number:
            assert unescape(re.sub(r"</?i[^>]*>", "", line.code)) == texts[line.sign][number - 1].removesuffix(
                "\r"
            ).replace("\r", "\\r")
    assert {line.sign for line in lines} >= {"+", " "}


@pytest.mark.parametrize("written", [TWO, HOSTILE])
def test_only_our_own_style_and_script_are_allowed(tmp_path: Path, written: str) -> None:
    seen = Seen(page(made(tmp_path, written)))
    policy = next(attrs["content"] for tag, attrs in seen.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    for kind, directive in (("style", "style-src"), ("script", "script-src")):
        digest = base64.b64encode(hashlib.sha256(seen.raw[kind].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in str(policy)
    assert str(policy).startswith("default-src 'none';")
    assert [tag for tag, _ in seen.tags if tag in {"script", "img", "iframe", "link", "style"}] == ["style", "script"]
    assert not [attrs for _, attrs in seen.tags if attrs.keys() & {"src", "style", "onerror"}]
    assert all(str(attrs.get("href", "#")).startswith("#") for _, attrs in seen.tags)


def test_what_files_hold_is_text(tmp_path: Path) -> None:
    text = page(made(tmp_path, HOSTILE), Part("p", "<b>", (Table("<i>", ("<u>",), ((Cell("<img src=y>", "good"),),)),)))
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_anchors_lead_somewhere() -> None:
    seen = Seen(page(run([SAMPLES / "chatbot"], Settings())))
    there = {attrs["id"] for _, attrs in seen.tags if "id" in attrs}
    wanted = {str(attrs["href"])[1:] for tag, attrs in seen.tags if tag == "a" and "?" not in str(attrs["href"])}
    assert wanted <= there
    assert len(there) == len([1 for _, attrs in seen.tags if "id" in attrs])


def test_texts_of_several_lines_are_filled() -> None:
    text = page(run([SAMPLES / "ecommerce"], Settings()))
    assert "\\n" not in re.sub(r"<(pre|script).*?</\1>", "", text, flags=re.DOTALL)


def test_a_page_says_at_its_top_that_a_file_could_not_be_read(tmp_path: Path) -> None:
    text = page(made(tmp_path, "services: [\n"))
    assert '<a href="#notes"><b>1</b> could not be read</a>' in text
    assert "No service, workload or stage could be read" in text
    assert "could not be read" not in page(made(tmp_path, TWO))


def test_nothing_found_is_a_page_too(tmp_path: Path) -> None:
    text = page(run([tmp_path], Settings()))
    assert "0 files" in text
    assert "No service, workload or stage was found." in text
    assert "<script" not in text
