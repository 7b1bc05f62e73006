"""What `harden compliance` shows: of the samples exactly, and of any control what its status needs.

`python -m tests.report.test_compliance` writes what is expected of the samples; a person reads the difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from hardener import __version__
from hardener.policy.compliance import Assessment, Evidence, Status, assess
from hardener.policy.frameworks import Control, Decides, Framework, frameworks
from hardener.report import compliance as report
from hardener.report import terminal
from hardener.report.compliance import Assessed
from tests.report import schemas
from tests.samples.reading import hardened

GOLDEN = Path(__file__).parent / "compliance"
TODAY = date(2026, 11, 22)
MORE = ["chatbot.owasp-docker.md", "chatbot.pci-dss-4.0.1.json"]
TEXTS = [
    ("chatbot", "cis-docker"),
    ("chatbot", "cis-kubernetes"),
    ("chatbot", "pod-security-standards"),
    ("chatbot", "soc2"),
    ("ecommerce", "cis-docker"),
    ("ecommerce", "nist-800-190"),
    ("ecommerce", "pci-dss-4.0.1"),
]


@cache
def sample(name: str) -> Assessed:
    result = hardened(name, unsafe_fixes=False).result
    return {key: assess(framework, result) for key, framework in frameworks().items()}


def goldens() -> Iterator[tuple[str, str]]:
    """Yield the name of each file beside this module with the text that it has."""
    for name, key in TEXTS:
        lines = report.text([frameworks()[key]], sample(name), verbose=False)
        yield f"{name}.{key}.txt", terminal.render(lines, width=None)
    sheet, pci = frameworks()["owasp-docker"], frameworks()["pci-dss-4.0.1"]
    yield "chatbot.owasp-docker.md", without_version(report.markdown([sheet], sample("chatbot"), TODAY))
    chosen = {pci.key: sample("chatbot")[pci.key]}
    yield "chatbot.pci-dss-4.0.1.json", without_version(report.as_json([pci], chosen, TODAY))


def without_version(text: str) -> str:
    return text.replace(__version__, "VERSION", 1)


@pytest.mark.parametrize("name", [f"{name}.{key}.txt" for name, key in TEXTS] + MORE)
def test_what_is_said_of_the_samples(name: str) -> None:
    assert dict(goldens())[name] == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["chatbot", "ecommerce"])
def test_json_has_the_documented_shape(name: str) -> None:
    text = report.as_json(frameworks().values(), sample(name), TODAY)
    assert text.isascii()
    data = json.loads(text)
    schemas.compliance().validate(data)
    assert [each["key"] for each in data["frameworks"]] == list(frameworks())
    for each in data["frameworks"]:
        assert sum(each["summary"].values()) == len(each["controls"])
    assert sum(data["summary"].values()) == sum(len(each["controls"]) for each in data["frameworks"])


def test_the_schema_knows_every_status() -> None:
    shown = json.loads(report.as_json([FRAMEWORK], {"own": [Assessment(CONTROL, each) for each in Status]}, TODAY))
    schemas.compliance().validate(shown)
    assert [each["status"] for each in shown["frameworks"][0]["controls"]] == list(Status)


@pytest.mark.parametrize("width", range(60, 201, 20))
def test_text_fits_the_terminal(width: int) -> None:
    text = terminal.render(report.text(frameworks().values(), sample("ecommerce"), verbose=True), width=width)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n")
    unbroken = [line for line in lines if len(line) > width]
    assert all(" " not in line.strip() for line in unbroken), "only a word that is too long may stand out"


def test_every_status_has_its_words() -> None:
    until = date(2027, 1, 31)
    found = [Assessment(CONTROL, status, until=until if status is Status.EXCEPTION else None) for status in Status]
    said = [line.removeprefix("A1 Do: ") for line in shown(found) if line.startswith("A1")]
    assert said == [
        "met",
        "fixed by this change",
        "exception until 2027-01-31",
        "open",
        "not checked",
        "not decidable from files",
        "not applicable",
    ]
    assert "A1 Do: exception without an end" in shown([Assessment(CONTROL, Status.EXCEPTION)])


@pytest.mark.parametrize(("decides", "words"), [(Decides.WHOLE, "met"), (Decides.PART, "met in part")])
def test_a_part_is_called_one(decides: Decides, words: str) -> None:
    control = Control("A1", "Do", decides, "" if decides is Decides.WHOLE else "the rest is people's")
    lines = shown([Assessment(control, Status.MET, control.why)])
    assert f"A1 Do: {words}" in lines
    assert ("    the rest is people's" in lines) == (decides is Decides.PART)


def test_the_first_pieces_of_evidence_are_shown_and_the_others_counted() -> None:
    found = [Assessment(CONTROL, Status.OPEN, evidence=tuple(EVIDENCE._replace(place=f"{n}") for n in range(5)))]
    assert shown(found)[3:] == [
        "    0 compose-user held: service web: runs as root",
        "    1 compose-user held: service web: runs as root",
        "    2 compose-user held: service web: runs as root",
        "    and 2 more (--verbose)",
        "1 open",
        "",
    ]
    verbose = shown(found, verbose=True)
    assert "    4 compose-user held: service web: runs as root" in verbose
    assert "        evidence: a trial" in verbose


def test_numbers_of_other_versions_are_shown_to_who_asks_for_all() -> None:
    found = [Assessment(Control("5.4", "Do", Decides.WHOLE, aliases={"1.5.0": "5.3"}), Status.MET)]
    assert "    in 1.5.0: 5.3" in shown(found, verbose=True)
    assert "    in 1.5.0: 5.3" not in shown(found)


def test_a_framework_without_a_subject_is_one_line() -> None:
    found = [Assessment(CONTROL, Status.NOT_APPLICABLE, "these files define nothing of kubernetes")] * 3
    assert shown(found)[2:] == ["not applicable: these files define nothing of kubernetes", ""]


def test_hostile_names_stay_text() -> None:
    evil = EVIDENCE._replace(place="a|b\x1b[2J.yaml:1", text="<img src=x> @all [x](http://y)")
    found = {"own": [Assessment(CONTROL, Status.OPEN, evidence=(evil,))]}
    assert "\x1b" not in terminal.render(report.text([FRAMEWORK], found, verbose=True), width=None)
    html = MarkdownIt("commonmark").enable("table").render(report.markdown([FRAMEWORK], found, TODAY))
    assert "<img" not in html
    assert "<a " not in html
    assert html.count("<tr>") == 2
    assert "a|b\\x1b" in html


CONTROL = Control("A1", "Do", Decides.WHOLE)
FRAMEWORK = Framework(
    "own", "Own", "Our own rules", "1", "https://example.org/", frozenset({"compose"}), "All.", (), (CONTROL,)
)
EVIDENCE = Evidence("finding", "", "compose-user", "service web: runs as root", "held", ("a trial",))


def shown(found: Iterable[Assessment], *, verbose: bool = False) -> list[str]:
    return terminal.render(report.text([FRAMEWORK], {"own": list(found)}, verbose=verbose), width=None).split("\n")[:-1]


if __name__ == "__main__":
    for golden, content in goldens():
        (GOLDEN / golden).write_text(content, encoding="utf-8")
