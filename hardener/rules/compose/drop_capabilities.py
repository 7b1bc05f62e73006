"""Drop every Linux capability that a service does not need.

Docker grants fourteen capabilities to every container, among them to change the owner of any file, to become any user
and to open raw sockets. A process that runs as a non-root user has none of them in force, so nothing is lost; one that
starts as root and steps down needs a few, which the image's profile names: they come back as `cap_add`.

What may break: a process that needs a capability fails with EPERM ("Operation not permitted") until that is listed
under `cap_add`. Check with `grep Cap /proc/1/status` in the container.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose import ComposeFile, Service
from hardener.model.evidence import Control, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Include

RULE = Rule(
    title="drop all capabilities",
    references=(
        "CIS Docker 1.6.0: 5.4 Ensure that Linux kernel capabilities are restricted within containers",
        "OWASP Docker Security Cheat Sheet: Rule #3 Limit capabilities",
    ),
    level="baseline",
    caveat="a process that needs a capability fails with EPERM until it is listed under cap_add",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services:
        if "ALL" in _capabilities(service, "cap_drop"):
            continue
        added = _capabilities(service, "cap_add")
        if service.privileged or "ALL" in added:
            word = "privileged: true" if service.privileged else "cap_add: ALL"
            verdict = Verdict(Safety.HELD, f"`{word}` gives every capability back: decide about that first")
            yield service.finding("keeps every capability", verdict=verdict)
            continue
        program = project.privileged_program(service)
        yield service.finding(
            "keeps Docker's default capabilities",
            Include(service.path("cap_drop"), "ALL"),
            *(Include(service.path("cap_add"), name) for name in program.capabilities or () if name not in added),
            verdict=decide(program.situation(Control.CAPABILITIES)),
            requires=program.requires,
        )


def _capabilities(service: Service, key: str) -> set[str]:
    return {(item.text or "").upper().removeprefix("CAP_") for item in service.items(key)}
