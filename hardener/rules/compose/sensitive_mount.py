"""Mount no folder that belongs to the host's system.

A service that can write to /etc, /usr or /boot changes the host; one that can read /root, /etc or /proc finds its
passwords, keys and settings. The root of the file system is all of that at once.

This is only reported: what needs the mount has to say which part of it. Mount the one file or folder that is used, and
`:ro` where it is only read. To check: `docker inspect --format '{{json .Mounts}}' CONTAINER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.hostpaths import is_sensitive
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="mount no folder of the host's system",
    level="baseline",
)


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        found = [mount for mount in service.own_mounts if is_sensitive(mount.source)]
        if not found:
            continue
        write = "writes to" if any(not mount.read_only for mount in found) else "reads"
        yield service.finding(
            f"{write} the host's system: {', '.join(mount.words for mount in found)}",
            verdict=Verdict(Safety.HELD, "mount only the file or folder that it uses, with `:ro` where it only reads"),
            span=service.span("volumes"),
        )
