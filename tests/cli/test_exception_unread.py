"""What is said of exceptions where a file that they may be about could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Harden

TEXTS = [word for key in ("reason", "scope", "alternatives", "owner", "monitoring") for word in (f"--{key}", "x")]


@pytest.mark.parametrize(
    "command",
    [
        ["exception", "check"],
        ["exception", "check", "--format", "json"],
        ["exception", "list"],
        ["exception", "add", "--capability", "KILL", "--service", "web", *TEXTS],
    ],
)
def test_the_file_is_told_and_not_that_nothing_matches(here: Path, command: list[str]) -> None:
    (here / ".git").mkdir()
    (here / "compose.yaml").write_text("services:\n  web:\n    image: example/web:1\n")
    run = Harden()
    run("exception", "add", "--rule", "compose-user", "--service", "web", *TEXTS)
    (here / "compose.yaml").write_text("services: [\n")
    told = run(*command)
    assert told.exit_code == 0
    assert told.stderr == "compose.yaml:2: error: did not find expected node content\n"
    assert "nothing" not in told.stdout
