"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), one run, in ASCII.

What these options would change is an error, as it is for `--check`, and has a fix or, in its properties, `fixedWith`:
the number of the result whose fix settles it too (see `hardener.report.fixes`). What is unsafe or held is a warning;
what a comment or a justified exception accepts is suppressed. What was written is no result any more. Places are those
of the files as they were read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from hardener import __version__
from hardener.engine import Notice, Outcome, Result, State
from hardener.model.finding import Finding, Safety
from hardener.policy.exceptions.checking import TITLES
from hardener.policy.frameworks import references
from hardener.report.fingerprints import fingerprint
from hardener.report.fixes import artifact, fixes, text
from hardener.report.lines import is_error, texts
from hardener.report.regions import UNIT, Regions
from hardener.rules import LoadedRule, catalog
from hardener.text.terminal import printable

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(result: Result, *, written: bool) -> str:
    """Return the log and a newline."""
    outcomes = [outcome for outcome in result.outcomes if not (written and outcome.state is State.FIXED)]
    sources = {**result.sources, **{change.source.name: change.source for change in result.changes}}
    regions = {name: Regions(source.text) for name, source in sources.items()}
    rules = sorted({outcome.finding.rule for outcome in outcomes})
    results = [_result(outcome, rules.index(outcome.finding.rule), regions) for outcome in outcomes]
    numbers = {outcome.finding.key: number for number, outcome in enumerate(outcomes)}
    for fix, (first, *others) in [] if written else fixes(result, regions):
        results[numbers[first]]["fixes"] = [fix]
        for other in others:
            results[numbers[other]]["properties"]["fixedWith"] = numbers[first]
    return log(rules, _invocation(result), results)


def log(rules: Iterable[str], invocation: dict[str, Any], results: Sequence[dict[str, Any]]) -> str:
    """Return a log of one run, and a newline; `ruleIndex` in the results counts the `rules`."""
    run = {
        "tool": {"driver": {"name": "harden", "semanticVersion": __version__, "rules": [*map(_rule, rules)]}},
        "invocations": [invocation],
        "columnKind": UNIT,
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(outcome: Outcome, index: int, regions: dict[str, Regions]) -> dict[str, Any]:
    finding = outcome.finding
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _level(outcome),
        "message": text("\n".join(texts(outcome))),
        "locations": [_location(finding, regions.get(finding.file))],
        "partialFingerprints": {"ruleFileSubject/v1": fingerprint(finding)},
        # either all results have an array or none has (3.27.23)
        "suppressions": [_suppression(outcome)] if outcome.state is State.SUPPRESSED else [],
        "properties": {"state": outcome.state.value, "safety": finding.safety.value},
    }


def _level(outcome: Outcome) -> str:
    accepted = outcome.state is State.SUPPRESSED and outcome.finding.safety is Safety.SAFE
    return "error" if accepted or is_error(outcome) else "warning"


def _location(finding: Finding, regions: Regions | None) -> dict[str, Any]:
    region = regions.region(finding.start, finding.end) if regions else {"startLine": finding.line}
    return {
        "physicalLocation": {"artifactLocation": artifact(finding.file), "region": region},
        "logicalLocations": [{"fullyQualifiedName": printable(finding.subject)}],
    }


def _suppression(outcome: Outcome) -> dict[str, str]:
    kind = "external" if outcome.exception or outcome.recorded else "inSource"
    return {"kind": kind, "status": "accepted", "justification": printable(outcome.reason)}


def _rule(name: str) -> dict[str, Any]:
    """Return what there is to know of a rule; of a word that the engine itself says, its name alone."""
    if loaded := catalog().get(name):
        return {"id": name, **_about(loaded)}
    return {"id": name, **(_described(TITLES[name], TITLES[name], TITLES[name]) if name in TITLES else {})}


def _about(loaded: LoadedRule) -> dict[str, Any]:
    first, _, rest = loaded.documentation.strip().partition("\n\n")
    plain = "\n\n".join(filter(None, [first, rest, _references(references(loaded))]))
    return {
        **_described(loaded.rule.title, " ".join(first.split()), plain),
        "properties": {"tags": ["security", loaded.dialect], "level": loaded.rule.level},
    }


def _described(title: str, full: str, helped: str) -> dict[str, Any]:
    return {
        "shortDescription": text(title),
        "fullDescription": text(full),
        "help": {**text(helped), "markdown": text(helped)["text"]},
    }


def _references(names: Iterable[str]) -> str:
    listed = "\n".join(f"- {name}" for name in names)
    return f"References:\n\n{listed}" if listed else ""


def _invocation(result: Result) -> dict[str, Any]:
    notices = [*(("error", notice) for notice in result.errors), *(("note", notice) for notice in result.skipped)]
    return {
        "executionSuccessful": not result.errors,
        "toolExecutionNotifications": [_notification(level, notice) for level, notice in notices],
    }


def _notification(level: str, notice: Notice) -> dict[str, Any]:
    region = {"region": {"startLine": notice.line}} if notice.line else {}
    place = {"physicalLocation": {"artifactLocation": artifact(notice.path), **region}}
    return {"level": level, "message": text(printable(notice.message)), "locations": [place]}
