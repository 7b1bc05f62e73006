"""`.harden/exceptions.yaml`: what it says, what counts of it and until when, and what is wrong with it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone, tzinfo
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from hardener import templates
from hardener.engine import clock
from hardener.model.capabilities import NAMES
from hardener.model.settings import Settings, Thresholds
from hardener.policy.config import ConfigError
from hardener.policy.exceptions.days import latest
from hardener.policy.exceptions.inforce import with_exceptions
from hardener.policy.exceptions.reading import NAME, find, read
from hardener.rules import catalog

WHOLE = """\
version: 1
exceptions:
  - capability: CAP_IPC_LOCK
    service: vault
    reason: >-
      mlock() keeps the keys
      out of swap
    scope: vault alone
    alternatives: encrypted swap
    owner: platform team
    adr: docs/adr/0001-vault.md
    created: 2025-08-31
    expires: 2026-02-28
    monitoring: Vault's log
"""
ENTRY = WHOLE.removeprefix("version: 1\nexceptions:\n")
TODAY = clock.today


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 2, 28))
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs/adr").mkdir(parents=True)
    (tmp_path / "docs/adr/0001-vault.md").write_text("# Decision\n")
    return tmp_path


def put(root: Path, text: str) -> Path:
    path = root / NAME
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def in_force(root: Path, text: str, **thresholds: int) -> list[tuple[str, bool]]:
    put(root, text)
    found = with_exceptions(Settings(thresholds=Thresholds(**thresholds)), root).exceptions
    return [(one.what, one.expired) for one in found]


def test_what_stands_there_is_read(root: Path) -> None:
    (entry,) = read(put(root, WHOLE)).entries
    assert (entry.capability, entry.what, entry.line) == ("IPC_LOCK", "IPC_LOCK, service vault", 3)
    assert entry.reason == "mlock() keeps the keys out of swap"
    assert (entry.created, entry.expires) == (date(2025, 8, 31), date(2026, 2, 28))


def test_it_is_found_upwards_to_the_root_of_the_project(root: Path) -> None:
    path = put(root, WHOLE)
    (root / "deep/er/.git").mkdir(parents=True)
    assert find(root / "deep") == find(root) == path
    assert find(root / "deep/er") is None


@pytest.mark.parametrize(
    ("today", "expired"), [(date(2026, 2, 27), False), (date(2026, 2, 28), False), (date(2026, 3, 1), True)]
)
def test_the_last_day_counts(root: Path, monkeypatch: pytest.MonkeyPatch, today: date, expired: bool) -> None:
    monkeypatch.setattr(clock, "today", lambda: today)
    assert in_force(root, WHOLE) == [("IPC_LOCK, service vault", expired)]


@pytest.mark.parametrize(
    ("there", "expired"),
    [
        (datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=14))), False),
        (datetime(2026, 2, 28, 13, tzinfo=timezone(timedelta(hours=-12))), True),
    ],
    ids=["still 28 February in UTC", "already 1 March in UTC"],
)
def test_the_day_is_that_of_utc_wherever_somebody_is(
    root: Path, monkeypatch: pytest.MonkeyPatch, there: datetime, expired: bool
) -> None:
    class There(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return there.astimezone(tz) if tz else there.replace(tzinfo=None)

    monkeypatch.setattr(clock, "datetime", There)
    monkeypatch.setattr(clock, "today", TODAY)
    assert in_force(root, WHOLE) == [("IPC_LOCK, service vault", expired)]


@pytest.mark.parametrize(
    ("created", "last"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2025, 8, 29), date(2026, 2, 28)),
        (date(2025, 12, 31), date(2026, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_six_months_are_calendar_months(created: date, last: date) -> None:
    assert latest(created) == last


def test_the_configuration_can_only_shorten(root: Path) -> None:
    assert in_force(root, WHOLE, exception_days=180) == [("IPC_LOCK, service vault", True)]
    assert in_force(root, WHOLE, exception_days=181) == [("IPC_LOCK, service vault", False)]
    assert in_force(root, WHOLE.replace("2026-02-28", "2026-01-31"), exception_days=183) == [
        ("IPC_LOCK, service vault", True)
    ]


@pytest.mark.parametrize(
    "lacking", ["scope", "alternatives", "owner", "adr", "created", "expires", "monitoring", "service"]
)
def test_what_is_incomplete_does_not_count(root: Path, lacking: str) -> None:
    lines = [line for line in WHOLE.split("\n") if not line.startswith(f"    {lacking}:")]
    assert in_force(root, "\n".join(lines)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("docs/adr/0001-vault.md", "docs/adr/0002-lost.md"),
        ("docs/adr/0001-vault.md", "todo:ask-the-team"),
        ("docs/adr/0001-vault.md", "file:///docs/adr/0001-vault.md"),
        ("docs/adr/0001-vault.md", "x" * 300),
        ("2025-08-31", "2026-03-01"),
    ],
    ids=["no record", "no URL", "no host", "no name", "made tomorrow"],
)
def test_neither_does_what_cannot_be(root: Path, old: str, new: str) -> None:
    assert (
        in_force(root, WHOLE.replace("2026-02-28", "2026-03-02" if "2026" in new else "2026-02-28").replace(old, new))
        == []
    )


@pytest.mark.parametrize("url", ["https://wiki.example/adr/7", "HTTP://[::1]:8080/7", "http://[wiki"])
def test_a_record_may_be_elsewhere(root: Path, url: str) -> None:
    assert in_force(root, WHOLE.replace("docs/adr/0001-vault.md", f"'{url}'"))


RULE = WHOLE.replace("capability: CAP_IPC_LOCK", "rule: compose-usr")
WRONG = {
    "an unknown key": (WHOLE.replace("owner", "ownr"), 10, ':10: unknown key "ownr": did you mean owner?'),
    "an unknown key above": (WHOLE.replace("exceptions", "exception"), 2, "did you mean exceptions?"),
    "no version": (WHOLE.removeprefix("version: 1\n"), 1, "`version: 1` is missing"),
    "another version": (WHOLE.replace("version: 1", "version: 2"), 1, "version: expected 1"),
    "a key twice": (WHOLE + "    owner: me\n", 15, "owner is set twice"),
    "no YAML": (WHOLE + "   - {", 15, ""),
    "a conflict": (WHOLE + "<<<<<<< ours\n" + ENTRY + "=======\n>>>>>>> theirs\n", 15, "merge conflict"),
    "the other half of a conflict": (WHOLE + ">>>>>>> theirs\n", 15, "merge conflict"),
    "nothing": ("# none\n", 1, "is empty"),
    "a rule that is none": (RULE, 3, 'no rule is called "compose-usr": did you mean "compose-user"?'),
    "the beginning of rules": (WHOLE.replace("capability: CAP_IPC_LOCK", "rule: compose"), 3, "no rule is called"),
    "a capability that is none": (WHOLE.replace("IPC_LOCK", "IPC_LOCKS"), 3, 'did you mean "IPC_LOCK"?'),
    "all capabilities": (WHOLE.replace("CAP_IPC_LOCK", "ALL"), 3, 'unknown capability "ALL"'),
    "both": (WHOLE + "    rule: compose-user\n", 3, "names a rule and a capability"),
    "neither": (WHOLE.replace("capability: CAP_IPC_LOCK", "file: a"), 3, "names no rule and no capability"),
    "a day that is none": (WHOLE.replace("2026-02-28", "2026-02-29"), 13, '"2026-02-29" is no day'),
    "a day in other words": (WHOLE.replace("2026-02-28", "28.2.2026"), 13, "is no day, as 2026-12-31 is"),
    "a day too late": (WHOLE.replace("2026-02-28", "2026-03-01"), 13, "longer than 6 months: 2026-02-28 is the last"),
    "a day too early": (WHOLE.replace("2026-02-28", "2025-08-30"), 13, "before it was made on 2025-08-31"),
    "a list for a text": (WHOLE.replace("platform team", "[a, b]"), 10, "owner: expected a text"),
    "no text": (WHOLE.replace("platform team", '" "'), 10, "expected a text"),
    "a text for the list": ("version: 1\nexceptions: none\n", 2, "exceptions: expected a list"),
    "a text for an exception": ("version: 1\nexceptions:\n- IPC_LOCK\n", 3, "expected keys with values"),
    "a way out": (WHOLE.replace("docs/adr/", "../adr/"), 11, "expected a path from the folder that holds"),
    "what cannot be shown": (WHOLE.replace("platform team", '"a\\e[2J"'), 10, "a character that cannot be shown"),
    "two documents": (WHOLE + "---\n" + WHOLE, None, "has several documents"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_its_line_and_nothing_counts(root: Path, case: str) -> None:
    text, line, words = WRONG[case]
    path = put(root, text)
    with pytest.raises(ConfigError) as refused:
        with_exceptions(Settings(), root)
    assert refused.value.line == line
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"{NAME}:{line}: " if line else f"{NAME}: ")
    assert path.read_text() == text


def test_what_is_not_text_is_refused(root: Path) -> None:
    put(root, "").write_bytes(b"\xff\xfeversion")
    with pytest.raises(ConfigError, match="only UTF-8 is supported"):
        with_exceptions(Settings(), root)


SCHEMA = json.loads((templates.folder() / "schemas/exceptions.json").read_text(encoding="utf-8"))


def test_the_schema_takes_what_counts() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    validator.validate(yaml.load(WHOLE, yaml.BaseLoader) | {"version": 1})
    item = SCHEMA["$defs"]["exception"]["properties"]
    assert set(item["capability"]["pattern"].removesuffix(")$").partition("?(")[2].split("|")) == set(NAMES)
    rule = Draft202012Validator(item["rule"])
    assert all(rule.is_valid(name) for name in catalog())
    assert not rule.is_valid("compose")


@pytest.mark.parametrize("case", [case for case in WRONG if "two documents" not in case])
def test_the_schema_refuses_what_is_refused_as_far_as_it_can_tell(case: str) -> None:
    text, _, _ = WRONG[case]
    beyond = {"a key twice", "a day that is none", "a day too late", "a day too early", "a rule that is none",
              "what cannot be shown"}  # fmt: skip
    try:
        data = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError:
        return
    if isinstance(data, dict) and data.get("version") in {"1", "2"}:
        data["version"] = int(data["version"])
    assert Draft202012Validator(SCHEMA).is_valid(data) is (case in beyond)
