"""Findings that a comment accepts until a day: that day is the last one, in UTC, and then they are back."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hardener.engine import Outcome, State, clock
from hardener.model.settings import Settings
from tests.conftest import harden

BEFORE, LAST, AFTER = date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)


def outcome_of(folder: Path, comment: str, above: str = "") -> tuple[Outcome, list[str]]:
    """Return what becomes of the user of a service with this comment, and what is said of the file's lines."""
    text = f"services:\n{above}  metrics:   {comment}\n    image: prom/prometheus:v2.55.1\n"
    (folder / "compose.yaml").write_text(text)
    result = harden(folder, Settings(select=("compose-user",)))
    assert len(result.outcomes) == 1
    return result.outcomes[0], [f"{notice.line}: {notice.message}" for notice in result.skipped]


@pytest.mark.parametrize(
    "comment",
    [
        "# harden: ignore[compose-user] until=2026-12-31 being replaced",
        "# harden: ignore[compose-user] being replaced until=2026-12-31",
        "# harden: ignore[compose] Until = 2026-12-31 being replaced",
        "# harden: ignore[compose-read-only, compose-user] until=2026-12-31   being replaced",
    ],
)
@pytest.mark.parametrize(("day", "accepted"), [(BEFORE, True), (LAST, True), (AFTER, False), (date(2030, 1, 1), False)])
def test_a_suppression_ends_with_its_day(
    isolated: Path, monkeypatch: pytest.MonkeyPatch, comment: str, day: date, accepted: bool
) -> None:
    monkeypatch.setattr(clock, "today", lambda: day)
    outcome, said = outcome_of(isolated, comment)
    assert not said
    if accepted:
        assert (outcome.state, outcome.reason) == (State.SUPPRESSED, "being replaced (until 2026-12-31)")
        assert "expired" not in outcome.finding.message
    else:
        assert outcome.state is State.FIXED
        assert outcome.finding.message.endswith("; its suppression expired on 2026-12-31")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("until=2026-02-30 why", '"until=2026-02-30" names no day'),
        ("until=31.12.2026 why", '"until=31.12.2026" names no day'),
        ("until=20261231 why", '"until=20261231" names no day'),
        ("until=2026-W53-4 why", '"until=2026-W53-4" names no day'),
        ("until=2026-12-31, why", '"until=2026-12-31," names no day'),
        ("until=٢٠٢٦-12-31 why", "names no day"),
        ("why until=", '"until=" names no day'),
        ("until=2026-12-31 until=2027-12-31 why", "it says twice until when"),
        ("until=2026-12-31", "it gives no reason"),
    ],
)
def test_a_wrong_day_is_said_and_accepts_nothing(isolated: Path, words: str, problem: str) -> None:
    outcome, said = outcome_of(isolated, f"# harden: ignore[compose-user] {words}")
    assert outcome.state is State.FIXED
    assert "expired" not in outcome.finding.message
    assert len(said) == 1
    assert said[0].startswith("2: `harden: ignore` has no effect: ")
    assert problem in said[0]


def test_words_that_set_no_day_are_a_reason(isolated: Path) -> None:
    outcome, said = outcome_of(isolated, "# harden: ignore[compose-user] until the vendor ships, see not-until=x")
    assert (outcome.state, outcome.reason) == (State.SUPPRESSED, "until the vendor ships, see not-until=x")
    assert not said


def test_another_comment_still_accepts_what_one_did_until_a_day(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: AFTER)
    past = "  # harden: ignore[compose-user] until=2026-12-31 old\n"
    outcome, _ = outcome_of(isolated, "# harden: ignore[compose-user] new", above=past)
    assert (outcome.state, outcome.reason) == (State.SUPPRESSED, "new")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a time zone that a process can set")
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_the_day_is_the_one_in_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        before, day, after = datetime.now(UTC).date(), clock.today(), datetime.now(UTC).date()
    time.tzset()
    assert day in (before, after)
