"""A walk as somebody takes it who has only the help: a configuration, an exception with its record, the controls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from hardener import cli
from hardener.cli import exceptionadd
from hardener.engine import clock
from tests.cli.conftest import Harden
from tests.report import schemas

COMPOSE = """\
services:
  vault:  # keeps the keys
    image: example/vault:1
    user: "100:100"
  api:
    build: ./api
"""
DOCKERFILE = """\
FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
"""
MANIFEST = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example/web:1
      securityContext:
        runAsUser: 101
        runAsNonRoot: true
"""
ANSWERS = [
    "IPC_LOCK",
    "vault",
    "",
    "",
    "mlock keeps the keys out of swap",
    "vault alone",
    "none",
    "platform",
    "its log",
]
GRANTED = "      - IPC_LOCK  # justified in docs/adr/0001-ipc-lock-service-vault.md\n"
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch) -> Harden:
    (here / ".git").mkdir()
    for name, text in {"compose.yaml": COMPOSE, "api/Dockerfile": DOCKERFILE, "k8s/pod.yaml": MANIFEST}.items():
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(text)
    (here / "api/app.py").write_text("print()\n")
    on(monkeypatch, "2026-01-15")
    return Harden()


def on(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(clock, "today", lambda: date.fromisoformat(day))


def commands(group: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, *names, name)


@pytest.mark.parametrize("command", [*commands(cli.harden)], ids=" ".join)
def test_every_command_has_a_help_and_is_in_that_above(command: tuple[str, ...], run: Harden) -> None:
    told = run(*command, "--help")
    assert (told.exit_code, told.stdout.startswith("Usage: harden ")) == (0, True)
    assert not command or f"\n  {command[-1]}" in run(*command[:-1], "--help").stdout


def test_from_a_configuration_to_the_controls(run: Harden, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is one that a help or the text of a step before names."""
    (here / ".harden.toml").write_text('levle = "restricted"\n')
    told = run("config", "show")
    assert (told.exit_code, told.stderr) == (2, 'Error: .harden.toml:1: unknown key "levle": did you mean "level"?\n')
    (here / ".harden.toml").write_text('level = "restricted"\n')
    assert re.search(r'^level = "restricted" +# \.harden\.toml:1$', run("config", "show").stdout, re.MULTILINE)
    assert "level" in json.loads(run("config", "schema").stdout)["properties"]

    monkeypatch.setattr(exceptionadd, "somebody_answers", lambda: True)
    added = run("exception", "add", stdin="".join(f"{answer}\n" for answer in ANSWERS).encode())
    record = here / "docs/adr/0001-ipc-lock-service-vault.md"
    assert (added.exit_code, str(record.relative_to(here)) in added.stdout) == (0, True)
    assert all(answer in record.read_text() for answer in ANSWERS if answer)
    assert run("exception", "check").stdout == "1 exception\n"

    assert run("--write").exit_code == 0
    written = (here / "compose.yaml").read_text()
    assert GRANTED in written
    assert "  vault:  # keeps the keys\n" in written
    assert run("--check").exit_code == 0

    [caps] = [line for line in run("compliance", "--framework", "cis-docker").stdout.split("\n") if line[:4] == "5.4 "]
    assert caps.endswith("exception until 2026-07-15")

    assert run("config", "accept-current").exit_code == 0
    assert run("--check", "--strict").exit_code == 0
    (here / "compose.yaml").write_text(f"{written}  new:\n    image: example/new:1\n    privileged: true\n")
    assert run("--check", "--strict").exit_code == 1


def test_an_exception_ends(run: Harden, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exceptionadd, "somebody_answers", lambda: True)
    run("exception", "add", stdin="".join(f"{answer}\n" for answer in ANSWERS).encode())
    run("--write")
    check = ("--check", "--strict", "--select", "compose-no-added-capabilities")
    on(monkeypatch, "2026-07-15")
    assert (run("exception", "check").exit_code, run(*check).exit_code) == (0, 0)

    on(monkeypatch, "2026-07-16")
    told = run("exception", "check")
    assert (told.exit_code, "`harden exception renew 1`" in told.stdout) == (1, True)
    assert run(*check).exit_code == 1
    assert run("--write").exit_code == 0
    assert GRANTED in (here / "compose.yaml").read_text(), "to take it away is no safe fix"

    assert run("exception", "renew", "1", "--reason", "there is no other store yet").exit_code == 0
    assert (run("exception", "check").exit_code, run(*check).exit_code) == (0, 0)
    assert run("exception", "remove", "1").exit_code == 0
    assert run("--write", "--unsafe-fixes").exit_code == 0
    assert "IPC_LOCK" not in (here / "compose.yaml").read_text()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("command", [(), ("exception", "check")], ids=["findings", "exceptions"])
def test_every_format_is_what_it_says(run: Harden, command: tuple[str, ...], form: str) -> None:
    told = run(*command, "--format", form)
    assert told.exit_code == 0
    READERS[form](told.stdout)


READERS = {
    "text": str.encode,
    "json": lambda text: schemas.findings().validate(json.loads(text)),
    "sarif": lambda text: schemas.SARIF.validate(json.loads(text)),
    "github": lambda text: [re.fullmatch("::.*", line)[0] for line in text.split("\n")[:-1]],
    "gitlab": lambda text: schemas.GITLAB.validate(json.loads(text)),
    "junit": ElementTree.fromstring,
    "markdown": str.encode,
}


def test_policies_for_other_engines(run: Harden, here: Path) -> None:
    assert run("policy", "export").exit_code == 0
    assert (here / "policy/compose/user.rego").is_file()
    assert run("policy", "export").exit_code == 0
    (here / "policy/compose/user.rego").write_text("package main\n")
    assert run("policy", "export").exit_code == 2
