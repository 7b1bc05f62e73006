"""Commits: one for each rule, every prefix of them works, and all of them are what a whole run makes."""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from hardener.bot.commits import Step
from hardener.bot.groups import EVERYTHING, Grouping, branch_name, groups_of
from hardener.bot.hardening import Hardening
from hardener.bot.message import title_of
from hardener.engine import Outcome, Result, State
from hardener.model.finding import Finding, Safety
from hardener.rules import catalog
from tests.test_cases import Case, cases

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module", params=["ecommerce", "chatbot"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project").resolve() / request.param
    shutil.copytree(ROOT / "samples" / request.param, folder)
    (folder / ".git").mkdir()
    return folder


def made(project: Path) -> tuple[Hardening, Result, list[Step]]:
    hardening = Hardening(project)
    whole = hardening.whole
    return hardening, whole, hardening.steps(EVERYTHING, whole)


def fixed(result: Result) -> set[tuple[str, str, str]]:
    return {outcome.finding.key for outcome in result.outcomes if outcome.state is State.FIXED}


def put(folder: Path, step: Step) -> None:
    for path, content in step.files.items():
        (folder / path).write_bytes(content)


def test_all_commits_together_are_what_a_run_writes(project: Path) -> None:
    _, whole, steps = made(project)
    texts: dict[str, bytes] = {}
    for step in steps:
        texts |= step.files
    assert texts == {
        change.source.path.relative_to(project).as_posix(): change.source.encode(change.text)
        for change in whole.changes
    }


def test_every_prefix_is_whole(project: Path, tmp_path: Path) -> None:
    """After each commit nothing is broken or half done: what was fixed is not found any more, and nothing is new."""
    _, whole, steps = made(project)
    folder = tmp_path.resolve() / "copy"
    shutil.copytree(project, folder)
    before = {outcome.finding.key for outcome in whole.outcomes}
    left = fixed(whole)
    for step in steps:
        put(folder, step)
        after = Hardening(folder).whole
        assert not after.errors
        assert {outcome.finding.key for outcome in after.outcomes} <= before
        assert fixed(after) <= left, step.message
        left = fixed(after)
    assert left == set()


EXAMPLES = [case for case in cases() if case.kind == "before" and case.path.is_dir()]


@pytest.mark.parametrize("case", EXAMPLES, ids=str)
def test_every_prefix_of_the_examples_is_whole(case: Case, isolated: Path) -> None:
    """The cases with several files, with all rules at once."""
    case.copy_to(isolated, case.path)
    whole = Hardening(isolated.resolve()).whole
    left = fixed(whole)
    for step in Hardening(isolated.resolve()).steps(EVERYTHING, whole):
        put(isolated, step)
        after = Hardening(isolated.resolve()).whole
        assert not after.errors
        assert fixed(after) <= left, step.message
        left = fixed(after)
    assert left == set()
    changed = {change.source.name: change.source.encode(change.text) for change in whole.changes}
    assert {name: (isolated / name).read_bytes() for name in changed} == changed


def test_no_commit_comes_before_what_it_requires(project: Path) -> None:
    _, whole, steps = made(project)
    rules = [step.message.rpartition("Rule: ")[2].split(",")[0] for step in steps]
    for outcome in whole.outcomes:
        finding = outcome.finding
        if outcome.state is State.FIXED and finding.rule in rules:
            needed = [key.rule for key in finding.requires if key.rule in rules]
            assert all(rules.index(rule) <= rules.index(finding.rule) for rule in needed)
    assert len(set(rules)) == len(rules)


def test_messages_are_conventional_and_say_why(project: Path) -> None:
    for step in made(project)[2]:
        subject, blank, *_ = step.message.split("\n")
        assert subject.startswith(("fix(dockerfile): ", "fix(compose): ", "fix(kubernetes): "))
        assert len(subject) <= 72
        assert blank == ""
        assert "\nWhere:\n- " in step.message
        assert "harden explain" in step.message
        long = [line for line in step.message.split("\n") if len(line) > 72 and " " in line.strip("- ")]
        assert not long


@pytest.mark.parametrize("grouping", [grouping for grouping in Grouping if grouping is not Grouping.ALL])
def test_groups_by_themselves_never_do_more_than_the_whole(project: Path, grouping: Grouping) -> None:
    hardening = Hardening(project)
    whole = hardening.whole
    groups = groups_of(whole.outcomes, grouping)
    assert len(groups) > 1
    assert len({group.branch for group in groups}) == len(groups)
    for group in groups:
        result = hardening.result(group)
        assert fixed(result) <= fixed(whole)
        subprocess.run(["git", "check-ref-format", f"refs/heads/{group.branch}"], check=True)
    if grouping is Grouping.SERVICE:
        assert set().union(*(fixed(hardening.result(group)) for group in groups)) == fixed(whole)


def test_no_rule_is_the_beginning_of_another() -> None:
    """Rules are ignored by the beginnings of their names: one that begins another could not be left out alone."""
    assert not [pair for pair in combinations(catalog(), 2) if pair[1].startswith(pair[0])]


def about(place: str, *required: str) -> Outcome:
    """Return a finding about a service, or about a Dockerfile by its path, that requires those about others."""

    def found(place: str) -> Finding:
        rule, subject = ("dockerfile-user", "stage 1") if "/" in place else ("compose-user", f"service {place}")
        return Finding(rule, place, subject, "runs as root", 0, 1, 1, 1, 1, Safety.SAFE)

    requires = tuple(found(other).key for other in required)
    return Outcome(found(place)._replace(requires=requires), State.FIXED)


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("web", "fix(web): harden containers"),
        ("Web Shop", "fix(Web-Shop): harden containers"),
        ("deploy/docker/Dockerfile", "fix(deploy/docker/Dockerfile): harden containers"),
        ("x): fixes #1 @mona `y` [skip ci]", "fix(x-fixes-1-mona-y-skip-ci): harden containers"),
        ("GH-1", "fix(GH-\u200b1): harden containers"),
        ("w" * 300, f"fix({'w' * 60}): harden containers"),
        ("((", "fix: harden containers"),
    ],
)
def test_a_title_names_what_it_is_about(place: str, title: str) -> None:
    [group] = groups_of([about(place)], Grouping.SERVICE)
    assert title_of(group) == title


@pytest.mark.parametrize(
    ("together", "names"),
    [
        ([("api", "cache", "x/web/Dockerfile")], ["web"]),
        ([("api", "cache", "x/web/Dockerfile"), ("web",)], ["api", "web"]),
        ([("api", "cache", "x/web/Dockerfile"), ("db", "etl", "y/web/Dockerfile")], ["api", "db"]),
        ([("api", "cache", "x/api/Dockerfile"), ("db", "etl", "y/db/Dockerfile")], ["api", "db"]),
    ],
)
def test_no_two_groups_have_one_branch(together: list[tuple[str, ...]], names: list[str]) -> None:
    """Several services that one Dockerfile holds together are called as its folder, where nothing else is."""
    outcomes = [about(place, *places) for places in together for place in places]
    assert [group.name for group in groups_of(outcomes, Grouping.SERVICE)] == names


def test_branches_of_any_name() -> None:
    others = ["all", "configure", "compose"]
    names = ["web", "Web", "a b", "a-b", "x.lock", "..", "é", "", "-", "a/../b", "w" * 300, "@{", *others]
    branches = [branch_name(name) for name in names]
    assert branches[0] == "web"
    assert len(set(branches)) == len(names)
    assert not {*others} & {*branches}, "they are about no service"
    for branch in branches:
        subprocess.run(["git", "check-ref-format", f"refs/heads/harden/{branch}"], check=True)
