"""What a trial of a pull request starts, and what comes of it where something does not work."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from hardener import engine
from hardener.bot import trying
from hardener.bot.groups import EVERYTHING
from hardener.bot.hardening import Hardening
from hardener.engine import State
from hardener.model.settings import Settings
from hardener.runtime.trial.conduct import Asked
from hardener.runtime.trial.trial import Outcome, Trialled
from tests.bot.conftest import SHOP, Shop

HELD = "services:\n  tool:\n    image: acme/tool:1\n    build: tool\n  db:\n    image: postgres:17-alpine\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers:
    - {name: db, image: postgres:17-alpine}
"""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Trialled]:
    """Trials show what is put here; nothing is started."""
    found: list[Trialled] = []
    monkeypatch.setattr(trying.Engine, "connect", Mock)
    monkeypatch.setattr(trying, "conduct", lambda *_: found)
    return found


@pytest.mark.parametrize("outcome", [Outcome.RELAXED, Outcome.FAILED])
def test_what_was_seen_to_fail_is_not_proposed(shop: Shop, shown: list[Trialled], outcome: Outcome) -> None:
    shown.append(Trialled("db", outcome, "it ended with exit code 1"))
    done = shop.run("--trial")
    assert done.exit_code == 0
    assert "harden/all: not opened, since the trial shows that not all works as before (db: it ended" in done.stderr
    assert (shop.forge.pulls, set(shop.forge.branches)) == ([], {"main"})
    shown[:] = [Trialled("db", Outcome.PROVEN)]
    shop.run("--trial")
    assert "- **db**: proven" in shop.forge.pulls[0]["body"]


def test_one_that_is_open_says_what_was_seen_to_fail(shop: Shop, shown: list[Trialled]) -> None:
    shop.run()
    shown.append(Trialled("db", Outcome.RELAXED, "it ended with exit code 1"))
    shop.run("--trial")
    assert "**With all of this, db does not work as before**" in shop.forge.pulls[0]["body"]


def test_what_was_not_tried_is_no_reason_against(shop: Shop, shown: list[Trialled]) -> None:
    shown.append(Trialled("db", Outcome.NOT_TRIED, "it needs secrets"))
    shop.run("--trial")
    assert len(shop.forge.pulls) == 1


def test_files_of_which_nothing_is_started_are_named(shop: Shop, shown: list[Trialled]) -> None:
    shop.commit({"pod.yaml": POD, "compose.yaml": SHOP["compose.yaml"].replace("build: .", "read_only: true")})
    shown.append(Trialled("db", Outcome.PROVEN))
    shop.run("--trial")
    body = shop.forge.pulls[0]["body"]
    assert "**Not run** for Dockerfile, pod.yaml: nothing that was started is made from that." in body


def test_what_is_held_is_not_tried_with_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial on its own proposes that too; what it starts here is to be what the pull request has."""
    files = {"compose.yaml": HELD, "tool/Dockerfile": 'FROM debian:12-slim\nENTRYPOINT ["/entry.sh"]\n'}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    hardening = Hardening(tmp_path.resolve())
    assert State.HELD in {outcome.state for outcome in hardening.whole.outcomes}
    given: list[Settings] = []

    def conducted(_asked: Asked, _engine: object, settings: Settings, _tell: object) -> list[Trialled]:
        given.append(settings)
        return []

    monkeypatch.setattr(trying.Engine, "connect", Mock)
    monkeypatch.setattr(trying, "conduct", conducted)
    trying.tried(hardening, EVERYTHING, hardening.whole, lambda _: None)
    found = engine.run([tmp_path / name for name in files], given[0], root=tmp_path.resolve())
    assert State.HELD not in {outcome.state for outcome in found.outcomes}
    assert {change.text for change in found.changes} == {change.text for change in hardening.whole.changes}
