"""Small programs in many ways of writing a Dockerfile: what `harden` fixes or holds, they answer as before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from hardener.engine import Outcome, Result, State
from hardener.model.settings import Settings
from hardener.policy.configured import Configured
from tests.conftest import harden, snapshot, write
from tests.engine.docker import Docker
from tests.engine.program import CONFINED, Program, observe

CASES = Path(__file__).parent / "cases"
PROGRAMS = Path(__file__).parent / "programs"
RULE = "dockerfile-non-root-user"
DEFAULT = "10001:10001"

AS_TOOLS = "import os, sys; _, do, *paths = sys.argv; dict(touch=os.utime, rm=os.remove, mv=os.rename)[do](*paths)"
"""`touch`, `rm` and `mv` for an image that has Python and no shell."""

CGI = Program(probes=("/cgi-bin/notes",))
STATIC = Program(probes=("/health",), tools=("/busybox",))
SHELL_LESS = Program(tools=("/usr/bin/python3", "-c", AS_TOOLS))


class Case(NamedTuple):
    """What becomes of a folder of `cases`."""

    program: Program = Program()
    before: str = "0:0"
    """uid:gid of the program as it stands."""
    after: str = DEFAULT
    held: str = ""
    """A part of the reason why the user is not changed."""
    left: bool = False
    """Whether there is nothing to do about the user."""
    private: tuple[str, ...] = ()
    """Files that only their owner may read; git does not keep that."""
    confined: bool = True
    """Whether the program works without capabilities and new privileges once it is not root."""


TABLE = {
    "log-in-working-directory": Case(),
    "volume-without-mkdir": Case(),
    "volume-after-mkdir": Case(),
    "state-folder": Case(),
    "cache-in-home": Case(held="/root"),
    "port-80": Case(Program(port=80)),
    "busybox": Case(CGI),
    "scratch": Case(STATIC),
    "distroless": Case(SHELL_LESS, after="65532:65532"),
    "distroless-writes-beside-itself": Case(held="nothing in its image can give"),
    "multi-stage": Case(),
    "inherited-user": Case(before="1000:1000", after="1000:1000", left=True),
    "floating-gid": Case(after="1500:1500"),
    "node": Case(),
    "node-as-its-user": Case(after="1000:1000"),
    "node-with-uploads": Case(),
    "named-user": Case(before="1200:1200", after="1200:1200"),
    "floating-user": Case(before="1000:1000"),
    "chown-stands-there": Case(),
    "shell-form": Case(),
    "start-script": Case(),
    "gosu": Case(before="1300:1300", held="docker-entrypoint.sh (line 4)"),
    "setpriv": Case(before="1300:1300", held="run (line 2)"),
    "su": Case(CGI, before="1300:1300", held="start.sh (line 2) calls `su`"),
    "onbuild": Case(),
    "healthcheck": Case(),
    "lower-case": Case(),
    "crlf": Case(),
    "escape": Case(),
    "file-made-by-run": Case(),
    "folder-made-by-copied-script": Case(held="what it makes beside the program stays root's"),
    "private-file": Case(private=("secret.txt",)),
    "private-file-in-etc": Case(private=("secret.txt",), held="which only its owner may read"),
    "private-by-chmod": Case(),
    "setuid-helper": Case(confined=False),
    "stock-nginx": Case(Program(port=80, probes=("/health",)), held="root"),
    "root-after-user": Case(after="1400:1400"),
    "nested-working-directory": Case(),
    "given-to-everyone": Case(),
    "own-top-level-folder": Case(),
    "arguments": Case(),
    "no-working-directory": Case(),
    "venv-as-root": Case(),
    "venv-from-builder": Case(),
}

CLASSIC = ("log-in-working-directory", "multi-stage", "start-script", "busybox", "distroless", "node")
"""Also built by the builder that engines had before BuildKit: it makes working directories root's."""


def test_every_folder_is_a_case() -> None:
    assert {path.name for path in CASES.iterdir() if path.is_dir()} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_works_as_before(docker: Docker, isolated: Path, name: str) -> None:
    _check(docker, isolated, name, TABLE[name])


@pytest.mark.parametrize("name", CLASSIC)
def test_works_as_before_from_the_classic_builder(docker: Docker, isolated: Path, name: str) -> None:
    case = TABLE[name]
    _check(docker, isolated, name, case._replace(program=replace(case.program, buildkit=False)))


def _check(docker: Docker, folder: Path, name: str, case: Case) -> None:
    put(name, folder, case)
    before = observe(docker, folder, case.program)
    assert before.ids == case.before
    assert not [answer for answer in before.answers if "Error" in answer], before.answers
    files = snapshot(folder)
    result = harden(folder, settings_of(folder))
    write(folder, result)
    _assert_decided(result, case)
    if snapshot(folder) == files:
        return
    options = CONFINED if case.confined and not case.held else ()
    after = observe(docker, folder, case.program, options)
    assert after.ids == (case.before if case.held else case.after)
    assert after.answers == before.answers


def put(name: str, folder: Path, case: Case) -> None:
    """Put a case into a folder of its own, with the program that its Dockerfile names."""
    shutil.copytree(CASES / name, folder, dirs_exist_ok=True)
    wanted = (folder / "Dockerfile").read_text()
    for program in PROGRAMS.iterdir():
        if program.name in wanted:
            shutil.copy(program, folder)
    for file in case.private:
        (folder / file).chmod(0o600)


def settings_of(folder: Path) -> Settings:
    """Return what the folder's own configuration says."""
    with chdir(folder):
        return Configured().of(folder).settings


def _assert_decided(result: Result, case: Case) -> None:
    outcomes = list(_about_the_user(result))
    if case.left:
        assert not outcomes
        return
    [outcome] = outcomes
    if case.held:
        assert outcome.state in (State.HELD, State.UNSAFE)
        assert case.held in outcome.reason
    else:
        assert outcome.state is State.FIXED, outcome.reason


def _about_the_user(result: Result) -> Iterator[Outcome]:
    return (outcome for outcome in result.outcomes if outcome.finding.rule == RULE)
