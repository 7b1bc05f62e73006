"""Every case below tests/cases: what goes in, and exactly what must come out.

`<case>.before.<name>` with `<case>.after.<name>`: rewritten like that. `<case>.same.<name>`: no finding.
`<case>.held.<name>` with `<case>.held.txt`: a finding that is held, or unsafe, with a reason that has the words of the
text file. A folder stands for several files. `+unsafe` and `+restricted` in the case's name set the mode. Only the
folder's rule is selected, unless a `.harden.toml` in it selects. It is TODAY, for what holds until a day.
"""

from __future__ import annotations

import shutil
from contextlib import chdir
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from hardener.engine import State, clock
from hardener.model.document import UNSUPPORTED
from hardener.model.finding import Safety
from hardener.model.settings import Level, Settings
from hardener.policy.configured import Configured
from hardener.policy.exceptions.inforce import with_exceptions
from hardener.rules import catalog
from tests.conftest import assert_nets_hold, assert_one_run_is_enough, harden, snapshot

CASES = Path(__file__).parent / "cases"
KINDS = ("before", "same", "held")
TODAY = date(2026, 3, 1)
DIALECTS = tuple({loaded.dialect: None for loaded in catalog().values()})


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    kind: str
    path: Path

    def __str__(self) -> str:
        return f"{self.rule}/{self.name}"

    @property
    def counterpart(self) -> Path:
        """Where what must come out stands."""
        return self.path.with_name(self.path.name.replace(f"{self.name}.before", f"{self.name}.after", 1))

    def copy_to(self, folder: Path, source: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, folder, dirs_exist_ok=True)
        else:
            kind = "after" if source is not self.path else self.kind
            shutil.copy(source, folder / source.name.removeprefix(f"{self.name}.{kind}."))

    def settings(self, folder: Path) -> Settings:
        tags = self.name.split("+")[1:]
        explicit = folder / ".harden.toml"
        with chdir(folder):  # paths in it are named from the current folder, as the run's files are
            settings = Configured(explicit).of(folder).settings if explicit.exists() else Settings()
            settings = with_exceptions(settings, folder)
        return replace(
            settings,
            select=(self.rule,) if not settings.select else settings.select,
            unsafe_fixes="unsafe" in tags,
            level=Level.RESTRICTED if "restricted" in tags else settings.level,
        )


def cases() -> list[Case]:
    found = []
    for path in sorted(CASES.glob("*/*")):
        name, _, rest = path.name.partition(".")
        kind = rest.partition(".")[0]
        if kind in KINDS and not path.name.endswith(".held.txt"):
            found.append(Case(path.parent.name, name, kind, path))
    return found


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_case(case: Case, isolated: Path) -> None:
    case.copy_to(isolated, case.path)
    settings = case.settings(isolated)
    before = files(isolated)
    result = harden(isolated, settings)
    assert not result.errors
    assert_nets_hold(isolated, settings, result)
    outcomes = [outcome for outcome in result.outcomes if outcome.finding.rule in (case.rule, UNSUPPORTED)]
    match case.kind:
        case "before":
            assert before != files(isolated) == expected(case, isolated)
            assert all(o.finding.evidence for o in outcomes if o.finding.safety is Safety.SAFE)
        case "same":
            assert files(isolated) == before
            assert not outcomes
        case "held":
            assert files(isolated) == before
            words = case.path.with_name(f"{case.name}.held.txt").read_text(encoding="utf-8").strip()
            reasons = [outcome.reason for outcome in outcomes if outcome.state is not State.FIXED]
            assert len(words) > 5
            assert any(words in reason for reason in reasons), reasons


@pytest.mark.parametrize("case", cases(), ids=str)
def test_one_run_of_all_rules_is_enough(case: Case, tmp_path: Path) -> None:
    for level in Level:
        for unsafe_fixes in (False, True):
            folder = tmp_path / f"{level}-{unsafe_fixes}"
            folder.mkdir()
            case.copy_to(folder, case.path)
            settings = replace(case.settings(folder), select=DIALECTS, level=level, unsafe_fixes=unsafe_fixes)
            assert_one_run_is_enough(folder, settings)


def files(folder: Path) -> dict[str, str]:
    return {name: raw.decode() for name, raw in snapshot(folder).items() if not name.startswith(".git/")}


def expected(case: Case, folder: Path) -> dict[str, str]:
    beside = folder.with_name(f"{folder.name}-expected")
    beside.mkdir()
    case.copy_to(beside, case.counterpart)
    return files(beside)


def test_every_rule_has_cases_of_both_sorts() -> None:
    for rule in catalog():
        kinds = [case.kind for case in cases() if case.rule == rule]
        assert kinds.count("before") + kinds.count("held") >= 1, f"{rule} has no case in which it speaks"
        assert kinds.count("same") >= 1, f"{rule} has no case in which it is silent"
        assert kinds.count("same") + kinds.count("held") >= kinds.count("before"), f"{rule} has too few unchanged cases"


def test_no_case_is_forgotten() -> None:
    known = {case.path for case in cases()} | {case.counterpart for case in cases() if case.kind == "before"}
    texts = {case.path.with_name(f"{case.name}.held.txt") for case in cases() if case.kind == "held"}
    assert set(CASES.glob("*/*")) == known | texts
    assert {path.name for path in CASES.iterdir()} <= set(catalog())
