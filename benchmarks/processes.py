"""What a process costs: its processor time, which a busy machine disturbs least, and its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent


class Command(NamedTuple):
    """Python with these arguments, in a folder."""

    folder: Path
    arguments: Sequence[str]


class Cost(NamedTuple):
    """What one process used, its own children included."""

    seconds: float
    megabytes: float
    """The most memory that it had resident at a time."""


def cost(command: Command) -> Cost:
    """Run a command. Raises subprocess.CalledProcessError unless it exits with 0."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    words = [sys.executable, *command.arguments]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, cwd=command.folder, env=environment, stdout=quiet, stderr=quiet)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere: getrusage(2)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6)


def cheapest(commands: Sequence[Command], rounds: int) -> list[Cost]:
    """Run all commands in turn, so that what disturbs one disturbs the others too; return the least cost of each."""
    runs = [[cost(command) for command in commands] for _ in range(rounds)]
    return [_least(costs) for costs in zip(*runs, strict=True)]


def _least(costs: Iterable[Cost]) -> Cost:
    seconds, megabytes = zip(*costs, strict=True)
    return Cost(min(seconds), min(megabytes))
