"""Profiles say what a trial shows of a look-alike, or why the original is another; `needs.yaml`, of our programs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hardener import templates
from hardener.model.images.profiles import Image, profile
from tests.engine import services
from tests.engine.derive import OWN, PROFILED, Facts, derive
from tests.engine.docker import Docker
from tests.engine.lookalikes import FOLDERS
from tests.engine.services import SERVICES

SOURCE = FOLDERS.relative_to(Path(__file__).parents[2]).as_posix()

NO_SOURCE = "no public source says it of the original, and a look-alike alone does not"
BY_OTHERS = "CHOWN is for data that belongs to somebody else, such as a bind mount: a new volume has the image's owner"
OLDER_DATA = (
    f"{BY_OTHERS}, and DAC_OVERRIDE for folders that only rabbitmq may enter: Debian's version makes none at first"
)
STOPS = "KILL is for a graceful stop or restart, by which the parent ends its children: a trial does neither"
DIFFERENT: dict[str, dict[str, tuple[object, str]]] = {
    "redis": {"capabilities": (["DAC_OVERRIDE", "SETGID", "SETUID"], BY_OTHERS)},
    "mariadb": {"capabilities": (["DAC_OVERRIDE", "SETGID", "SETUID"], BY_OTHERS)},
    "memcached": {"read_only": (True, NO_SOURCE)},
    "rabbitmq": {"capabilities": (["SETGID", "SETUID"], OLDER_DATA), "read_only": (True, NO_SOURCE)},
    "haproxy": {"read_only": (True, "its configuration decides, which may ask for sockets and pid files")},
    "nginx": {
        "writable": (
            ["/run", *(f"/var/cache/nginx/{kind}_temp" for kind in ("client", "fastcgi", "proxy", "scgi", "uwsgi"))],
            "the profile names the folder of the five, which nginx makes itself",
        ),
    },
    "httpd": {
        "capabilities": (["NET_BIND_SERVICE", "SETGID", "SETUID"], STOPS),
        "read_only": (True, NO_SOURCE),
    },
    "php-fpm": {
        "capabilities": (["SETGID", "SETUID"], STOPS),
        "no_new_privileges": (True, NO_SOURCE),
        "read_only": (True, NO_SOURCE),
    },
}
"""By look-alike and fact: what a trial shows where the profile says something else, and why that is right."""


@pytest.mark.parametrize("name", PROFILED)
def test_a_profile_says_what_a_trial_shows(docker: Docker, tmp_path: Path, name: str) -> None:
    known = _known(name)
    user = str(known.runs_as) if known.direct and known.starts != "non-root" else ""
    derived = derive(docker, name, tmp_path / name, user)
    different = {fact: value for fact, value in derived.items() if _said(known)[fact] != value}
    assert different == {fact: value for fact, (value, _) in DIFFERENT.get(name, {}).items()}
    assert _shown(known, name) == derived.keys() - different.keys()


@pytest.mark.parametrize("name", OWN)
def test_a_program_of_our_own_needs_what_is_written_down(docker: Docker, tmp_path: Path, name: str) -> None:
    needs = yaml.safe_load((services.OWN / name / "needs.yaml").read_text())
    assert derive(docker, name, tmp_path / name, needs.pop("runs_as", "")) == needs


def test_every_trial_that_a_profile_names_is_one_of_these() -> None:
    files = (templates.folder() / "images").rglob("*.yaml")
    lines = [line for file in files for line in file.read_text().split("\n")]
    named = [line.rpartition("/")[2] for line in lines if f"source: {SOURCE}/" in line]
    assert sorted(set(named)) == sorted(PROFILED)
    assert all(_shown(_known(name), name) for name in PROFILED)


@pytest.mark.parametrize("name", PROFILED)
def test_every_fact_that_a_trial_can_show_is_marked_or_has_a_reason(name: str) -> None:
    known = _known(name)
    facts = _said(known).keys() - (set() if known.direct else {"direct", "direct_capabilities"})
    assert _shown(known, name) | DIFFERENT.get(name, {}).keys() == facts
    assert not _shown(known, name) & DIFFERENT.get(name, {}).keys()


def _known(name: str) -> Image:
    known = profile(SERVICES[name].image)
    assert known is not None
    return known


def _said(known: Image) -> Facts:
    """Return a profile's facts as a trial would show them: on a read-only root /tmp and volumes are given anyway."""
    return {
        "capabilities": sorted(known.capabilities or ()),
        "direct": known.direct,
        "direct_capabilities": sorted(known.direct_capabilities or ()),
        "no_new_privileges": known.no_new_privileges,
        "read_only": known.read_only,
        "starts": known.starts,
        "writable": sorted(_real(at.path) for at in known.writable or () if at.kind != "data" and at.path != "/tmp"),
    }


def _real(path: str) -> str:
    """Return a path as `docker diff` has it: Debian's /var/run is a link to /run."""
    return path.removeprefix("/var") if path.startswith("/var/run") else path


def _shown(known: Image, name: str) -> set[str]:
    """Return the facts that a profile says a trial has shown."""
    return {fact for entry in known.evidence if entry.source == f"{SOURCE}/{name}" for fact in entry.facts}
