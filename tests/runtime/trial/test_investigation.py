"""What is told of a search while it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hardener.runtime.trial.investigation import Investigation
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import Subject
from hardener.runtime.trial.watch import OutOfTimeError, Seen
from tests.runtime.trial.test_search import seen as observed

SUBJECT = cast(
    Subject,
    SimpleNamespace(
        before={"services": {"a": {"image": "x"}}},
        after={"services": {"a": {"image": "x", "user": "1:1", "cap_drop": ["ALL"], "mem_limit": "1m"}}},
    ),
)


class Starts:
    """A starter whose service always works, and that starts it three times."""

    max_runs = 3

    def __init__(self) -> None:
        self.used = 0
        self.told: list[str] = []
        self.tell = self.told.append

    def run(self, _model: object, _names: object, _before: object, **_how: object) -> list[Mapping[str, Any]]:
        if self.used == self.max_runs:
            raise OutOfTimeError("too many starts")
        self.used += 1
        works: Seen = {"a": observed()}
        return [works]


def test_no_start_is_announced_that_there_is_not() -> None:
    starts = Starts()
    with pytest.raises(OutOfTimeError):
        Investigation(SUBJECT, "a", observed(), cast(Starter, starts), tuple).found(only_later=False)
    assert [words.partition(" of ")[0] for words in starts.told] == ["a: start 1", "a: start 2", "a: start 3"]
