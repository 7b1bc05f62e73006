"""Two judges of Compose files that are not ours: docker-compose itself, and the schema of the specification with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

_SCHEMAS = "/usr/lib/python3/dist-packages/compose/config/compose_spec.json"
_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@cache
def tool() -> str | None:
    """Return docker-compose's path; None where it is not installed."""
    return shutil.which("docker-compose")


def needed_tool() -> str:
    """Return docker-compose's path; without it, the test that needs it is skipped here and fails in CI."""
    path = tool()
    if path is not None:
        return path
    if os.environ.get("CI"):
        pytest.fail("docker-compose is missing")
    pytest.skip("docker-compose is missing: on Debian, `apt-get install docker-compose`")


@cache
def schema() -> Draft7Validator | None:
    """Return the schema that Debian's docker-compose brings; None where that is not installed."""
    path = Path(_SCHEMAS)
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def merged(folder: Path) -> dict[str, Any] | None:
    """Return the services as docker-compose puts them together; None where it does not take the files."""
    base = next((name for name in _NAMES if (folder / name).exists()), None)
    if base is None:
        return None
    overrides = sorted(file.name for file in folder.glob("*compose.*.y*ml"))
    files = [word for name in [base, *overrides] for word in ("-f", name)]
    done = subprocess.run(
        [needed_tool(), *files, "config"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        return None
    services: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return services


def violations(text: str) -> set[str]:
    """Return what the schema says against a file, without the values."""
    validator = schema()
    assert validator is not None
    return {
        f"{'/'.join(map(str, error.absolute_path))}: {error.validator}"
        for error in validator.iter_errors(yaml.safe_load(text))
    }
