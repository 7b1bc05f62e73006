"""The shop's Compose file, started as it is, after safe fixes, and after all fixes of level restricted, on the same
volumes.

Its own programs are built. PostgreSQL and Redis are look-alikes; what cannot be had here has a stand-in, and the table
that is printed in the end says so.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hardener.engine import Result, State
from hardener.model.settings import Level
from tests.conftest import harden, unsafe, write
from tests.engine.attempts import planted, succeeded
from tests.engine.docker import Docker
from tests.engine.hardening import assert_as_written, is_hardened, seen
from tests.engine.lookalikes import FOLDERS, LOOKALIKES, make
from tests.engine.project import NAME, PATIENCE, Project, Running, Services
from tests.engine.test_samples import CASES, OF_AI, OF_BACKEND
from tests.samples.reading import copy

COMPOSE = "deploy/docker/compose/production.yml"
LOGS = "/var/lib/ecommerce/logs"
PYTHON = "python:3.12-slim"
AI = {
    "recommender": {"product": 1},
    "search": {"query": "enamel mug"},
    "pricing": {"price": 10, "demand": 50},
    "chatbot-rag": {"question": "How long does shipping take?"},
    "fraud-detection": {"amount": 700},
    "demand-forecasting": {"weekly_sales": [1, 2, 3]},
    "visual-recognition": {"pixels": list(range(16))},
}
"""What each service of the gateway is asked."""

CODE = {
    "nginx": CASES["nginx"].code,
    "api-gateway": CASES["gateway"].code,
    **dict.fromkeys(("backend", "celery-worker", "celery-beat"), OF_BACKEND),
    **dict.fromkeys(AI, OF_AI[1]),
}
"""By service that is built here, what it must not change at level restricted."""

STOCK = {
    "nginx": "0:0 101:101",
    "postgres": "70:70",
    "postgres-ai": "999:999",
    "redis": "999:1000",
    "vault": "100:1000",
    "elasticsearch": "1000:0",
    "qdrant": "0:0",
    "prometheus": "65534:65534",
    "grafana": "472:0",
}
"""As whom they run where the file names no user: uid:gid of the first process, then of others."""

BY_FILE = {"vault": ("IPC_LOCK",)}
"""Capabilities that a file of the image gives."""

BUILT = "built from the sample"
STAND_INS = {"vault": 8200, "elasticsearch": 9200, "qdrant": 6333, "prometheus": 9090, "grafana": 3000}

ASK = """
import json, sys, urllib.request as u

value, services, stand_ins = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])

def ask(url, body=None):
    with u.urlopen("http://" + url, body, timeout=10) as answer:
        print(url, answer.status, answer.read().decode().strip() if "uploads" not in url else "")

for path in ("/healthz", "/health/", "/api/products/", "/assets/shop.css", "/static/shop.css", "/api/ai/health"):
    ask("nginx:8080" + path)
ask("nginx:8080/api/uploads/", b"x" * 2_000_000)
for name, question in services.items():
    ask(f"nginx:8080/api/ai/{name}/predict", json.dumps(question).encode())
for name, port in stand_ins.items():
    ask(f"{name}:{port}/", value.encode())
    ask(f"{name}:{port}/")
"""


def test_the_shop_works_as_before(
    docker: Docker, isolated: Path, record_property: Callable[[str, object], None]
) -> None:
    settings = copy("ecommerce", isolated, unsafe_fixes=False)
    _without_name(isolated / COMPOSE)
    (isolated / "logs").mkdir()
    for image in LOOKALIKES:
        make(docker, image)
    restricted = replace(unsafe(settings), level=Level.RESTRICTED)
    with planted(docker) as mount, (shop := Shop(docker, isolated, mount)).project.kept():
        before = shop.run("before")
        for title, mode in (("safe", settings), ("restricted", restricted)):
            result = harden(isolated, mode)
            write(isolated, result)
            shop.give_files(result)
            assert shop.run(title) == before
    record_property("table", shop.table())


def _without_name(file: Path) -> None:
    """Take out the project's name, which docker-compose 1.29 does not know."""
    text = file.read_text()
    assert "\nname: ecommerce\n" in text
    file.write_text(text.replace("\nname: ecommerce\n", "\n"))


class Shop:
    """The sample in a folder, and what was seen of it."""

    def __init__(self, docker: Docker, folder: Path, mount: str) -> None:
        self._docker = docker
        self._folder = folder
        self._planted = mount
        self.project = Project(docker, folder / COMPOSE, ("ai", "monitoring"))
        self._seen: dict[str, dict[str, str]] = {}
        self._images: dict[str, str] = {}
        self._values: list[str] = []

    def run(self, title: str) -> list[str]:
        """Start everything, use it before and after a restart, and return the answers that must stay the same."""
        with self.project.up(self._adapt) as running:
            first = self._use(running)
            running.restart()
            assert self._use(running) == first
            for name, service in running.services.items():
                declared = running.declared[name]
                assert is_hardened(declared) is (title != "before"), name
                ids = declared.get("user") or STOCK.get(name, "0:0")
                assert_as_written(service, declared, tuple(ids.split()), BY_FILE.get(name, ()))
                self._seen.setdefault(name, {})[title] = seen(service)
                self._images[name] = declared["image"]
            if title != "before":
                self._try_to_get_out(running, restricted=title == "restricted")
        return first

    def _try_to_get_out(self, running: Running, *, restricted: bool) -> None:
        """See that nobody in a container of a built image becomes root, reaches the host or changes the program."""
        own = (self._folder, self._planted.partition(":")[0])
        built = {name for name in running.services if _kind(self._images[name]) == BUILT}
        assert built == set(CODE)
        for name, code in CODE.items():
            assert succeeded(self._docker, running.services[name].name, code if restricted else (), own) == [], name

    def give_files(self, result: Result) -> None:
        """Do what the caveats ask for: the files in volumes and bound folders get to belong to the new user."""
        said = "; ".join(o.finding.caveat or "" for o in result.outcomes if o.state is State.FIXED)
        for names, owner in re.findall(r"give the files in ([^;]+) to ([0-9:]+) first, with chown -R", said):
            for name in names.split(", "):
                if "/" not in name:
                    self._chown(owner, f"{NAME}_{name}")
        for owner, path in re.findall(r"chown -R ([0-9:]+) (/[^ ;]+)", said):
            assert path == LOGS
            self._chown(owner, str(self._folder / "logs"))

    def table(self) -> str:
        """Return what was seen, service by service."""
        lines = ["The shop's services: what they are here, and how they ran before and after"]
        for name, found in self._seen.items():
            lines.append(f"{name}: {self._images[name]}, {_kind(self._images[name])}")
            lines += [f"    {title + ':':12} {what}" for title, what in found.items()]
        return "\n".join(lines)

    def _chown(self, owner: str, volume: str) -> None:
        label = ("--label", self._docker.label)
        self._docker("run", "--rm", *label, "-v", f"{volume}:/given", PYTHON, "chown", "-R", owner, "/given")

    def _adapt(self, services: Services) -> None:
        built: dict[str, str] = {}
        for service in services.values():
            if "build" in service:
                service["image"] = self._build(service["build"], built)
            service["volumes"] = [
                str(volume).replace(LOGS, str(self._folder / "logs")) if LOGS in str(volume) else volume
                for volume in service.get("volumes", [])
            ]
            service["volumes"] += [self._planted] if "build" in service else []

    def _build(self, build: dict[str, Any], built: dict[str, str]) -> str:
        key = json.dumps(build)
        if key not in built:
            built[key] = self._docker.build(Path(build["context"]), build["dockerfile"], arguments=build.get("args"))
        return built[key]

    def _use(self, running: Running) -> list[str]:
        """Use every service, and return the answers that do not grow; what is kept must be all that was ever given."""
        self._values.append(f"value-{len(self._values)}")
        for name, user in (("postgres", ("shop", "shop")), ("postgres-ai", ("ai", "embeddings")), ("redis", ("", ""))):
            assert self._keep(running, name, *user) == self._values
        _wait_for(lambda: "expire-carts: no cart was older than a day" in running.services["celery-worker"].logs())
        arguments = (self._values[-1], json.dumps(AI), json.dumps(STAND_INS))
        script = f"python3 - '{arguments[0]}' '{arguments[1]}' '{arguments[2]}' <<'END'\n{ASK}\nEND\n"
        answers = running.services["nginx"].beside(PYTHON, script, folder=self._folder).split("\n")
        kept = {f"{name}:{port}/ 200 {' '.join(self._values)}" for name, port in STAND_INS.items()}
        assert kept <= set(answers)
        return [answer for answer in answers if "value-" not in answer]

    def _keep(self, running: Running, name: str, user: str, database: str) -> list[str]:
        image = running.declared[name]["image"]
        folder = FOLDERS / LOOKALIKES[image].folder
        script = f"export PGUSER={user} PGDATABASE={database}\n" + (folder / "probe.sh").read_text()
        service = running.services[name]
        service.beside(image, script, "put", self._values[-1], folder=folder)
        return service.beside(image, script, "get", folder=folder).split("\n")


def _kind(image: str) -> str:
    if image not in LOOKALIKES:
        return BUILT
    return "a stand-in" if LOOKALIKES[image].folder == "stand-in" else "a look-alike from Debian's packages"


def _wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)
