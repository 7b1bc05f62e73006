"""Keep the filters of the kernel that Docker puts around every container.

Docker's seccomp profile refuses some forty system calls that a service never makes and exploits often need, and the
AppArmor profile keeps it away from the kernel's files in /proc and /sys. `seccomp:unconfined`, `apparmor:unconfined`,
`label:disable` and `systempaths=unconfined` under `security_opt` switch them off.

What may break: debuggers, profilers and sandboxes inside the container. A profile of your own
(`seccomp:./profile.json`) can allow what is missing, and nothing more. To check: `grep Seccomp /proc/1/status` (2 is
filtered).
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.dependence import HINDERED, added_capabilities, filter_off
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Situation, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Exclude

RULE = Rule(
    title="keep seccomp, AppArmor and SELinux in force",
    level="baseline",
    caveat="system calls that Docker's default profile refuses fail with EPERM; allow them in a profile of your own",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        found = {
            item.text: option
            for item in service.own_items("security_opt")
            if item.text and (option := filter_off(item.text))
        }
        if not found:
            continue
        depends = {text: word for text, option in found.items() if (word := _depends(service, option))}
        loose = [text for text in found if text not in depends]
        yield service.finding(
            f"runs with {', '.join(found)}",
            *(Exclude(service.path("security_opt"), text) for text in loose),
            verdict=_verdict(project, service, loose) if loose else Verdict(Safety.HELD, "; ".join(depends.values())),
            span=service.span("security_opt"),
        )


def _verdict(project: Project, service: Service, options: list[str]) -> Verdict:
    program = project.privileged_program(service)
    items = (item for item in service.own_items("security_opt") if item.text in options)
    return decide(
        Situation(
            Control.ISOLATION,
            program.start,
            proof=program.proofs.get(Control.SECCOMP, ""),
            opposite=", ".join(options),
            reasoned=any(service.document.has_comment_beside(item.end) for item in items),
        )
    )


def _depends(service: Service, option: str) -> str:
    """Return what visibly depends on a filter being off; empty where nothing does."""
    needed = HINDERED.get(option, "")
    if needed in added_capabilities(service):
        return f"`cap_add: {needed}` stands beside `{option}` and may need it: write a profile that allows it"
    binds = [mount.words for mount in service.mounts if mount.is_bind and not mount.words.endswith(("z", "Z"))]
    if option == "label:disable" and binds:
        return f"under SELinux `{binds[0]}` needs `:z` or `:Z` first"
    return ""
