"""Run no service as privileged.

`privileged: true` switches every barrier off at once: all capabilities, all devices of the host, no seccomp, no
AppArmor. Root in such a container is root on the host, by a mount of its disk. Mostly one capability or one device was
wanted, and those can be named.

What may break: whatever used a device, mounted something or changed the kernel's settings. Start the service without
it, look at what fails with EPERM, and add that alone under `cap_add` or `devices`. To check: `docker inspect --format
'{{.HostConfig.Privileged}}' CONTAINER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.dependence import on_the_host
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Situation, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="run no service as privileged",
    level="baseline",
    caveat="what it did with devices, mounts or the kernel fails with EPERM; name what it needs in cap_add or devices",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        value = service.own("privileged")
        if value is None and service.privileged and (reason := _from_outside(project, service)):
            yield service.finding("has every privilege on its host", verdict=Verdict(Safety.HELD, reason))
        if value is None or service.switched(value) is False:
            continue
        yield service.finding(
            "has every privilege on its host",
            Remove(service.path("privileged")),
            verdict=_verdict(project, service),
            span=service.span("privileged"),
        )


def _from_outside(project: Project, service: Service) -> str:
    """Return where it is privileged by a file that this run does not change; empty where that is one of the run."""
    home = service.said("privileged")[0][0].document
    return "" if any(home is document for document in project.documents) else service.decided_elsewhere("privileged")


def _verdict(project: Project, service: Service) -> Verdict:
    value = service.own("privileged")
    if value is None or service.switched(value) is None:
        return Verdict(Safety.HELD, "a variable decides whether it is privileged")
    depends = on_the_host(service)
    if depends:
        return Verdict(Safety.HELD, f"{depends} stands beside it and may need it: name the capabilities and devices")
    program = project.privileged_program(service)
    return decide(
        Situation(
            Control.ISOLATION,
            program.start,
            proof=program.proofs.get(Control.CAPABILITIES, ""),
            opposite=f"privileged: {value.text}",
            reasoned=service.document.has_comment_beside(value.end),
        )
    )
