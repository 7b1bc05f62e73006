"""The commands of the templates for other CI systems, run on a sample."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.bot.state import git
from tests.ci.runner import ROOT

TEMPLATES = ROOT / "templates/ci"
SCRIPTS = Path(sys.executable).parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "samples/chatbot", folder)
    git("init", "--quiet", folder=folder)
    return folder


def run(commands: Sequence[str], folder: Path, **environment: str) -> int:
    """Run commands as a job does, until one fails; return how that ends."""
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    script = ["bash", "-ec", "\n".join(commands)]
    return subprocess.run(script, cwd=folder, env={**os.environ, "PATH": path, **environment}, check=False).returncode


def test_gitlab(checkout: Path) -> None:
    job = yaml.safe_load((TEMPLATES / "gitlab-ci.yml").read_text())["harden"]
    assert run(job["script"], checkout) == 1
    report = json.loads((checkout / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {"Dockerfile", "compose.yaml"} <= {finding["location"]["path"] for finding in report}
    [diff] = job["artifacts"]["paths"]
    git("apply", diff, folder=checkout)
    assert run(job["script"], checkout) == 0


def test_jenkins(checkout: Path, tmp_path: Path) -> None:
    text = (TEMPLATES / "Jenkinsfile").read_text()
    commands = [command for command in re.findall(r"^ *sh '(.*)'$", text, re.MULTILINE) if 'harden" fix' in command]
    assert len(commands) == 2
    (tmp_path / "harden/bin").mkdir(parents=True)
    (tmp_path / "harden/bin/harden").symlink_to(SCRIPTS / "harden")
    assert run(commands, checkout, WORKSPACE_TMP=str(tmp_path)) == 0
    for name in ("harden.xml", "harden.diff"):
        assert f"'{name}'" in text.partition("post {")[2]
    assert ElementTree.parse(checkout / "harden.xml").getroot().find(".//failure") is not None
    git("apply", "harden.diff", folder=checkout)
