"""What exceptions grant and a service does not use: found by leaving it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from hardener.model.exceptions import Accepted
from hardener.report import trial as report
from hardener.runtime.trial.needless import with_needless
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import Relaxation
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import Subject
from hardener.runtime.trial.trial import Outcome, Trialled
from hardener.runtime.trial.watch import OutOfTimeError
from tests.runtime.trial.test_search import seen as observed

ROOT = Path("/project")
GRANT = Accepted(
    rule="", capability="IPC_LOCK", file="", service="keys", container="", reason="mlock", adr="docs/adr/1.md",
    until=date(2026, 7, 15), expired=False, root=ROOT, place=".harden/exceptions.yaml:3",
)  # fmt: skip
KILL = replace(GRANT, capability="KILL")


class Starts:
    """A starter whose service works while it has what it needs."""

    def __init__(self, needs: Collection[str], *, most: int = 9) -> None:
        self.needs, self.most = set(needs), most
        self.tried: list[list[str]] = []

    def run(
        self, model: Mapping[str, Any], services: Sequence[str], before: Mapping[str, Observation], *, restart: bool
    ) -> list[dict[str, Observation]]:
        assert restart
        if len(self.tried) == self.most:
            raise OutOfTimeError("too many starts")
        [name] = services
        self.tried.append(model["services"][name]["cap_add"])
        seen = observed()
        return [
            {name: seen},
            {name: seen if self.needs <= set(self.tried[-1]) else replace(seen, running=False, exit_code=1)},
        ]

    def begin_search(self) -> None:
        pass

    def tell(self, text: str) -> None:
        self.said = text


def subject(*added: str) -> Subject:
    after = {"services": {"keys": {"image": "x", "cap_drop": ["ALL"], "cap_add": list(added)}}}
    return Subject(
        ROOT / "compose.yaml", {"services": {"keys": {"image": "x"}}}, after, {}, {}, {}, {}, cast(Any, None)
    )


def needless(
    starter: Starts, *added: str, exceptions: Sequence[Accepted] = (GRANT,), outcome: Outcome = Outcome.PROVEN
) -> Trialled:
    each = Trialled("keys", outcome, "", observed(), observed())
    [found] = with_needless([each], subject(*added), exceptions, cast(Starter, starter))
    assert replace(found, needless=()) == each, "nothing else of it changes"
    return found


def test_what_is_not_used_is_told() -> None:
    starter = Starts({"CHOWN"})
    found = needless(starter, "CHOWN", "IPC_LOCK")
    assert found.needless == ("IPC_LOCK",)
    assert starter.tried == [["CHOWN"]]
    assert "needless: IPC_LOCK was granted and not used" in "".join(
        text for line in report.text([found]) for _, text in line.words
    )
    assert "needless: IPC\\_LOCK was granted and not used" in report.markdown([found])
    assert '"needless": [\n        "IPC_LOCK"\n      ]' in report.as_json([found])


@pytest.mark.parametrize("spelt", ["IPC_LOCK", "CAP_IPC_LOCK"])
def test_what_is_used_is_not(spelt: str) -> None:
    starter = Starts({"IPC_LOCK"})
    assert needless(starter, spelt).needless == ()
    assert starter.tried == [[]]


def test_of_several_each_is_left_out() -> None:
    assert needless(Starts({"KILL"}), "IPC_LOCK", "KILL", exceptions=[GRANT, KILL]).needless == ("IPC_LOCK",)


@pytest.mark.parametrize(
    "exceptions",
    [[], [replace(GRANT, expired=True)], [replace(GRANT, service="other")], [replace(GRANT, root=Path("/elsewhere"))]],
)
def test_only_what_an_exception_grants_is_left_out(exceptions: Sequence[Accepted]) -> None:
    starter = Starts(())
    assert needless(starter, "IPC_LOCK", exceptions=exceptions).needless == ()
    assert not starter.tried


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_TRIED])
def test_of_what_does_not_work_nothing_is_told(outcome: Outcome) -> None:
    starter = Starts(())
    assert needless(starter, "IPC_LOCK", outcome=outcome).needless == ()
    assert not starter.tried


def test_without_starts_left_nothing_is_told() -> None:
    starter = Starts((), most=0)
    assert needless(starter, "IPC_LOCK").needless == ()
    assert "whether it uses what exceptions grant is not known" in starter.said


def test_what_was_taken_back_stays_so() -> None:
    starter = Starts({"CHOWN"})
    back = Relaxation(("capabilities",), capabilities=("CHOWN", "IPC_LOCK"))
    each = Trialled("keys", Outcome.RELAXED, "", observed(), observed(), back)
    [found] = with_needless([each], subject(), [GRANT], cast(Starter, starter))
    assert found.needless == ("IPC_LOCK",)
    assert starter.tried == [["CHOWN"]]
