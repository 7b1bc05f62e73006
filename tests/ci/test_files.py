"""What CI systems read: valid, pinned, and with nothing of an input in a script."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.runner import ROOT

ACTION = ROOT / "action.yml"
TEMPLATES = ROOT / "templates/ci"
WORKFLOWS = sorted(TEMPLATES.glob("github-*.yml"))
OURS = "OWNER/harden"

PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def check(module: str, *arguments: str | Path) -> None:
    """Fail with what a checker says where it finds something."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (ACTION, "github-actions"),
        (TEMPLATES / "gitlab-ci.yml", "gitlab-ci"),
        *((path, "github-workflows") for path in WORKFLOWS),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else None,
)
def test_files_are_valid(path: Path, name: str) -> None:
    """By SchemaStore's descriptions, which check-jsonschema carries."""
    check("check_jsonschema", "--builtin-schema", f"vendor.{name}", path)


def test_hooks_are_valid() -> None:
    check("pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_other_actions_are_pinned_to_a_commit(path: Path) -> None:
    lines = [line.strip(" -") for line in path.read_text().split("\n") if "uses:" in line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not PINNED.fullmatch(line) and line != f"uses: {OURS}@COMMIT"] == []


def steps() -> Iterator[dict[str, Any]]:
    yield from read(ACTION)["runs"]["steps"]
    for path in WORKFLOWS:
        for job in read(path)["jobs"].values():
            yield from job["steps"]


def test_scripts_get_inputs_by_their_environment_alone() -> None:
    scripts = [step["run"] for step in steps() if "run" in step]
    assert len(scripts) > 3
    assert not [script for script in scripts if "${{" in script]


def test_what_workflows_give_is_an_input() -> None:
    inputs = read(ACTION)["inputs"]
    given = [step.get("with", {}) for step in steps() if step.get("uses", "").startswith(OURS)]
    assert given
    assert {name for each in given for name in each} <= inputs.keys()
    assert all(known["description"] for known in inputs.values())


def test_workflows_have_only_the_rights_that_they_name() -> None:
    for path in WORKFLOWS:
        assert "permissions" in read(path), path.name
