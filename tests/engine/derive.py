"""What look-alikes need, found by `harden trial` as if nothing were known of their images.

`tests/engine/test_derive.py` compares it with the profiles in templates/images.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from hardener.model.images.profiles import Image
from tests.engine.docker import Docker
from tests.engine.lookalikes import FOLDERS, LOOKALIKES, make
from tests.engine.services import SERVICES
from tests.engine.trials import trial

UNKNOWN = "harden.test/unknown"
"""An image without a profile: what a trial finds of it was not known before."""

Facts = dict[str, object]
"""By key of a profile."""


class LookAlike(NamedTuple):
    """A look-alike that is the program itself, not a stand-in: a folder of `lookalikes`, and of `services`."""

    check: str
    """The arguments of its probe that a trial asks for, one call a line."""
    options: Mapping[str, Any] = {}
    """What its service has besides."""


KEEPS = 'put kept\nget | grep -q "^kept"'
LOW_PORTS = {"sysctls": {"net.ipv4.ip_unprivileged_port_start": 1024}}
"""As outside of Docker, which lets everybody have any port in a container."""

DERIVED = {
    "postgres": LookAlike(KEEPS),
    "redis": LookAlike(KEEPS),
    "nginx": LookAlike("get", LOW_PORTS),
    "mariadb": LookAlike(KEEPS),
    "memcached": LookAlike(KEEPS),
    "httpd": LookAlike(KEEPS, LOW_PORTS),
    "php-fpm": LookAlike(KEEPS),
}


def derive(docker: Docker, name: str, folder: Path, known: Image) -> Facts:
    """Return the facts that trials of a look-alike show, by what is `known` of the original.

    It is started as it is, and directly as the user that it works as. What the latter shows of the places that it
    writes to, the former is given, with no new privileges: so all that is looked for there is its capabilities.
    """
    if not known.direct:
        as_it_is = _tried(docker, name, folder, {})
        return {**_confinement(as_it_is), "capabilities": _capabilities(as_it_is), "starts": _starts(as_it_is)}
    directly = _tried(docker, name, folder / "direct", {"user": str(known.runs_as)})
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
    """Return what a trial says of a look-alike's service, as JSON has it."""
    image = f"{UNKNOWN}:{name}"
    if SERVICES[name].image in LOOKALIKES:
        make(docker, SERVICES[name].image)
    docker("tag", SERVICES[name].image, image)
    shutil.copytree(FOLDERS / name, folder)
    compose = folder / "compose.yaml"
    project = yaml.safe_load(compose.read_text())
    project["services"]["service"] |= {"image": image, **DERIVED[name].options, **options}
    compose.write_text(yaml.safe_dump(project, sort_keys=False))
    probe = (FOLDERS / name / "probe.sh").read_text()
    check = f"probe() {{\n{probe}\n}}\n" + "".join(f"probe {line} &&\n" for line in DERIVED[name].check.split("\n"))
    try:
        _, found = trial("--max-runs", "40", "--timeout", "15m", "--check", f"{check}true", str(compose))
    finally:
        docker("rmi", image)
    assert found["service"]["outcome"].startswith("proven"), found["service"]
    return found["service"]


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
