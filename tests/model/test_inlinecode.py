"""Which commands run what comes to them as input, and which take it for data."""

from __future__ import annotations

import pytest

from hardener.model.startup.inlinecode import reads_input, stepping_down
from hardener.model.startup.shell import script_commands


@pytest.mark.parametrize(
    "script",
    [
        "python - <<EOF\nx\nEOF",
        "python3.12 -u -W ignore <<'EOF'\nx\nEOF",
        "curl https://example.org/x | sh",
        "curl https://example.org/x | bash -s -- --yes",
        "bash -eo pipefail <<EOF\nx\nEOF",
        "node < start.js",
        'sh <<< "$COMMANDS"',
    ],
)
def test_code_comes_as_input(script: str) -> None:
    command = script_commands(script)[-1]
    assert reads_input(command, [word.unquoted for word in command.words])


@pytest.mark.parametrize(
    "script",
    [
        "psql <<EOF\nselect 1\nEOF",
        "cat data.json | python -m json.tool",
        "python load.py < data.json",
        "echo data | sh load.sh",
        "python -c 'import sys; sys.stdin.read()' < data.json",
        "sh",
    ],
)
def test_data_comes_as_input(script: str) -> None:
    command = script_commands(script)[-1]
    assert not reads_input(command, [word.unquoted for word in command.words])


def test_code_on_the_command_line() -> None:
    assert stepping_down(["python3", "-c", "import os; os.setuid(1000)"]) == "os.setuid"
    assert not stepping_down(["python3", "-c", "import time; time.sleep(1)"])
    assert not stepping_down(["echo", "os.setuid"])
