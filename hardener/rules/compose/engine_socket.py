"""Keep the container engine's socket out of services.

Whoever may talk to `docker.sock` starts a privileged container with the host's disk in it, and is root on the host.
`:ro` changes nothing about that: it keeps the socket from being replaced, not from being written to.

This is only reported, because what needs the socket does nothing without it. Put a proxy in front of it that lets the
few needed calls through (tecnativa/docker-socket-proxy, for example; such a proxy is no finding), or use the engine's
own events and logs from the host. To check: `docker inspect --format '{{json .Mounts}}' CONTAINER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.dependence import SOCKETS
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="keep the engine's socket out of services",
    level="baseline",
)
_PROXY = re.compile(r"socket-?proxy", re.IGNORECASE)
_ADVICE = "put a proxy in front of the socket that allows only the calls it needs; `:ro` does not protect it"


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        found = [mount for mount in service.own_mounts if SOCKETS.search(mount.source)]
        if found and not _PROXY.search(service.image or ""):
            yield service.finding(
                f"has the engine's socket: {found[0].words}",
                verdict=Verdict(Safety.HELD, _ADVICE),
                span=service.span("volumes"),
            )
