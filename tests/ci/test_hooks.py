"""The hooks, by pre-commit itself, in somebody's repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePath

import pytest
import yaml

from hardener.model.detect import Dialect, by_name
from tests.bot.state import git
from tests.ci.runner import ROOT

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
PACKAGED = ("hardener", "templates", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
COMPOSE = "services:\n  db:\n    image: postgres:17-alpine  # ours\n"
FILES = {
    "compose.yaml": COMPOSE,
    "-x.yaml": COMPOSE,
    "a b/deploy ä.yml": COMPOSE,
    "legacy/compose.yaml": COMPOSE,
    ".harden.toml": 'exclude = ["legacy/"]\n',
    "chart/templates/web.yaml": "spec: {{ .Values.spec }}\n",
    "notes.yaml": "a: [1\n",
    "notes.txt": COMPOSE,
}
HARDENED = {"compose.yaml", "-x.yaml", "a b/deploy ä.yml"}


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    "name",
    ["Dockerfile", "dockerfile", "Dockerfile.prod", "Containerfile", "api.dockerfile", "docker-compose.yml", "a.yaml"],
)
def test_hooks_get_what_may_be_ours(hook: str, name: str) -> None:
    pattern = re.compile(HOOKS[hook]["files"])
    assert pattern.search(name)
    assert pattern.search(f"deploy/{name}")
    assert by_name(PurePath(name)) is not None or name.endswith(".yaml")


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    "name", ["Dockerfiles", "my-Dockerfile", "compose.py", "Dockerfile/README", "yaml", "a.yaml.j2"]
)
def test_hooks_get_nothing_else(hook: str, name: str) -> None:
    assert not re.search(HOOKS[hook]["files"], name)
    assert by_name(PurePath(name)) not in {Dialect.DOCKERFILE, Dialect.COMPOSE}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with this package, as it is here."""
    folder = tmp_path_factory.mktemp("harden")
    for name in PACKAGED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    commit(folder)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    git("init", "--quiet", folder=folder)
    git("add", "--all", folder=folder)
    git("-c", "user.name=mona", "-c", "user.email=mona@example.org", "commit", "-qm", "Begin", folder=folder)


def run(hook: str, repository: Path, hooks: Path) -> tuple[int, str]:
    """Run a hook on all files; return its exit code and what is shown."""
    config = {"repo": str(hooks), "rev": git("rev-parse", "HEAD", folder=hooks).strip(), "hooks": [{"id": hook}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [config]}))
    git("add", ".pre-commit-config.yaml", folder=repository)
    environment = {**os.environ, "PRE_COMMIT_HOME": str(hooks.with_name("pre-commit"))}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--color=never"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def changed(repository: Path) -> set[str]:
    return {name for name, text in FILES.items() if (repository / name).read_text() != text}


@pytest.mark.installs
def test_harden_rewrites_once(repository: Path, hooks: Path) -> None:
    code, shown = run("harden", repository, hooks)
    assert code == 1
    assert "files were modified by this hook" in shown
    assert "exit code" not in shown, shown
    assert changed(repository) == HARDENED
    assert all("  # ours\n" in (repository / name).read_text() for name in HARDENED)
    code, shown = run("harden", repository, hooks)
    assert code == 0, shown


@pytest.mark.installs
def test_harden_check_changes_nothing(repository: Path, hooks: Path) -> None:
    code, shown = run("harden-check", repository, hooks)
    assert (code, changed(repository)) == (1, set())
    assert "- exit code: 1" in shown
    assert "compose-drop-capabilities" in shown
    run("harden", repository, hooks)
    assert run("harden-check", repository, hooks)[0] == 0
