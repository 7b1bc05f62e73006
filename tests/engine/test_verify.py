"""What `harden verify` sees of containers and images, and that it leaves them as they are."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from xml.etree import ElementTree

import pytest

from hardener.runtime.trial.leftovers import LABEL, owner
from tests.engine.docker import Docker
from tests.engine.lookalikes import FOLDERS
from tests.engine.running import records, run, started, write_tree
from tests.engine.trials import left, wait_for
from tests.report.schemas import published

PAGES = FOLDERS / "nginx" / "pages"
SHOP = f"""\
services:
  web:   # its master is root, its workers are not
    image: nginx:1.27
    volumes:
      - {PAGES}:/usr/share/nginx/html:ro
  hard:
    image: alpine:3.20
    command: ["sleep", "600"]
    user: "65534:65534"
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    mem_limit: 64m
  adds:
    image: alpine:3.20
    command: ["sleep", "600"]
    cap_drop: [ALL]
    cap_add: [NET_ADMIN]
    security_opt: ["no-new-privileges:true"]
"""


@pytest.fixture(scope="module")
def shop(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a project and return its name; afterwards its containers must be what they were."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / ".git").mkdir()
    write_tree(folder, {"compose.yaml": SHOP})
    with started(folder / "compose.yaml") as name:
        before = records(docker, f"label=com.docker.compose.project={name}")
        yield name
        assert len(before) == 3
        assert records(docker, f"label=com.docker.compose.project={name}") == before


def seen(*arguments: str) -> dict[str, dict[str, Any]]:
    """Return the containers that the JSON tells of, by service."""
    printed = json.loads(run("verify", *arguments, "--format", "json").stdout)
    published("verification").validate(printed)
    return {container["service"]: container for container in printed["containers"]}


def failed(container: dict[str, Any]) -> set[str]:
    return {check["rule"] for check in container["checks"] if check["status"] == "failed"}


def test_master_and_workers_are_told_apart(shop: str) -> None:
    web = seen("--project", shop)["web"]
    ids = [(process["name"], process["uid"], process["gid"]) for process in web["processes"]]
    assert ids[0] == ("nginx", 0, 0)
    assert ids[1:]
    assert set(ids[1:]) == {("nginx", 101, 101)}
    assert "CHOWN" in web["processes"][0]["effective"]
    assert web["processes"][1]["effective"] == []
    assert web["mounts"] == [
        {"source": str(PAGES), "target": "/usr/share/nginx/html", "read_only": True, "is_bind": True}
    ]
    assert {"compose-user", "compose-drop-capabilities", "compose-no-new-privileges", "compose-read-only"} <= failed(
        web
    )


def test_what_is_hardened_passes_and_what_its_manifest_adds_is_expected(shop: str) -> None:
    found = seen("--project", shop)
    assert failed(found["hard"]) == set()
    assert found["hard"]["limits"] == {"memory": 64 << 20, "cpus": None, "processes": None}
    assert {"compose-user", "compose-read-only"} == failed(found["adds"])


@pytest.mark.parametrize(("service", "code"), [("hard", 0), ("web", 1), ("adds", 1)])
def test_strict_is_about_root_and_capabilities(shop: str, service: str, code: int) -> None:
    assert run("verify", "--service", service).exit_code == 0
    assert run("verify", "--service", service, "--strict").exit_code == code


def test_every_format_tells_the_same(docker: Docker, shop: str) -> None:
    container = records(docker, f"label=com.docker.compose.project={shop}", "label=com.docker.compose.service=web")[0]
    chosen = ("--container", container["Id"][:12])
    assert "FAILED compose-user: runs as root: nginx" in run("verify", *chosen).stdout
    assert "| nginx | 101:101 | none |" in run("verify", *chosen, "--format", "markdown").stdout
    suites = ElementTree.fromstring(run("verify", *chosen, "--format", "junit").stdout)
    failures = {case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None}
    assert failures == failed(seen(*chosen)["web"])


def test_the_diff_is_for_the_file_that_made_the_containers(shop: str) -> None:
    printed = run("verify", "--service", "adds", "--fix").stdout
    assert re.search(r"^\+\+\+ b/\S*/compose\.yaml", printed, re.MULTILINE)
    assert "+    read_only: true" in printed


QUIET = """\
service: adds
compose: compose.yaml
writable: []
trial: {{date: "2026-01-01", image: "alpine:3.20", image_id: "{image_id}", command: "sleep 600"}}
"""


def test_a_trial_of_another_image_of_the_same_name_is_not_counted(docker: Docker, shop: str) -> None:
    adds = records(docker, f"label=com.docker.compose.project={shop}", "label=com.docker.compose.service=adds")[0]
    profile = Path(adds["Config"]["Labels"]["com.docker.compose.project.working_dir"]) / ".harden/images/adds.yaml"
    profile.parent.mkdir(parents=True)
    for image_id, counts in ((adds["Image"], True), ("sha256:0", False)):
        profile.write_text(QUIET.format(image_id=image_id))
        told = run("verify", "--service", "adds", "--fix").stderr
        assert ("is not counted: alpine:3.20 was another image then" in told) is not counts
        assert ("no profile, trial or configuration says where it writes" in told) is not counts
    profile.unlink()


def test_what_does_not_run_is_said(shop: str) -> None:
    result = run("verify", "--service", "nowhere")
    assert (result.exit_code, result.stderr) == (2, "Error: not running: service nowhere\n")


ENDS = "name a command that stays"
IMAGES = {
    "root": (["alpine:3.20", "--", "sleep", "60"], 1, "FAILED dockerfile-non-root-user: runs as root: sleep"),
    "not root": (["{plain}"], 0, "65534:65534"),
    "steps down": (["debian:bookworm-slim", "--", "gosu", "65534:65534", "sleep", "60"], 0, "65534:65534"),
    "ends at once": (["alpine:3.20", "--", "false"], 2, f"it ended with exit code 1.*{ENDS}"),
    "no shell": (["gcr.io/distroless/python3-debian12:latest", "--", "-c", "import time; time.sleep(60)"], 1, "0:0"),
}


@pytest.fixture(scope="module")
def plain(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an image that does not run as root."""
    folder = tmp_path_factory.mktemp("plain")
    write_tree(folder, {"Dockerfile": 'FROM alpine:3.20\nUSER 65534:65534\nCMD ["sleep", "60"]\n'})
    return docker.build(folder, "Dockerfile")


@pytest.mark.parametrize(("words", "code", "said"), IMAGES.values(), ids=IMAGES)
def test_an_image_is_run_once(docker: Docker, plain: str, words: list[str], code: int, said: str) -> None:
    reference, *command = words
    result = run("verify", "--strict", "--settle", "1", "--image", reference.format(plain=plain), *command)
    assert result.exit_code == code, result.output
    assert re.search(said, result.stdout)
    assert not records(docker, f"label={LABEL}={owner()}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--image", "harden/nowhere:1"], "build or pull it first"),
        (["--image", "gcr.io/distroless/static-debian12:latest"], "No command specified"),
        (["--image", "alpine:3.20", "--", "/nowhere"], "no such file or directory"),
        (["--all", "--host", "unix:///nowhere.sock"], "no container engine answers at unix:///nowhere.sock"),
    ],
)
def test_what_cannot_be_looked_at_is_said_in_one_sentence(docker: Docker, words: list[str], said: str) -> None:
    result = run("verify", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not records(docker, f"label={LABEL}={owner()}")


def test_without_time_to_start_it_is_looked_at_once(docker: Docker) -> None:
    result = run("verify", "--settle", "0s", "--image", "alpine:3.20", "--", "sleep", "60")
    assert "FAILED dockerfile-non-root-user: runs as root" in result.stdout, result.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_of_an_image_that_is_looked_at_nothing_is_left(docker: Docker, number: signal.Signals) -> None:
    """Neither where it is ended nor, after the next time, where it is killed."""
    words = ["verify", "--settle", "300", "--image", "alpine:3.20", "--", "sleep", "600"]
    with Popen([sys.executable, "-m", "hardener", *words], stderr=PIPE) as running:
        wait_for(docker, running)
        running.send_signal(number)
        said = running.communicate(timeout=60)[1]
    if number == signal.SIGKILL:
        run("verify", "--settle", "0.1", "--image", "alpine:3.20")
    else:
        assert said == b"Error: interrupted; what was started is removed again\n"
    assert left(docker, running.pid) == {}


FILES = """\
FROM debian:bookworm-slim
COPY grant.py /tmp/
RUN cd /usr/local/bin && cp /usr/bin/sleep pinger && cp /usr/bin/sleep raiser && chmod 4755 raiser \\
    && mkdir /srv/open && chmod 777 /srv/open && python3 /tmp/grant.py /usr/local/bin/pinger
CMD ["sleep", "60"]
"""
GRANT = """\
import os, struct, sys
# as setcap does: struct vfs_cap_data of version 2, effective, with the capability of number 13
os.setxattr(sys.argv[1], "security.capability", struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0))
"""


def test_files_that_raise_privileges_are_found(docker: Docker, tmp_path: Path) -> None:
    write_tree(tmp_path, {"Dockerfile": FILES, "grant.py": GRANT})
    image = docker.build(tmp_path, "Dockerfile")
    found = seen("--image", image, "--settle", "1")[""]["files"]
    listed = docker("run", "--rm", "--label", docker.label, image, "sh", "-c", "find / -xdev -type f -perm -4000")
    assert set(listed.split()) <= set(found["setuid"])
    assert "/usr/local/bin/raiser" in found["setuid"]
    assert found["capabilities"] == {"/usr/local/bin/pinger": ["NET_RAW"]}
    assert found["world_writable"] == ["/srv/open"]
    assert "/usr/bin/sudo" in found["switches"]
