"""How a trial ends that is interrupted, killed or cannot begin: with a sentence, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import ANY

import pytest

from tests.engine.docker import Docker
from tests.engine.running import run, write_tree
from tests.engine.trials import SERVER_PROJECT, beside, left, nothing_is_left, outcomes, trial, wait_for

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


def test_what_the_shell_ignores_ends_nothing(docker: Docker, isolated: Path) -> None:
    write_tree(isolated, {"compose.yaml": SERVER_PROJECT})
    with beside(isolated / "compose.yaml", launcher=("nohup",)) as running:
        wait_for(docker, running)
        running.send_signal(signal.SIGHUP)
        assert b"server: proven" in running.communicate(timeout=300)[0]
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


def test_what_is_kept_outlives_the_next_trial(docker: Docker, isolated: Path) -> None:
    write_tree(isolated, {"compose.yaml": IMAGE})
    file = isolated / "compose.yaml"
    with beside(file, "--keep") as keeps:
        assert b"`harden trial --remove-kept` removes it" in keeps.communicate(timeout=300)[1]
    kept = left(docker, keeps.pid)
    assert {"container", "network"} <= set(kept)
    with beside(file) as another:
        another.communicate(timeout=300)
    assert left(docker, keeps.pid) == kept
    result = run("trial", "--remove-kept")
    assert (result.exit_code, result.stdout) == (0, "")
    assert re.fullmatch(r"removed [1-9][0-9]* containers.*\n", result.stderr)
    assert left(docker, keeps.pid) == {}


IMAGE = "services: {a: {image: 'alpine:3.20', init: true, command: ['sleep', '600']}}"
NOWHERE = IMAGE.replace("alpine:3.20", "harden/nowhere:1")
FAILS = IMAGE.replace("'sleep', '600'", "'false'")
ERRORS = {
    "no engine": (IMAGE, ["--host", "unix:///nowhere.sock"], "no container engine answers at unix:///nowhere.sock"),
    "unknown service": (IMAGE, ["b"], "no such service: b; there are a"),
    "a URL of nobody": (IMAGE, ["--check", "http://b/"], "no service is called like that or publishes that port"),
    "not well before": (IMAGE, ["--check", "false"], "a: not tried (it does not work as it is: no answer: false)"),
    "never healthy": (
        IMAGE.replace("}}", ", healthcheck: {test: ['CMD', 'false'], interval: 1s, retries: 1}}}"),
        [],
        "a: not tried (it does not work as it is: its health check says unhealthy)",
    ),
    "image not there": (NOWHERE, [], "a: not tried (no such image: harden/nowhere:1: build or pull it first)"),
    "ends badly": (FAILS, [], "a: not tried (it does not work as it is: it ended with exit code 1)"),
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


OTHERS = """\
services:
  well:
    image: alpine:3.20
    init: true
    command: ["sleep", "600"]
  unknown:
    image: harden/nowhere:1
  of-unknown:
    image: alpine:3.20
    depends_on: [unknown]
  broken:
    image: alpine:3.20
    entrypoint: ["/nowhere"]
  of-broken:
    image: alpine:3.20
    depends_on: [broken]
"""
UNTRIED = {
    "unknown": "no such image: harden/nowhere:1: build or pull it first",
    "of-unknown": "it needs unknown: no such image: harden/nowhere:1: build or pull it first",
    "broken": "it does not work as it is: it was not started: .*/nowhere.*",
    "of-broken": "it needs what does not work as it is: broken",
}


def test_each_service_that_cannot_be_tried_has_its_reason_and_the_others_are_tried(
    docker: Docker, isolated: Path
) -> None:
    write_tree(isolated, {"compose.yaml": OTHERS})
    code, found = trial(str(isolated / "compose.yaml"))
    assert code == 0
    assert found["well"]["outcome"] == "proven"
    for name, reason in UNTRIED.items():
        assert found[name]["outcome"] == "not tried"
        assert re.fullmatch(reason, found[name]["reason"]), found[name]["reason"]


def test_a_port_that_is_taken_hinders_only_who_takes_it(docker: Docker, isolated: Path) -> None:
    """A trial publishes nothing; in the host's network the service itself says that it cannot have the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = SERVER_PROJECT.replace('"8000"]', f'"-b", "127.0.0.1", "{port}"]')
        write_tree(isolated, {"compose.yaml": f"{SERVER_PROJECT}    ports: ['127.0.0.1:{port}:8000']\n"})
        code, found = trial(str(isolated / "compose.yaml"))
        assert (code, outcomes(found)) == (0, {"server": "proven"})
        write_tree(isolated, {"compose.yaml": f"{server}    network_mode: host\n"})
        code, found = trial("--network", str(isolated / "compose.yaml"))
    ended = "it ended with exit code 1: OSError: [Errno 98] Address already in use"
    assert (code, outcomes(found)) == (2, {"server": f"not tried: it does not work as it is: {ended}"})


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """Let what is temporary be on a disk of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("size=4m", r"Error: .*/big cannot be copied: .*No space left on device\n"),
        ("nr_inodes=4", r"Error: .*/disk/harden-trial-.* cannot be read or written \(No space left on device\)\n"),
    ],
    ids=["copying", "beginning"],
)
def test_a_full_disk_is_said(docker: Docker, isolated: Path, options: str, said: str) -> None:
    write_tree(isolated, {"compose.yaml": IMAGE.replace("}}", ", volumes: ['./big:/big']}}"), "big": "x" * (8 << 20)})
    with small_disk(isolated / "disk", options):
        result = run("trial", "--settle", "1s", str(isolated / "compose.yaml"))
        assert not list((isolated / "disk").iterdir())
    assert result.exit_code == 2
    assert re.search(rf"^{said}\Z", result.stderr, re.MULTILINE), result.stderr


def test_without_permission_for_the_socket_that_is_said(docker: Docker, isolated: Path) -> None:
    """The socket is somebody else's, and root is not let through: it has no capability to pass over permissions."""
    place = isolated / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()
        os.chown(place, 65534, 65534)
        place.chmod(0o600)
        plain = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", sys.executable, "-m", "hardener"]
        for words in (["trial", "--image", "alpine:3.20"], ["verify", "--all"]):
            asked = [*plain, *words, "--host", f"unix://{place}"]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
            reason = f"no permission for unix://{place}: run as root, or as a member of the socket's group"
            assert (done.returncode, done.stderr) == (2, f"Error: {reason}\n")


def test_without_compose_that_is_said(docker: Docker, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(isolated, {"compose.yaml": IMAGE})
    monkeypatch.setenv("PATH", str(isolated))
    result = run("trial", str(isolated / "compose.yaml"))
    assert result.exit_code == 2
    assert result.stderr == "Error: neither `docker compose` nor docker-compose is there: install one of them\n"
