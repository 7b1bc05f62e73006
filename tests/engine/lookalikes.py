"""Images of services from Debian's packages that are started as the official ones are, and carry their names.

Each folder of `lookalikes` has what the image is built from, a Compose file that uses it, and a probe: a shell script
whose `put VALUE` gives the service something to keep, and whose `get` prints what it keeps, a value a line.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.engine.docker import PROXIES, Docker

LABEL = "harden.engine-lookalike"
"""Carried by every image that was made here; the value is a hash of what it was made from."""

FOLDERS = Path(__file__).parent / "lookalikes"
BASE = "debian:bookworm-slim"


class LookAlike(NamedTuple):
    """What an image is built from here."""

    folder: str
    arguments: Mapping[str, str] = {}
    stage: str = ""
    """Of a Dockerfile that makes several; the last one where none is named."""


LOOKALIKES = {
    "postgres:16": LookAlike("postgres"),
    "postgres:16-alpine": LookAlike("postgres", {"UID": "70", "GID": "70"}),
    "pgvector/pgvector:0.8.0-pg16": LookAlike("postgres"),
    "redis:7": LookAlike("redis"),
    "redis:7-alpine": LookAlike("redis", {"GID": "1000"}),
    "mariadb:11": LookAlike("packaged", stage="mariadb"),
    "memcached:1.6": LookAlike("packaged", stage="memcached"),
    "rabbitmq:3": LookAlike("packaged", stage="rabbitmq"),
    "haproxy:3.0": LookAlike("packaged", stage="haproxy"),
    "httpd:2.4": LookAlike("packaged", stage="httpd"),
    "php:8.2-fpm": LookAlike("packaged", stage="php-fpm"),
    "caddy:2": LookAlike("stand-in", {"DATA": "/data/caddy", "SCRATCH": "/config/caddy", "PORTS": "80"}, "caddy"),
    "hashicorp/vault:1.18": LookAlike(
        "stand-in", {"DATA": "/vault/file", "SCRATCH": "/vault/logs", "PORTS": "8200"}, "vault"
    ),
    "qdrant/qdrant:v1.12.4": LookAlike(
        "stand-in", {"DATA": "/qdrant/storage", "SCRATCH": "/qdrant/snapshots", "PORTS": "6333 6334"}, "stand-in"
    ),
    "docker.elastic.co/elasticsearch/elasticsearch:8.15.3": LookAlike(
        "stand-in",
        {
            "OWNER": "1000:0",
            "DATA": "/usr/share/elasticsearch/data",
            "SCRATCH": "/usr/share/elasticsearch/config /usr/share/elasticsearch/logs /tmp",
            "PORTS": "9200 9300",
        },
        "stand-in",
    ),
    "prom/prometheus:v2.55.1": LookAlike(
        "stand-in", {"OWNER": "65534:65534", "DATA": "/prometheus", "PORTS": "9090"}, "stand-in"
    ),
    "grafana/grafana:11.3.0": LookAlike(
        "stand-in", {"OWNER": "472:0", "DATA": "/var/lib/grafana", "SCRATCH": "/tmp", "PORTS": "3000"}, "stand-in"
    ),
}
"""By the name that each carries."""


def make(docker: Docker, name: str) -> None:
    """Build an image if it is missing on this engine, one process at a time; an original is never replaced."""
    found = LOOKALIKES[name]
    recipe = _hash(docker, found)
    with (Path(tempfile.gettempdir()) / "harden-engine-lookalikes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if docker("images", "-q", name):
            labels = docker.inspect(name)["Config"].get("Labels") or {}
            if labels.get(LABEL, recipe) == recipe:
                return
        options = [f"--build-arg={key}={value}" for key, value in found.arguments.items()]
        options += [f"--build-arg={key}" for key in PROXIES if key in os.environ]
        options += ["--target", found.stage] if found.stage else []
        docker("build", "-q", *options, "--label", f"{LABEL}={recipe}", "-t", name, str(FOLDERS / found.folder))


def _hash(docker: Docker, found: LookAlike) -> str:
    parts = [docker.inspect(BASE)["Id"].encode(), repr(sorted(found.arguments.items())).encode()]
    parts += [path.read_bytes() for path in sorted((FOLDERS / found.folder).rglob("*")) if path.is_file()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
