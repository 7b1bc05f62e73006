"""What every report must keep to, whatever was found."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree

from hardener.engine import Result, State
from hardener.report import github, gitlab, junit, markdown, sarif
from hardener.report import json as json_report
from tests.report import schemas
from tests.report.sarif import after_fixes

COMMAND = re.compile(r"::(error|warning|notice) file=[^:,\n]+,line=\d+(,col=\d+,title=[a-z-]+)?::.+")


def assert_reports_hold(result: Result, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Check all reports of a run that has written nothing, and that SARIF's fixes do what `--write` does."""
    schemas.findings().validate(json.loads(json_report.report(result, written=False)))
    log = json.loads(sarif.report(result, written=False))
    schemas.SARIF.validate(log)
    assert after_fixes(log, before) == after, "SARIF's fixes and --write differ"
    issues = json.loads(gitlab.report(result, written=False))
    schemas.GITLAB.validate(issues)
    names = [issue["fingerprint"] for issue in issues]
    assert len(names) == len(set(names)), "GitLab shows one of those that share a fingerprint"
    commands = github.report(result, written=False).split("\n")
    assert commands.pop() == ""
    assert all(map(COMMAND.fullmatch, commands))
    left = sum(outcome.state is not State.SUPPRESSED for outcome in result.outcomes)
    assert len(issues) == left + len(result.errors)
    assert len(commands) == left + len(result.errors) + len(result.skipped)
    assert_junit_holds(junit.report(result, written=False))
    assert_markdown_holds(markdown.report(result, written=False), left)


def assert_junit_holds(xml: str) -> None:
    """Check what Jenkins' junit-10.xsd asks of the elements that are used, and that the numbers are right."""
    assert xml.isascii()
    root = ElementTree.fromstring(xml)
    assert (root.tag, set(root.attrib)) == ("testsuites", {"name"})
    assert root.findall("testsuite/testcase"), "Jenkins refuses a report without a case"
    for suite in root:
        assert suite.tag == "testsuite"
        assert {"name", "tests", "failures", "errors"} <= set(suite.attrib) <= {*suite.attrib, "skipped"}
        ends = [end for case in suite for end in case]
        assert int(suite.attrib["tests"]) == len(suite)
        for tag, number in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(number, "0")) == sum(end.tag == tag for end in ends)
        for case in suite:
            assert (case.tag, set(case.attrib)) == ("testcase", {"name", "classname"})
            assert len(case) <= 1
        assert all(set(end.attrib) <= {"message", "type"} and not len(end) for end in ends)


def assert_markdown_holds(text: str, rows: int) -> None:
    """Check that each finding has its row, of four cells, and that nothing in it is a tag but our own line break."""
    table = [line for line in text.split("\n") if line.startswith("|")]
    assert len(table) == (rows + 2 if rows else 0)
    assert all(len(re.sub(r"\\.", "", row).split("|")) == 6 for row in table)
    assert "<" not in re.sub(r"\\.|<br>|&#8203;", "", text)
