"""Checkers that are not ours, each in an environment of its own: what fails in a folder, and where."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

PACKAGES = ("checkov>=3.2,<4", "compose-lint>=0.36,<1")


class Failure(NamedTuple):
    """One check that fails at one place."""

    check: str
    file: str
    subject: str
    """The service or the resource; empty for a Dockerfile."""


@cache
def programs() -> Path:
    """Return the folder with the checkers' programs; installs them once per process."""
    folder = Path(mkdtemp(prefix="harden-checkers-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "-q", *PACKAGES], check=True, capture_output=True, timeout=300)
    return folder / "bin"


def checkov(folder: Path) -> set[Failure]:
    """Return what checkov says against the Dockerfiles and the manifests below a folder."""
    command = [programs() / "checkov", "-d", ".", "--framework", "dockerfile", "kubernetes"]
    printed = _run([*command, "--compact", "--quiet", "--skip-download", "-o", "json"], folder, {0, 1})
    reports = printed if isinstance(printed, list) else [printed]
    assert {report["check_type"] for report in reports} == {"dockerfile", "kubernetes"}
    assert not any(report["summary"]["parsing_errors"] for report in reports)
    return {
        Failure(found["check_id"], found["file_path"].lstrip("/"), _subject(found))
        for report in reports
        for found in report["results"]["failed_checks"]
    }


def _subject(found: dict[str, Any]) -> str:
    """Return a resource, without what is derived from its lines."""
    return "" if "Dockerfile" in found["file_path"] else str(found["resource"])


def compose_lint(folder: Path, file: str) -> set[Failure]:
    """Return what compose-lint says against a Compose file."""
    printed = _run([programs() / "compose-lint", "check", "--format", "json", file], folder, {0, 1})
    assert not printed["errors"]
    return {Failure(found["rule_id"], file, found["service"]) for found in printed["findings"]}


def _run(command: list[str | Path], folder: Path, expected: set[int]) -> Any:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in expected, done.stderr
    return json.loads(done.stdout)
