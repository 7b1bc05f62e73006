"""How a trial ends that is interrupted, killed or cannot begin: with a sentence, and nothing left behind."""

from __future__ import annotations

import signal
from pathlib import Path
from unittest.mock import ANY

import pytest

from tests.engine.docker import Docker
from tests.engine.running import run, write_tree
from tests.engine.trials import SERVER_PROJECT, beside, left, nothing_is_left, wait_for

__all__ = ["nothing_is_left"]
pytestmark = pytest.mark.usefixtures("nothing_is_left")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_removes_all_that_was_started(docker: Docker, isolated: Path, number: signal.Signals) -> None:
    write_tree(isolated, {"compose.yaml": SERVER_PROJECT})
    with beside(isolated / "compose.yaml", "--settle", "300s") as running:
        wait_for(docker, running)
        running.send_signal(number)
        assert b"interrupted; what was started is removed again" in running.communicate(timeout=120)[1]
    assert running.returncode == 2
    assert left(docker, running.pid) == {}


def test_what_a_killed_trial_left_goes_with_the_next_and_trials_do_not_meet(docker: Docker, isolated: Path) -> None:
    write_tree(isolated, {"compose.yaml": SERVER_PROJECT})
    file = isolated / "compose.yaml"
    with beside(file, "--settle", "300s") as killed:
        wait_for(docker, killed)
        killed.kill()
    assert {"container", "network"} <= set(left(docker, killed.pid))
    with beside(file) as one, beside(file) as other:
        ends = [trial_of.communicate(timeout=300) for trial_of in (one, other)]
    assert [(b"server: proven" in printed, said) for printed, said in ends] == [(True, ANY), (True, ANY)]
    assert (one.returncode, other.returncode) == (0, 0)
    assert [left(docker, process.pid) for process in (killed, one, other)] == [{}, {}, {}]


IMAGE = "services: {a: {image: 'alpine:3.20', init: true, command: ['sleep', '600']}}"
NOWHERE = IMAGE.replace("alpine:3.20", "harden/nowhere:1")
FAILS = IMAGE.replace("'sleep', '600'", "'false'")
ERRORS = {
    "no engine": (IMAGE, ["--host", "unix:///nowhere.sock"], "no container engine answers at unix:///nowhere.sock"),
    "unknown service": (IMAGE, ["b"], "no such service: b; there are a"),
    "a URL of nobody": (IMAGE, ["--check", "http://b/"], "no service is called like that or publishes that port"),
    "not well before": (IMAGE, ["--check", "false"], "a: not tried (it does not work as it is: no answer: false)"),
    "image not there": (
        IMAGE.replace("alpine:3.20", "harden/nowhere:1"),
        [],
        "no such image: harden/nowhere:1: build or pull it first",
    ),
    "ends badly": (
        IMAGE.replace("'sleep', '600'", "'false'"),
        [],
        "a: not tried (it does not work as it is: it ended with exit code 1)",
    ),
    "time-out": (IMAGE, ["--settle", "60s", "--timeout", "8s"], "allow more with --timeout"),
    "engine's socket": (
        IMAGE.replace("}}", ", volumes: ['/var/run/docker.sock:/s']}}"),
        [],
        "a has the engine's socket, with which it could change what is yours",
    ),
    "too much": (IMAGE.replace("}}", ", volumes: ['./big:/big']}}"), [], "big has more than 512 MiB"),
    "no Compose file": ("services: [", [], "compose.yaml"),
}


@pytest.mark.parametrize(("project", "words", "said"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_tried_is_said(
    docker: Docker, isolated: Path, project: str, words: list[str], said: str
) -> None:
    write_tree(isolated, {"compose.yaml": project})
    with (isolated / "big").open("wb") as big:
        big.truncate(600 << 20)
    options = [word for word in words if word != "b"]
    result = run("trial", "--settle", "1s", *options, str(isolated / "compose.yaml"), *(["b"] if "b" in words else []))
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


def test_without_compose_that_is_said(docker: Docker, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(isolated, {"compose.yaml": IMAGE})
    monkeypatch.setenv("PATH", str(isolated))
    result = run("trial", str(isolated / "compose.yaml"))
    assert result.exit_code == 2
    assert result.stderr == "Error: neither `docker compose` nor docker-compose is there: install one of them\n"
