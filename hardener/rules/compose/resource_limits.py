"""Limit the memory and the number of processes of services.

Without limits one service takes the memory of the whole host, and the kernel kills whatever it finds; a fork bomb takes
every process id. The numbers are only a beginning: 512 MB and 200 processes, in the file's own style (`mem_limit`, or
`deploy.resources` where that is used). Set what the service really needs.

What may break: a service that needs more memory is killed and starts again; one that needs more processes or threads
fails with EAGAIN. To check: `docker stats` while it works.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose import ComposeFile
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.model.service import Service
from hardener.rules import Rule
from hardener.text.changes import Put

RULE = Rule(
    title="limit memory and processes",
    references=(
        "CIS Docker 1.6.0: 5.11 Ensure that the memory usage for containers is limited",
        "CIS Docker 1.6.0: 5.29 Ensure that the PIDs cgroup limit is used",
        "OWASP Docker Security Cheat Sheet: Rule #7 Limit resources",
    ),
    level="opt-in",
    caveat="a service that needs more memory is killed, one that needs more processes fails with EAGAIN: set its own",
)
MEMORY, PROCESSES = "512m", 200
_LIMITS = ("deploy", "resources", "limits")


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    deploys = any(_limit(part, "") for part in document.parts)
    for service in document.services_for():
        memory = bool(service.get("mem_limit") or _limit(service, "memory"))
        processes = bool(service.get("pids_limit") or _limit(service, "pids"))
        if memory and processes:
            continue
        in_deploy = _limit(service, "") or (deploys and not service.get("mem_limit") and not service.get("pids_limit"))
        missing: dict[str, str | int] = {} if memory else {"memory" if in_deploy else "mem_limit": MEMORY}
        missing |= {} if processes else {"pids" if in_deploy else "pids_limit": PROCESSES}
        held = service.decided_elsewhere("deploy") if in_deploy else ""
        yield service.finding(
            f"has no limit of {' and of '.join(_named(memory, processes))}",
            *(Put(service.path(*_LIMITS, key) if in_deploy else service.path(key), v) for key, v in missing.items()),
            verdict=Verdict(Safety.HELD, held) if held else decide(Situation(Control.ISOLATION, Start.UNKNOWN)),
        )


def _named(memory: bool, processes: bool) -> list[str]:
    return [word for word, known in (("memory", memory), ("processes", processes)) if not known]


def _limit(service: Service, key: str) -> bool:
    """Whether `deploy` limits something (an empty key: anything) or reserves it."""
    for _, deploy in service.said("deploy"):
        resources = deploy.get("resources")
        limits = resources.get("limits") if resources is not None else None
        if (resources is not None and not key) or (limits is not None and limits.get(key) is not None):
            return True
    return False
