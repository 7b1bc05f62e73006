"""Compose projects that a person would have running, and the command line beside them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from hardener.cli import harden
from tests.engine.compose import needed_tool
from tests.engine.docker import Docker


def run(*arguments: str) -> Result:
    """Run the command line here."""
    return CliRunner().invoke(harden, list(arguments), catch_exceptions=False)


def write_tree(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@contextmanager
def started(file: Path) -> Iterator[str]:
    """Start a Compose file as its user would, give its project's name, and remove it in the end."""
    name = f"harden-user-{os.getpid()}"
    _compose(file, "-p", name, "up", "-d")
    try:
        yield name
    finally:
        _compose(file, "-p", name, "down", "-v", "-t", "0")


def _compose(file: Path, *arguments: str) -> None:
    command = [needed_tool(), "-f", file.name, *arguments]
    subprocess.run(command, cwd=file.parent, check=True, capture_output=True, timeout=300)


def records(docker: Docker, *filters: str) -> list[dict[str, Any]]:
    """Return what the engine says of some containers: of each, all of it."""
    words = [word for one in filters for word in ("--filter", one)]
    names = docker("ps", "-aq", "--no-trunc", *words).split()
    return list(json.loads(docker("inspect", *names))) if names else []
