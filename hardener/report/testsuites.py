"""JUnit's XML, as Jenkins reads it: junit-10.xsd of github.com/jenkinsci/xunit-plugin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from xml.etree import ElementTree

from hardener.text.terminal import printable

_NOT_XML = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})
"""What XML 1.0 (section 2.2) does not allow, of what is printable."""


class Case(NamedTuple):
    """A test case: what it is called, and how it ended if it did not pass."""

    name: str
    end: Literal["failure", "error", "skipped"] | None = None
    message: str = ""
    kind: str = ""
    """The type of a failure."""
    text: str = ""


def document(name: str, suites: Iterable[tuple[str, Sequence[Case]]]) -> str:
    """Return the XML, in ASCII so that it is what it says in every encoding; whatever the texts hold, it is one."""
    root = ElementTree.Element("testsuites", name=name)
    for suite, cases in suites:
        ends = Counter(case.end for case in cases)
        numbers = {"tests": len(cases), "failures": ends["failure"], "errors": ends["error"]}
        numbers |= {"skipped": ends["skipped"]} if ends["skipped"] else {}
        below = _element(root, "testsuite", name=suite, **{key: str(number) for key, number in numbers.items()})
        for case in cases:
            _add(below, suite, case)
    ElementTree.indent(root)
    raw: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return raw.decode("ascii") + "\n"


def _add(suite: ElementTree.Element, name: str, case: Case) -> None:
    element = _element(suite, "testcase", classname=name, name=case.name)
    if case.end is None:
        return
    attributes = {"message": case.message} | ({"type": case.kind} if case.kind else {})
    _element(element, case.end, **attributes).text = _shown(case.text, keep="\n") or None


def _element(above: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(above, tag, {key: _shown(value) for key, value in attributes.items()})


def _shown(text: str, keep: str = "") -> str:
    return printable(text, keep).translate(_NOT_XML)
