from dataclasses import replace

import pytest

from hardener.runtime.trial import observation
from hardener.runtime.trial.observation import Observation, listening, written

WELL = Observation(
    image_id="sha256:1",
    user="",
    running=True,
    exit_code=None,
    health="healthy",
    listening=(80, 443),
    processes=(),
    written=(),
    probes=(("port 80", True), ("port 443", False)),
    log="",
    seconds=1.0,
)


@pytest.mark.parametrize(
    ("after", "lacks"),
    [
        ({}, ""),
        ({"probes": (("port 80", True), ("port 443", True))}, ""),
        ({"health": "unhealthy"}, "its health check says unhealthy"),
        ({"listening": (80,)}, "nothing listens on port 443"),
        ({"probes": (("port 80", False),)}, "no answer: port 80"),
        ({"running": False, "exit_code": 1, "log": "a\nno permission\n"}, "it ended with exit code 1: no permission"),
        ({"running": False, "exit_code": 0}, "it ended"),
    ],
)
def test_what_is_missing_afterwards_is_said(after, lacks):
    assert replace(WELL, **after).lacks(WELL) == lacks


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, ""),
        ({"probes": (("curl", False),)}, "no answer: curl"),
        ({"health": "starting"}, "its health check says starting"),
        ({"running": False, "exit_code": None, "log": "no space left\n"}, "it was not started: no space left"),
    ],
)
def test_what_is_wrong_from_the_start_is_said(now, said):
    assert replace(WELL, **now).complaint() == said


def test_a_job_that_ends_well_is_well():
    job = replace(WELL, running=False, exit_code=0, health="", listening=(), probes=())
    assert job.is_well
    assert job.lacks(job) == ""


TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 020011AC:0050 010011AC:C350 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100 0 0 10 0
"""
TCP6 = """\
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000001000000:2328 00000000000000000000000000000000:0000 0A
   2: 0000000000000000FFFF00000100007F:2329 00000000000000000000000000000000:0000 0A
"""


def test_ports_that_others_reach(tmp_path, monkeypatch):
    folder = tmp_path / "4711" / "net"
    folder.mkdir(parents=True)
    (folder / "tcp").write_text(TCP)
    (folder / "tcp6").write_text(TCP6)
    monkeypatch.setattr(observation, "PROC", tmp_path)
    assert listening(Inside(b""), "web", [4711]) == (80, 443)
    assert listening(Inside(b""), "web", [4712]) == ()


class Inside:
    """An engine elsewhere, whose container prints its own tables."""

    def __init__(self, printed):
        self.printed = printed

    def execute(self, container, command):
        assert (container, command) == ("web", ["cat", "/proc/net/tcp", "/proc/net/tcp6"])
        return 0, self.printed


def test_ports_of_a_container_elsewhere_are_its_own():
    assert listening(Inside((TCP + TCP6).encode()), "web", []) == (80, 443)


class Changed:
    """An engine with one container."""

    def __init__(self, folders, *paths):
        self.folders = folders
        self.paths = paths

    def changes(self, container):
        assert container == "web"
        return [{"Path": path, "Kind": 2 if path.endswith("~") else 1} for path in self.paths]

    def is_folder(self, container, path):
        return path in self.folders


@pytest.mark.parametrize(
    ("paths", "mounted", "places"),
    [
        (["/run", "/run/web.pid"], [], ("/run",)),
        (["/var", "/var/lib", "/var/lib/x"], [], ("/var/lib/x",)),
        (["/a", "/a-b", "/a-b/c", "/a/d"], [], ("/a", "/a-b")),
        (["/run", "/run/web.pid", "/run/sub", "/run/sub/x"], [], ("/run",)),
        (["/srv", "/srv/page"], ["/srv/page"], ()),
        (["/sbin", "/sbin/docker-init"], [], ()),
        (["/usr", "/usr/sbin", "/usr/sbin/docker-init"], [], ()),
        (["/srv", "/srv/page", "/srv/log"], ["/srv/page"], ("/srv",)),
        (["/tmp", "/tmp/gone~"], [], ("/tmp",)),
        (["/x"], [], ("/",)),
    ],
)
def test_where_it_wrote_but_not_where_the_engine_made_places(paths, mounted, places):
    assert written(Changed({"/tmp", "/var/lib/x"}, *paths), "web", mounted) == places
