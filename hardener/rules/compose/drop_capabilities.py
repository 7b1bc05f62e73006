"""Drop every Linux capability that a service does not need.

Docker grants fourteen capabilities to every container, among them to change the owner of any file, to become any user
and to open raw sockets. A process that runs as a non-root user has none of them in force, so nothing is lost; one that
starts as root and steps down needs a few, which the image's profile names: they come back as `cap_add`.

What may break: a process that needs a capability fails with EPERM ("Operation not permitted") until that is listed
under `cap_add`. Check with `grep Cap /proc/1/status` in the container.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose import ComposeFile
from hardener.model.evidence import Control, Verdict, decide
from hardener.model.finding import Finding, Key, Safety
from hardener.model.others import files_of_others
from hardener.model.project import Project
from hardener.model.service import Service
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


NO_PRIVILEGED, NO_ADDED = "compose-no-privileged", "compose-no-added-capabilities"


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services_for():
        if "ALL" in _capabilities(service, "cap_drop"):
            continue
        added = _capabilities(service, "cap_add")
        held = service.decided_elsewhere("cap_drop") or _gives_all_back(project, service, added)
        if held:
            yield service.finding("keeps every capability", verdict=Verdict(Safety.HELD, held))
            continue
        program = project.privileged_program(service)
        yield service.finding(
            "keeps Docker's default capabilities",
            Include(service.path("cap_drop"), "ALL"),
            *(Include(service.path("cap_add"), name) for name in program.capabilities or () if name not in added),
            verdict=decide(program.situation(Control.CAPABILITIES, others=files_of_others(service, project.reader))),
            requires=(*program.requires, *_removals(service, added)),
        )


def _gives_all_back(project: Project, service: Service, added: set[str]) -> str:
    """Return why dropping capabilities would be of no effect, whatever else this run does; empty where it has one."""
    if service.privileged and not (service.own("privileged") and project.selects(NO_PRIVILEGED)):
        return "`privileged: true` gives every capability back: decide about that first"
    own = {(item.text or "").upper() for item in service.own_items("cap_add")}
    if "ALL" in added and not (own & {"ALL", "CAP_ALL"} and project.selects(NO_ADDED)):
        return "`cap_add: ALL` gives every capability back: decide about that first"
    return service.decided_elsewhere("privileged") if service.privileged else ""


def _removals(service: Service, added: set[str]) -> Iterator[Key]:
    """Yield the findings without whose fix a dropped capability would come back."""
    if service.privileged:
        yield Key(NO_PRIVILEGED, service.document.file, service.subject)
    if "ALL" in added:
        yield Key(NO_ADDED, service.document.file, service.subject)


def _capabilities(service: Service, key: str) -> set[str]:
    return {(item.text or "").upper().removeprefix("CAP_") for item in service.items(key)}
