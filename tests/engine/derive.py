"""What look-alikes and small programs need, found by `harden trial` as if nothing were known of their images.

`tests/engine/test_derive.py` compares it with the profiles in templates/images, and with `own/NAME/needs.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.engine.docker import Docker
from tests.engine.lookalikes import LOOKALIKES, make
from tests.engine.services import SERVICES, lay_out
from tests.engine.trials import trial

UNKNOWN = "harden.test/unknown"
"""An image without a profile: what a trial finds of it was not known before."""

Facts = dict[str, object]
"""By key of a profile."""

KEEPS = 'put kept\nget | grep -q "^kept"'


class Derived(NamedTuple):
    """A service of `services` that is the program itself, not a stand-in."""

    check: str = KEEPS
    """The arguments of its probe that a trial asks for, one call a line."""
    options: Mapping[str, Any] = {}
    """What its service has besides."""
    directly: Mapping[str, Any] = {}
    """What it has besides where it is started directly as another user: data that belongs to that one."""


LOW_PORTS = {"sysctls": {"net.ipv4.ip_unprivileged_port_start": 1024}}
"""As outside of Docker, which lets everybody have any port in a container."""

BOOTS = {"test": ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5672"], "interval": "1s", "retries": 120}
"""A health check is waited for as long as a busy machine needs."""

PROFILED = {
    "postgres": Derived(),
    "redis": Derived(),
    "nginx": Derived("get", LOW_PORTS),
    "mariadb": Derived(),
    "memcached": Derived(),
    "rabbitmq": Derived(options={"healthcheck": BOOTS}),
    "haproxy": Derived(),
    "httpd": Derived(options=LOW_PORTS),
    "php-fpm": Derived(),
}
"""Look-alikes of images that have a profile."""

OWN = {
    "node": Derived(directly={"volumes": [], "tmpfs": ["/data:uid=1000,gid=1000"]}),
    "gunicorn": Derived(),
    "static": Derived(directly={"volumes": [], "tmpfs": ["/data:uid=10001,gid=10001"]}),
    "file-capability": Derived(options=LOW_PORTS),
}
"""Programs of our own on a base image, of which no profile can tell what they need."""

DERIVED = PROFILED | OWN


def derive(docker: Docker, name: str, folder: Path, user: str) -> Facts:
    """Return the facts that trials of a service show.

    It is started as it is and, where a `user` is given, directly as that one. What the latter shows of the places that
    it writes to, the former is given, with no new privileges: so all that is looked for there is its capabilities.
    """
    if not user:
        as_it_is = _tried(docker, name, folder, {})
        capabilities, starts = _capabilities(as_it_is), _starts(as_it_is)
        direct = {"direct": True, "direct_capabilities": capabilities} if starts == "non-root" else {}
        return {**_confinement(as_it_is), **direct, "capabilities": capabilities, "starts": starts}
    directly = _tried(docker, name, folder / "direct", {**DERIVED[name].directly, "user": user})
    facts = _confinement(directly)
    confined = {"security_opt": ["no-new-privileges:true"], "read_only": True, "tmpfs": ["/tmp", *facts["writable"]]}
    as_it_is = _tried(docker, name, folder / "as-it-is", confined)
    return {
        **facts,
        "direct": True,
        "direct_capabilities": _capabilities(directly),
        "capabilities": _capabilities(as_it_is),
        "starts": _starts(as_it_is),
    }


def _tried(docker: Docker, name: str, folder: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a trial says of a service, as JSON has it."""
    image, probe = f"{UNKNOWN}:{name}", _probe(name, lay_out(name, folder))
    docker("tag", _image(docker, name, folder), image)
    # else the trial would look for a user that it works as too, and find what that one needs
    (folder / ".harden.toml").write_text('ignore = ["compose-user"]\n')
    compose = folder / "compose.yaml"
    project = yaml.safe_load(compose.read_text())
    service = project["services"]["service"]
    service.pop("build", None)
    service |= {"image": image, **DERIVED[name].options, **options}
    compose.write_text(yaml.safe_dump(project, sort_keys=False))
    asked = ("--check", probe) if name in PROFILED else ("--workload", str(_workload(folder, probe)))
    try:
        _, found = trial("--max-runs", "40", "--timeout", "15m", *asked, str(compose))
    finally:
        docker("rmi", image)
    assert found["service"]["outcome"].startswith("proven"), found["service"]
    return found["service"]


def _image(docker: Docker, name: str, folder: Path) -> str:
    """Return the name of a service's image, which is made where it is missing."""
    image = SERVICES[name].image
    if not image:
        return docker.build(folder, "Dockerfile")
    if image in LOOKALIKES:
        make(docker, image)
    return image


def _probe(name: str, file: Path) -> str:
    """Return the shell script that asks a service what a trial is to ask it."""
    service = SERVICES[name]
    calls = "".join(f"probe {line} &&\n" for line in DERIVED[name].check.split("\n"))
    return f"PORT={service.port} AT={service.at}\nprobe() {{\n{file.read_text()}\n}}\n{calls}true"


def _workload(folder: Path, probe: str) -> Path:
    """Return a script that asks from outside, since there may be no shell inside."""
    file = folder.parent / f"{folder.name}-workload"
    file.write_text(f"#!/bin/sh\nHOST=$SERVICE_ADDRESS\n{probe}\n")
    file.chmod(0o755)
    return file


def _capabilities(found: dict[str, Any]) -> list[str]:
    """Return the least capabilities that it works with."""
    back = found["taken_back"]
    return sorted(back["capabilities"]) if back and "capabilities" in back["controls"] else []


def _confinement(found: dict[str, Any]) -> dict[str, Any]:
    """Return the places that it must be given on a read-only root, besides /tmp and its volumes."""
    back = found["taken_back"] or {"controls": []}
    written = "read-only" in back["controls"]
    return {
        "no_new_privileges": "no-new-privileges" not in back["controls"],
        "read_only": not written or back["places"] is not None,
        "writable": sorted(back["places"] or ()) if written else [],
    }


def _starts(found: dict[str, Any]) -> str:
    ids = [process["uid"] for process in found["after"]["processes"]]
    told = found["after"]["user"].partition(":")[0] or "0"
    return "root" if 0 in ids else "steps-down" if told in ("0", "root") else "non-root"
