"""Services that are used for real, before and after hardening: look-alikes of public images, and programs of our own.

`python -m tests.engine.services` tries all of them and writes what it sees to docs/services.md.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hardener.model.settings import Settings
from tests.conftest import harden, unsafe, write
from tests.engine.bases import make_bases
from tests.engine.docker import Docker, EngineError, client
from tests.engine.lookalikes import FOLDERS, LOOKALIKES, make
from tests.engine.processes import DOCKERS, Process, names
from tests.engine.program import NotReadyError
from tests.engine.project import NAME, Project, Running, Services

OWN = Path(__file__).parent / "own"
PAGE = Path(__file__).parents[2] / "docs/services.md"
PYTHON = "python:3.12-slim"
PROGRAM = FOLDERS / "stand-in/stand-in.py"

COMPOSE = """\
services:
  service:
    {start}
"""
VOLUME = """\
    volumes:
      - data:{data}

volumes:
  data:
"""
HEAD = """\
# Services before and after

Written by `python -m tests.engine.services`: each service was started on a Docker engine as it stands and as `harden`
makes it, on the same volume, and used by what speaks its protocol. Safe fixes alone where they change anything, else
unsafe ones. A probe passes when what was stored is there at once, after the next start and after a restart. Images with
a public name are look-alikes, made from Debian's packages and started as the originals are: `tests/engine/lookalikes`.

| service | port | fixes | starts as | uid:gid of its processes | CapEff | can write | probe |
|---|---|---|---|---|---|---|---|
"""


class Service(NamedTuple):
    """A folder of `lookalikes` or `own`, which has a `compose.yaml` and a `probe.sh` where a service needs its own."""

    port: int
    image: str = ""
    """Of a look-alike; empty: its folder has a Dockerfile."""
    data: str = "/data"
    """Where its volume is, unless it has its own Compose file; empty: it has none."""
    at: str = "/"
    """What is asked over HTTP, unless it has its own probe."""
    client: str = PYTHON
    """The image that the probe runs in."""
    keeps: bool = True
    """Whether what was stored is there after a restart."""
    gets: str = ""
    """Who is given its volume before it is started hardened, as the caveat of a new user asks for."""
    fails: bool = False
    """Whether unsafe fixes, which are applied where safe ones change nothing, are too much for it."""


SERVICES = {
    "postgres": Service(5432, "postgres:16", client="postgres:16"),
    "redis": Service(6379, "redis:7", client="redis:7"),
    "nginx": Service(80, "nginx:1.27"),
    "mariadb": Service(3306, "mariadb:11", client="mariadb:11"),
    "memcached": Service(11211, "memcached:1.6", keeps=False),
    "rabbitmq": Service(5672, "rabbitmq:3", client="rabbitmq:3"),
    "haproxy": Service(80, "haproxy:3.0", keeps=False),
    "httpd": Service(80, "httpd:2.4"),
    "php-fpm": Service(9000, "php:8.2-fpm", client="php:8.2-fpm"),
    "caddy": Service(80, "caddy:2"),
    "vault": Service(8200, "hashicorp/vault:1.18"),
    "qdrant": Service(6333, "qdrant/qdrant:v1.12.4", "/qdrant/storage"),
    "elasticsearch": Service(
        9200, "docker.elastic.co/elasticsearch/elasticsearch:8.15.3", "/usr/share/elasticsearch/data"
    ),
    "prometheus": Service(9090, "prom/prometheus:v2.55.1", "/prometheus"),
    "grafana": Service(3000, "grafana/grafana:11.3.0", "/var/lib/grafana"),
    "node": Service(3000, gets="10001:10001"),
    "gunicorn": Service(8000, data=""),
    "static": Service(8080, at="/cgi-bin/notes", gets="10001:10001"),
    "gosu": Service(8080, fails=True),
    "setpriv": Service(8080, fails=True),
    "su": Service(8080),
    "start-stop-daemon": Service(8080, fails=True),
    "daemon": Service(80, data="/var/lib/keeper", fails=True),
    "low-port": Service(443, data=""),
    "file-capability": Service(81),
    "forks": Service(8080, data=""),
    "link": Service(8080, gets="10001:10001"),
}


class Row(NamedTuple):
    """What was seen of a service in one way of starting it; the page's columns."""

    service: str
    port: str
    fixes: str
    """`none`, `safe`, or `unsafe` where safe ones change nothing."""
    starts: str
    """As whom its first process is started by the engine."""
    ids: str
    capabilities: str
    writable: str
    probe: str

    def line(self) -> str:
        return f"| {' | '.join(self)} |"


class Tried:
    """A service's project in a folder, with its probe."""

    def __init__(self, docker: Docker, name: str, folder: Path) -> None:
        self.docker, self.name, self.service, self.folder = docker, name, SERVICES[name], folder
        if self.service.image in LOOKALIKES:
            make(docker, self.service.image)
        probe = lay_out(name, folder)
        self._probe = f"PORT={self.service.port} AT={self.service.at}\n{probe.read_text()}"
        self.project = Project(docker, folder / "compose.yaml")

    def put(self, running: Running, value: str) -> None:
        self._use(running, "put", value)

    def get(self, running: Running) -> list[str]:
        """Return what the service keeps."""
        return self._use(running, "get").split()

    def built(self, services: Services) -> None:
        """Build what the project builds, as its Dockerfile stands."""
        if "build" in services["service"]:
            services["service"]["image"] = self.docker.build(self.folder, "Dockerfile")

    def give(self) -> None:
        """Give the volume to the user that hardening made, where there is one."""
        if self.service.gets:
            run = ("run", "--rm", "-v", f"{NAME}_data:/given", "--entrypoint", "chown", PYTHON)
            self.docker(*run, "-R", self.service.gets, "/given")

    def _use(self, running: Running, *words: str) -> str:
        return running.services["service"].beside(self.service.client, self._probe, *words, folder=self.folder)


def lay_out(name: str, folder: Path) -> Path:
    """Make a service's project in a folder, which need not exist, and return its probe."""
    service = SERVICES[name]
    files = (FOLDERS if service.image else OWN) / name
    if files.is_dir():
        shutil.copytree(files, folder, dirs_exist_ok=True)
    if not service.image:
        shutil.copy(PROGRAM, folder)
    compose = folder / "compose.yaml"
    if not compose.exists():
        start = f"image: {service.image}" if service.image else "build: ."
        volume = VOLUME if service.data else ""
        compose.write_text((COMPOSE + volume).format(start=start, data=service.data))
    own = folder / "probe.sh"
    return own if own.exists() else FOLDERS / "http.sh"


def rows_of(docker: Docker, name: str, folder: Path) -> list[Row]:
    """Try a service before and after hardening, on the same volume, and return what was seen.

    Raises NotReadyError, EngineError and AssertionError where it does not work, unless it is known to.
    """
    tried = Tried(docker, name, folder)
    with tried.project.kept():
        rows = [_used(tried, "none", [])]
        fixes = "safe" if _fix(tried, Settings()) else "unsafe" if _fix(tried, unsafe(Settings())) else ""
        tried.give()
        if fixes and not tried.service.fails:
            rows.append(_used(tried, fixes, ["before"]))
        elif fixes:
            rows.append(_failed(tried, fixes, rows[0]))
        return rows


def _fix(tried: Tried, settings: Settings) -> bool:
    result = harden(tried.folder, settings)
    write(tried.folder, result)
    return bool(result.changes)


def _used(tried: Tried, fixes: str, kept: list[str]) -> Row:
    """Start a service, store a value beside those that it keeps, and look for them at once and after a restart."""
    value = "after" if kept else "before"
    service = tried.service
    expected = [*(kept if service.keeps and service.data else []), value]
    with tried.project.up(tried.built) as running:
        tried.put(running, value)
        assert tried.get(running) == expected
        row = _seen(tried, running, fixes)
        if fixes != "none":
            running.restart()
            assert tried.get(running) == (expected if service.keeps else [])
            assert _seen(tried, running, fixes) == row, "it is confined otherwise after a restart"
        return row


def _failed(tried: Tried, fixes: str, before: Row) -> Row:
    try:
        _used(tried, fixes, ["before"])
    except (NotReadyError, EngineError):
        return before._replace(fixes=fixes, starts="", ids="", capabilities="", writable="", probe="fails")
    raise AssertionError("it works, and was not known to")


def _seen(tried: Tried, running: Running, fixes: str) -> Row:
    service, declared = running.services["service"], running.declared["service"]
    found = service.processes()
    starts = tried.docker.inspect(service.name)["Config"]["User"] or "root"
    return Row(
        tried.name,
        str(tried.service.port),
        fixes,
        starts,
        ", ".join(dict.fromkeys(process.ids for process in found)),
        "; ".join(dict.fromkeys(map(_capabilities, found))),
        _writable(declared, read_only=all(process.root_is_read_only for process in found)),
        "passes",
    )


def _capabilities(process: Process) -> str:
    return "Docker's default" if process.effective == DOCKERS else ", ".join(names(process.effective)) or "none"


def _writable(declared: dict[str, object], *, read_only: bool) -> str:
    """Return what is mounted to be written to; a root that is not read-only can be written as far as its owners let."""
    if not read_only:
        return "the image"
    places = [str(one).partition(":")[0] for one in _list(declared.get("tmpfs"))]
    mounts = [str(one).split(":") for one in _list(declared.get("volumes"))]
    places += [mount[1] for mount in mounts if "ro" not in mount[2:]]
    return ", ".join(f"`{place}`" for place in sorted(places)) or "nothing"


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value] if value else []


def _try(name: str) -> list[Row]:
    docker = _engine()
    try:
        with TemporaryDirectory() as folder:
            return rows_of(docker, name, Path(folder))
    finally:
        docker.clean()


def _engine() -> Docker:
    path = client()
    if path is None:
        sys.exit("no Docker engine with BuildKit answers here")
    return Docker(path)


if __name__ == "__main__":
    make_bases(_engine())
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        lines = [row.line() for found in pool.map(_try, SERVICES) for row in found]
    PAGE.write_text(HEAD + "\n".join([*lines, ""]), encoding="utf-8")
