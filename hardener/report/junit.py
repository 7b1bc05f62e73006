"""Findings as JUnit's XML: a suite for each file, a case for each finding.

A finding that is left fails, one that was written passes, a suppressed one is skipped, and a file that went wrong is an
error. A run that finds nothing has one case, which passes: Jenkins takes a report without any for a mistake.
"""

from __future__ import annotations

from collections import defaultdict

from hardener.engine import Outcome, Result, State
from hardener.policy.exceptions.checking import WARNINGS
from hardener.report.lines import texts
from hardener.report.testsuites import Case, document


def report(result: Result, *, written: bool) -> str:
    """Return the XML document that this module's documentation describes."""
    suites: defaultdict[str, list[Case]] = defaultdict(list)
    for outcome in result.outcomes:
        suites[outcome.finding.file].append(_case(outcome, written=written))
    for notice in result.errors:
        place = f", line {notice.line}" if notice.line else ""
        suites[notice.path].append(Case(f"error{place}", "error", notice.message))
    return document("harden", suites.items() or [("harden", [Case(f"nothing found in {result.files} files")])])


def _case(outcome: Outcome, *, written: bool) -> Case:
    finding = outcome.finding
    name = f"{finding.rule} {finding.subject}"
    if finding.rule in WARNINGS:
        return Case(name, "skipped", f"{finding.message}: {outcome.reason}")
    if outcome.state is State.SUPPRESSED:
        return Case(name, "skipped", outcome.reason or finding.message)
    if outcome.state is State.FIXED and written:
        return Case(name)
    place = f"{finding.file}:{finding.line}:{finding.column}"
    return Case(name, "failure", finding.message, finding.safety, "\n".join([place, *texts(outcome)]))
