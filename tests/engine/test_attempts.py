"""Each attempt of `attempts` succeeds where nothing is hardened, so that it tells something where it fails."""

from __future__ import annotations

from pathlib import Path

from tests.engine.attempts import SETUID, planted, succeeded
from tests.engine.docker import Docker
from tests.engine.program import CONFINED

IMAGE = "python:3.12-slim"
CODE = ("/usr/bin/python3",)
SLEEP = ("sleep", "600")
OF_SETUID = f"{SETUID} id -u"


def test_root_can_do_all(docker: Docker, tmp_path: Path) -> None:
    (tmp_path / "socket").touch()
    mounts = {str(tmp_path): "/host", str(tmp_path / "socket"): "/var/run/docker.sock"}
    options = [word for source, target in mounts.items() for word in ("-v", f"{source}:{target}")]
    name = docker.start(IMAGE, options, SLEEP)
    try:
        found = succeeded(docker, name, CODE)
        assert found[:3] == ["sudo -i id -u", "su -c id -u", f"touch {CODE[0]}"]
        assert set(found[3:]) == {
            *(f"ls {path}" for path in ("/host", "/var/run/docker.sock", "/run/docker.sock")),
            *(f"read {source}" for source in mounts),
        }
        assert succeeded(docker, name, own=[tmp_path])[-1].startswith("ls ")
    finally:
        docker("rm", "-fv", name)


def test_only_no_new_privileges_is_enough_against_setuid_programs(docker: Docker) -> None:
    with planted(docker) as mount:
        for confined, found in (((), [OF_SETUID]), (("--cap-drop", "ALL"), [OF_SETUID]), (CONFINED, [])):
            name = docker.start(IMAGE, ["-v", mount, "-u", "1000:1000", *confined], SLEEP)
            try:
                assert succeeded(docker, name, CODE, [mount.partition(":")[0]]) == found
            finally:
                docker("rm", "-fv", name)
