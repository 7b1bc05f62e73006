"""What is written, and what is not because something that it needs was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.cli.apply import write_all
from hardener.engine import Outcome, Result, State
from hardener.model.finding import Key
from hardener.text.source import Source
from hardener.text.write import ChangedMeanwhileError, WriteError
from tests.cli.fakes import change, fixed, held, result, unsafe

USER = Key("dockerfile-non-root-user", "Dockerfile", "stage 0")
SERVICE = Key("compose-user", "compose.yaml", "service web")


def of(key: Key, *requires: Key) -> Outcome:
    return fixed(rule=key.rule, file=key.file, subject=key.subject, requires=requires)


PROJECT = result(
    of(USER),
    of(SERVICE, USER),
    of(Key("compose-read-only", "compose.yaml", "service web")),
    of(Key("kubernetes-run-as-non-root", "pod.yaml", "container web"), SERVICE),
    of(Key("compose-read-only", "other/compose.yaml", "service web")),
    held(file="compose.yaml", subject="service db"),
    unsafe(file="Dockerfile", subject="stage 1"),
    changes=tuple(change(name) for name in ("Dockerfile", "compose.yaml", "pod.yaml", "other/compose.yaml")),
)


class Disk:
    """Takes every file but those that are to fail."""

    def __init__(self, *failing: str, error: type[WriteError] = WriteError) -> None:
        self.failing = failing
        self.error = error
        self.written: list[str] = []

    def __call__(self, source: Source, text: str) -> None:
        assert text.startswith(source.text)
        if source.name in self.failing:
            raise self.error(source.path, "is read-only")
        self.written.append(source.name)


def states(outcome: Result) -> list[tuple[str, str, State, str]]:
    return [(one.finding.file, one.finding.rule, one.state, one.reason) for one in outcome.outcomes]


def test_all_are_written_in_order() -> None:
    disk = Disk()
    assert write_all(PROJECT, disk) == PROJECT
    assert disk.written == ["Dockerfile", "compose.yaml", "pod.yaml", "other/compose.yaml"]


@pytest.mark.parametrize("error", [WriteError, ChangedMeanwhileError])
def test_what_requires_a_lost_finding_is_not_written(error: type[WriteError]) -> None:
    disk = Disk("Dockerfile", error=error)
    after = write_all(PROJECT, disk)
    assert disk.written == ["other/compose.yaml"]
    assert [one.source.name for one in after.changes] == disk.written
    assert [(notice.path, notice.message) for notice in after.errors] == [("Dockerfile", "not written: is read-only")]
    assert states(after) == [
        ("Dockerfile", "dockerfile-non-root-user", State.HELD, "the file was not written: is read-only"),
        ("compose.yaml", "compose-user", State.HELD, "Dockerfile was not written"),
        (
            "compose.yaml",
            "compose-read-only",
            State.HELD,
            "stands in a file that needs Dockerfile, which was not written",
        ),
        ("pod.yaml", "kubernetes-run-as-non-root", State.HELD, "compose.yaml was not written"),
        ("other/compose.yaml", "compose-read-only", State.FIXED, ""),
        ("compose.yaml", "compose-read-only", State.HELD, "a merge key supplies it"),
        ("Dockerfile", "compose-read-only", State.UNSAFE, "the image is unknown"),
    ]


def test_a_lost_file_that_nothing_requires_stops_nothing() -> None:
    disk = Disk("other/compose.yaml")
    after = write_all(PROJECT, disk)
    assert disk.written == ["Dockerfile", "compose.yaml", "pod.yaml"]
    assert [one.state for one in after.outcomes].count(State.HELD) == 2
    assert len(after.errors) == 1


def test_errors_of_the_run_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gone").mkdir()
    after = write_all(result(of(SERVICE), changes=(change("gone/compose.yaml"),), errors=PROJECT.errors))
    assert [notice.message for notice in after.errors] == ["not written: was removed meanwhile"]
