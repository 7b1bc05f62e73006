"""Add no capability that nothing is known to need.

Each capability is a part of root's power: NET_ADMIN rewrites the routes and the firewall of its network, SYS_ADMIN
mounts file systems, SYS_PTRACE reads other processes. What an image's profile or the configuration says that a service
needs stays, and so does what a justified exception grants, until the last day of that.

A process that does not start as root has no use for an added capability: the kernel leaves its effective set empty,
and only a program that carries file capabilities can take it up. Under no-new-privileges not even that, so there the
removal is safe.

What may break: an operation that needed it fails with EPERM. To check: `grep Cap /proc/1/status` in the container.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hardener.model.capabilities import plain
from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.dependence import used_with
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.exceptions import over
from hardener.model.finding import Finding, Safety
from hardener.model.program import Program
from hardener.model.project import Project
from hardener.model.servicefacts import shown_by_trial
from hardener.rules import Rule
from hardener.text.changes import Exclude

RULE = Rule(
    title="add no capability that nothing needs",
    level="baseline",
    caveat="an operation that needed the capability fails with EPERM",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        program, lapsed = project.privileged_program(service), project.lapsed(service)
        fine = {*project.granted(service), *(name for name in program.needed if name not in lapsed)}
        added = {item.text: plain(item.text) for item in service.own_items("cap_add") if item.text}
        excess = {text: name for text, name in added.items() if name not in fine}
        if not excess:
            continue
        why = _why(program, excess.values())
        past = [lapsed[name] for name in excess.values() if name in lapsed]
        yield service.finding(
            f"adds {', '.join(excess.values())}, {why}" + "".join(f"; {one.past}" for one in past[:1]),
            *(Exclude(service.path("cap_add"), text) for text in excess),
            verdict=over(_verdict(service, program, tuple(excess.values())), past),
            span=service.span("cap_add"),
        )


def _why(program: Program, excess: Collection[str]) -> str:
    if program.start is Start.NON_ROOT and not program.helper:
        return "which a process that is not root cannot use"
    needed = any(name in program.needed for name in excess)
    return "which no exception grants any more" if needed else "which nothing is known to need"


def _verdict(service: Service, program: Program, excess: tuple[str, ...]) -> Verdict:
    needed = next((name for name in excess if name in program.needed), "")
    if needed:
        return Verdict(Safety.HELD, f"{program.source} says that {needed} is needed: renew its exception")
    hidden = next((name for name in excess if "$" in name), "")
    if hidden:
        return Verdict(Safety.HELD, f"a variable decides what {hidden} is")
    depends = next((f"{word} shows that {name} is used" for name in excess if (word := used_with(service, name))), "")
    if depends:
        return Verdict(Safety.HELD, depends)
    dropped = {plain(item.text or "") for item in service.items("cap_drop")}
    if "ALL" in dropped and program.capabilities is None:
        return Verdict(Safety.HELD, "it was chosen beside `cap_drop: ALL`, and nothing tells whether it is needed")
    value = service.own("cap_add")
    return decide(
        Situation(
            Control.ISOLATION,
            program.start,
            proof=shown_by_trial(program) or (_inert(service, program) if program.start is Start.NON_ROOT else ""),
            opposite=f"cap_add: {', '.join(excess)}",
            reasoned=value is not None and service.document.has_comment_beside(value.end),
        )
    )


def _inert(service: Service, program: Program) -> str:
    """Return what shows that a capability added for a process that is not root is never in force."""
    if service.forbids_new_privileges:
        return "it starts non-root and no-new-privileges stands there, so the capability is never in force"
    return program.proofs.get(Control.NO_NEW_PRIVILEGES, "")
