"""What `harden trial` finds of services whose needs are known, and that nothing of the user's is touched."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hardener.runtime.trial import trial as of_services
from hardener.runtime.trial.held import Proposal
from hardener.runtime.trial.subject import Subject
from tests.engine.docker import Docker
from tests.engine.running import records, run, started, write_tree
from tests.engine.trials import NEEDS, NEEDY, NEEDY_IMAGE, SERVER_PROJECT, nothing_is_left, outcomes, trial

__all__ = ["nothing_is_left"]
pytestmark = pytest.mark.usefixtures("nothing_is_left")

NEEDY_PROJECT = """\
services:
  needy:
    build: .
    volumes:
      - data:/var/lib/x
    sysctls:   # Docker lets everybody have any port in a container: so that this is a need
      net.ipv4.ip_unprivileged_port_start: 1024
volumes:
  data:
"""


def test_planted_needs_are_found_and_become_safe_fixes(docker: Docker, isolated: Path) -> None:
    """Exactly the planted ones, on a copy of the data; the facts hold as long as the program is the same."""
    file = isolated / "compose.yaml"
    write_tree(isolated, {"compose.yaml": NEEDY_PROJECT, "Dockerfile": NEEDY_IMAGE, "needy.py": NEEDY})
    assert "cap_add" not in run("--diff", str(isolated)).stdout
    code, found = trial("--write-profile", str(file))
    assert (code, outcomes(found)["needy"].partition(":")[0]) == (0, "proven with less"), found
    assert found["needy"]["taken_back"]["capabilities"] == NEEDS
    assert found["needy"]["taken_back"]["places"] == {"/run": "runtime"}
    assert found["needy"]["after"]["probes"] == {"port 80": True}
    [profile] = (isolated / ".harden/images").iterdir()
    diff = run("--diff", str(isolated)).stdout
    assert all(f"+      - {name}\n" in diff for name in [*NEEDS, "ALL"]), diff
    assert "+    read_only: true" in diff
    assert "+      - /run:" in diff
    run("--write", str(isolated))
    assert "is not counted" not in run("-v", str(isolated)).output
    assert (isolated / "Dockerfile").read_text() != NEEDY_IMAGE
    with (isolated / "Dockerfile").open("a") as dockerfile:
        dockerfile.write("LABEL another=1\n")
    assert f"{profile.name}) is not counted: its Dockerfile was another one then" in run("-v", str(isolated)).output


HARMLESS = """\
services:
  job:
    image: alpine:3.20
    command: ["true"]
  forks:
    image: alpine:3.20
    init: true
    command: ["sh", "-c", "sleep 600 & sleep 600 & wait"]
  six:
    image: python:3.12-slim
    init: true
    command: ["python3", "-B", "/srv/six.py"]
    volumes:
      - ./six.py:/srv/six.py:ro
  link:
    image: python:3.12-slim
    init: true
    command: ["python3", "-B", "/srv/link.py"]
    volumes:
      - ./link.py:/srv/link.py:ro
      - ./kept:/kept
  shell-less:
    image: gcr.io/distroless/python3-debian12:latest
    init: true
    command: ["-m", "http.server", "8000"]
    depends_on:
      forks:
        condition: service_started
  again:   # fails once, and its project starts it again
    image: alpine:3.20
    init: true
    restart: always
    command: ["sh", "/srv/again.sh"]
    volumes:
      - ./again.sh:/srv/again.sh:ro
      - tries:/tries
volumes:
  tries:
"""
SIX = """\
import socket

listening = socket.create_server(("::", 7000), family=socket.AF_INET6)
while True:
    listening.accept()[0].close()
"""
LINK = """\
import os
import time

if not os.path.islink("/tmp/link"):
    os.symlink("/kept", "/tmp/link")
open("/tmp/link/written", "a").write("by the trial")
time.sleep(600)
"""
AGAIN = "[ -e /tries/one ] || { touch /tries/one; exit 1; }\nsleep 600\n"


def test_what_is_no_fault_of_hardening_is_proven(docker: Docker, isolated: Path) -> None:
    """Services that end, fork, listen on IPv6 only, write through a link, have no shell, or are started again."""
    (isolated / "kept").mkdir()
    (isolated / "kept" / "mine").write_text("mine")
    write_tree(isolated, {"compose.yaml": HARMLESS, "six.py": SIX, "link.py": LINK, "again.sh": AGAIN})
    code, found = trial("--check", "link=python3 -c 'open(\"/kept/mine\").read()'", str(isolated / "compose.yaml"))
    assert code == 0
    assert set(outcomes(found).values()) == {"proven"}, outcomes(found)
    assert found["job"]["after"]["exit_code"] == 0
    assert found["six"]["after"]["listening"] == [7000]
    assert found["shell-less"]["after"]["probes"] == {"port 8000": True}
    assert found["again"]["after"]["running"]
    assert [path.name for path in (isolated / "kept").iterdir()] == ["mine"]


WRITER_IMAGE = """\
FROM alpine:3.20
RUN mkdir /var/lib/x
COPY start.sh /start.sh
CMD ["/start.sh"]
"""
WRITER = "#!/bin/sh\necho started >> $HOME/log && exec sleep 600\n"
WRITER_PROJECT = """\
services:
  writer:
    image: {image}
    init: true
    environment:
      HOME: /var/lib/x
"""


def test_a_folder_that_must_be_writable_is_found(docker: Docker, isolated: Path) -> None:
    write_tree(isolated / "image", {"Dockerfile": WRITER_IMAGE, "start.sh": WRITER})
    (isolated / "image" / "start.sh").chmod(0o755)
    image = docker.build(isolated / "image", "Dockerfile")
    write_tree(isolated, {"compose.yaml": WRITER_PROJECT.format(image=image)})
    code, found = trial("--write-profile", str(isolated / "compose.yaml"))
    assert (code, found["writer"]["outcome"]) == (0, "proven with less")
    assert found["writer"]["taken_back"]["controls"] == ["user", "read-only"]
    assert found["writer"]["taken_back"]["places"] == {"/var/lib/x": "data"}
    _assert_counts_only_for(isolated / "compose.yaml", image)


def _assert_counts_only_for(file: Path, image: str) -> None:
    """Check that what was shown makes fixes safe for the image and the command that were tried, and for no other."""
    tried = file.read_text()
    others = {
        tried: "",
        f"{tried}    command: [sh, /start.sh]\n": "the command was another one then",
        f"{tried}    entrypoint: [/start.sh]\n": "the command was another one then",
        tried.replace(image, "alpine:3.20"): f"the image was {image} then",
        tried.replace("HOME: /var/lib/x", "HOME: /var/lib/x  # as before"): "",
    }
    for text, reason in others.items():
        file.write_text(text)
        said = run("-v", str(file)).output
        assert ("is not counted" in said) is bool(reason)
        assert reason in said
        assert ("+      - ALL\n" in run("--diff", str(file)).stdout) is not bool(reason)


UNWELL = {"test": ["CMD", "false"], "interval": "1s", "retries": 1}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"command": ["python3", "-m", "http.server", "8001"]}, "nothing listens on port 8000"),
        ({"command": ["python3", "-m", "http.server", "-d", "/srv", "8000"]}, "no answer: http://server:8000/adduser/"),
        ({"healthcheck": UNWELL}, "its health check says unhealthy"),
        ({"entrypoint": ["/nowhere"]}, "it (was not started|ended with exit code 127): .*/nowhere"),
        ({"mem_limit": "1k"}, "it was not started: .*"),
    ],
    ids=["another port", "another answer", "unhealthy", "no such program", "refused by the engine"],
)
def test_a_wrong_fix_is_seen(
    docker: Docker, isolated: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object], said: str
) -> None:
    """The last of them fails although nobody would propose it: a trial judges what it is given."""
    write_tree(isolated, {"compose.yaml": SERVER_PROJECT})

    def spoiled(subject: Subject, *_rest: object) -> Proposal:
        server = {**subject.after["services"]["server"], **wrong}
        return Proposal(replace(subject, after={**subject.after, "services": {"server": server}}), {}, {}, {})

    monkeypatch.setattr(of_services, "with_held", spoiled)
    check = ("--check", "http://server:8000/adduser/")
    code, found = trial("--max-runs", "2", *check, str(isolated / "compose.yaml"))
    assert (code, found["server"]["outcome"]) == (1, "failed")
    assert re.match(f"{said}.*; not found within 2 starts", found["server"]["reason"], re.DOTALL), found
    assert found["server"]["before"]["probes"] == {"port 8000": True, "http://server:8000/adduser/": True}


VOLUME_PROJECT = """\
services:
  keeper:
    image: alpine:3.20
    init: true
    command: ["sleep", "600"]
    volumes:
      - data:/data
volumes:
  data:
"""


def test_the_data_of_volumes_is_copied_and_what_runs_goes_on(
    docker: Docker, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(isolated, {"compose.yaml": VOLUME_PROJECT})
    with started(isolated / "compose.yaml") as name:
        docker("exec", f"{name}_keeper_1", "sh", "-c", "echo mine > /data/mine")
        before = records(docker, f"label=com.docker.compose.project={name}")
        monkeypatch.setenv("COMPOSE_PROJECT_NAME", name)
        spoil = "grep mine /data/mine && echo 'mine, spoiled' > /data/mine"
        code, found = trial("--check", spoil, str(isolated / "compose.yaml"))
        assert (code, outcomes(found)) == (0, {"keeper": "proven"})
        assert docker("exec", f"{name}_keeper_1", "cat", "/data/mine") == "mine"
        after = records(docker, f"label=com.docker.compose.project={name}")
        assert [record["State"] for record in after] == [record["State"] for record in before]


OVERRIDE = """\
services:
  keeper:
    environment: {FROM: override}
    volumes: ["./mine:/mine"]
  another:
    image: alpine:3.20
    command: ["sleep", "600"]
"""


def test_what_compose_lays_over_a_file_unasked_is_tried_with_it(docker: Docker, isolated: Path) -> None:
    """A service of that file alone is none that the fixers were asked for, which is said."""
    write_tree(isolated, {"compose.yaml": VOLUME_PROJECT, "compose.override.yaml": OVERRIDE, "mine/a": "1"})
    code, found = trial("--check", 'keeper=[ "$FROM $(cat /mine/a)" = "override 1" ]', str(isolated / "compose.yaml"))
    assert (code, outcomes(found)) == (
        0,
        {"keeper": "proven", "another": "not tried: compose.yaml only has it from another file: try that one"},
    )


OUTSIDE = """\
services:
  out:
    build:
      context: ../lib
      args:
        GREETING: ${HELLO}
    init: true
    volumes: ["./note:/note:ro", "./note:/notes/mine"]
    env_file: [settings.env]
    environment:
      PRICE: "$$5"
"""
LIBRARY = """\
FROM alpine:3.20
ARG GREETING
RUN echo "$GREETING" > /greeting
CMD ["sleep", "600"]
"""


def test_a_project_is_read_as_its_user_reads_it(docker: Docker, isolated: Path) -> None:
    """With .env, env_file, `$` in values and paths, and a build outside of its folder, whose Dockerfile gets a user."""
    isolated /= "my $HOME"
    files = {"app/note": "1", "app/compose.yaml": OUTSIDE, "app/.env": "HELLO=hi\n", "app/settings.env": "UNIT=EUR\n"}
    write_tree(isolated, {**files, "lib/Dockerfile": LIBRARY})
    check = """grep hi /greeting && [ "$PRICE $UNIT$(cat /note /notes/mine)" = "\\$5 EUR11" ]"""
    code, found = trial("--check", check, str(isolated / "app" / "compose.yaml"))
    assert (code, outcomes(found)) == (0, {"out": "proven"})
    assert {process["uid"] for process in found["out"]["after"]["processes"]} == {10001}
    assert (isolated / "lib" / "Dockerfile").read_text() == LIBRARY
