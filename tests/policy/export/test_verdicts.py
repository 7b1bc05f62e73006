"""The policies of an export say what our rules say: of every case, of every document by itself, at both levels.

A document by itself is the file alone in an empty folder, without a configuration: what our verdict takes from a
Dockerfile, an override file, `.env` or `.harden` is not there, as it is not there for a policy. Comments that accept a
finding do not reach a policy either, so accepted findings count as found.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

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
    policies = {str(path): text for path, text in texts.items() if path.suffix == ".rego"}
    return Opa(policies, yaml.safe_load(texts[DATA]))


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


def verdicts(path: Path, level: Level) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Return by rule and subject what our rules say of a file, and what the policies say; nothing where we say none."""
    result = harden(path.parent, Settings(level=level, select=tuple(exported())))
    if not reaches_policies(path, result):
        return {}, {}
    findings = [outcome.finding for outcome in result.outcomes]
    ours = {(each.rule, named(each.subject)): f"{named(each.subject)} {each.message}" for each in findings}
    found = [result for document in inputs(path) for result in opa(level).evaluate(document)]
    theirs = {(each["rule"], subject_of(each["rule"], each["subject"], ours)): each["msg"] for each in found}
    return ours, theirs


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
