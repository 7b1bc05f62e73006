"""The policies of an export say what our rules say: of every case, of every document by itself, at both levels.

A document by itself is the file alone in an empty folder, without a configuration: what our verdict takes from a
Dockerfile, an override file, `.env` or `.harden` is not there, as it is not there for a policy. Comments that accept a
finding do not reach a policy either, so accepted findings count as found.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardener.engine import Result
from hardener.model import detect
from hardener.model.document import UNSUPPORTED
from hardener.model.settings import Level, Settings
from hardener.policy.export.bundle import DATA, exported, files
from hardener.text.source import Reader
from tests.conftest import harden
from tests.policy.export.opa import Opa, inputs
from tests.test_cases import Case, cases

_NUMBER = re.compile(r" \(\d+\)| #\d+")
RUN_AS_NON_ROOT = "kubernetes-run-as-non-root"
BEYOND = {
    "kubernetes-run-as-non-root/what-stands-at-the-pod": "profiles tell the users that the manifest leaves out",
}
"""Cases in which a policy says less, and why."""

WORDED_OTHERWISE = {
    "compose-user": "as those who asked for the policy word it",
    "compose-drop-capabilities": "ours tells apart what gives every capability back",
    "kubernetes-drop-capabilities": "ours tells apart what gives every capability back",
    "compose-no-added-capabilities": "ours tells apart as whom the image starts",
    "kubernetes-run-as-non-root": "ours tells apart as whom the image starts",
}


@cache
def opa(level: Level) -> Opa:
    texts = files(Settings(level=level, select=tuple(exported())), {})
    return Opa(policies(), yaml.safe_load(texts[DATA]))


@cache
def policies() -> dict[str, str]:
    return {str(path): text for path, text in files(Settings(), {}).items() if path.suffix == ".rego"}


def documents(case: Case, folder: Path) -> list[Path]:
    """Lay each file of the case, before and after, alone into a folder of its own."""
    found = []
    for source in (case.path, case.counterpart) if case.kind == "before" else (case.path,):
        whole = folder / f"whole-{source.name}"
        whole.mkdir()
        case.copy_to(whole, source)
        for path in sorted(whole.rglob("*")):
            if (
                path.is_file()
                and ".harden" not in path.parts
                and (path.suffix in {".yaml", ".yml"} or detect.by_name(path) is detect.Dialect.DOCKERFILE)
            ):
                alone = folder / f"alone-{len(found)}" / path.name
                alone.parent.mkdir()
                alone.write_bytes(path.read_bytes())
                found.append(alone)
    return found


def reaches_policies(path: Path, result: Result) -> bool:
    """Whether a policy sees what we see of a file.

    A file that we do not parse, hold as a whole, or do not take for ours by its name has no verdict; and what Compose's
    own tags say, `!reset` and `!override`, is lost in data.
    """
    if result.errors or any(outcome.finding.rule == UNSUPPORTED for outcome in result.outcomes):
        return False
    source = Reader(path.parent).read(path)
    known = detect.read(source, detect.by_name(path)) is not None
    return known and "!reset" not in source.text and "!override" not in source.text


def named(subject: str) -> str:
    """Return a subject without the number that tells it from another of the same name."""
    return _NUMBER.sub("", subject)


def subject_of(rule: str, subject: str, ours: dict[tuple[str, str], str]) -> str:
    """Return the subject under which we say it: once for a pod where all its containers lack the same user."""
    pod = subject.partition(" of ")[2]
    return pod if rule == RUN_AS_NON_ROOT and (rule, pod) in ours else subject


Verdicts = dict[tuple[str, str], str]
"""What is said, by rule and subject."""

_KNOWN: dict[tuple[str, bytes, Level], tuple[Verdicts, Verdicts]] = {}
"""By name and text of a file that stands alone: many cases begin or end with the same."""


def verdicts(path: Path, level: Level) -> tuple[Verdicts, Verdicts]:
    """Return what our rules say of a file, and what the policies say; nothing where we say none."""
    key = path.name, path.read_bytes(), level
    if key not in _KNOWN:
        _KNOWN[key] = _verdicts(path, level)
    return _KNOWN[key]


def _verdicts(path: Path, level: Level) -> tuple[Verdicts, Verdicts]:
    result = harden(path.parent, Settings(level=level, select=tuple(exported())))
    if not reaches_policies(path, result):
        return {}, {}
    findings = [outcome.finding for outcome in result.outcomes]
    ours = {(each.rule, named(each.subject)): f"{named(each.subject)} {each.message}" for each in findings}
    found = [result for document in inputs(path) for result in _evaluated(document, level)]
    theirs = {(each["rule"], subject_of(each["rule"], each["subject"], ours)): each["msg"] for each in found}
    return ours, theirs


def _evaluated(document: Any, level: Level) -> list[dict[str, str]]:
    """Return what policies say; other documents than those with services are asked about once for both levels."""
    asks = isinstance(document, dict) and "services" in document
    return _found(json.dumps(document), level if asks else Level.BASELINE)


@cache
def _found(document: str, level: Level) -> list[dict[str, str]]:
    return list(opa(level).evaluate(json.loads(document)))


def test_only_what_speaks_of_services_asks_for_the_level() -> None:
    assert {Path(path).parts[0] for path, text in policies().items() if "harden.level" in text} == {"compose"}


@pytest.mark.parametrize("case", [case for case in cases() if str(case) not in BEYOND], ids=str)
def test_same_verdict(case: Case, tmp_path: Path) -> None:
    for path in documents(case, tmp_path):
        for level in Level:
            ours, theirs = verdicts(path, level)
            assert theirs.keys() == ours.keys(), (path.name, level)
            told = {key: words for key, words in ours.items() if key[0] not in WORDED_OTHERWISE}
            assert told == {key: words for key, words in theirs.items() if key in told}


@pytest.mark.parametrize("name", BEYOND)
def test_what_a_policy_does_not_see_still_differs(name: str, tmp_path: Path) -> None:
    case = next(case for case in cases() if str(case) == name)
    both = [verdicts(path, level) for path in documents(case, tmp_path) for level in Level]
    assert all(theirs.keys() <= ours.keys() for ours, theirs in both)
    assert {rule for ours, theirs in both for rule, _ in ours.keys() - theirs.keys()} == {case.rule}


@pytest.mark.parametrize("rule", exported())
def test_every_policy_speaks_in_a_case_of_its_rule(rule: str, tmp_path: Path) -> None:
    for case in (case for case in cases() if case.rule == rule and case.kind != "same"):
        folder = tmp_path / case.name
        folder.mkdir()
        if any(found == rule for path in documents(case, folder) for found, _ in verdicts(path, Level.RESTRICTED)[1]):
            return
    pytest.fail("it is silent in all of them")
