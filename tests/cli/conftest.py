from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Run

from hardener import engine
from hardener.cli import harden
from hardener.model.settings import SettingsOf


@dataclass
class Harden:
    """The command line over an engine that returns what a test says."""

    returns: engine.Result | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, *args: str, stdin: bytes | None = None) -> Run:
        return CliRunner().invoke(harden, list(args), input=stdin, catch_exceptions=False)

    def run(self, paths: object, settings: SettingsOf, **more: object) -> engine.Result:
        self.calls.append({"paths": paths, "settings": settings(Path.cwd()), **more})
        assert self.returns is not None, "the engine was not to be reached"
        return self.returns


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


@pytest.fixture
def fake(here: Path, monkeypatch: pytest.MonkeyPatch) -> Harden:
    command = Harden()
    monkeypatch.setattr(engine, "run", command.run)
    return command
