"""Limit the memory and the number of processes of services.

Without limits one service takes the memory of the whole host, and the kernel kills whatever it finds; a fork bomb takes
every process id. The numbers are only a beginning: 512 MB and 200 processes, in the file's own style (`mem_limit`, or
`deploy.resources` where that is used; Compose refuses both beside each other). Set what the service really needs. A
service that reserves more, shares more memory, or gives Java a larger heap, is held.

What may break: a service that needs more memory is killed and starts again; one that needs more processes or threads
fails with EAGAIN. To check: `docker stats` while it works.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.memorydemands import asks_for_more, size_of
from hardener.model.compose.service import Service
from hardener.model.compose.stack import stack_sign
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.fields import value_at
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put

RULE = Rule(
    title="limit memory and processes",
    level="opt-in",
    caveat="a service that needs more memory is killed, one that needs more processes fails with EAGAIN: set its own",
)
MEMORY, PROCESSES = "512m", 200
_LIMITS = ("deploy", "resources", "limits")
_PLAIN = ("cpus", "mem_limit", "pids_limit")


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    deploys = any(_in_deploy(part, "resources") for part in document.parts)
    for service in document.services_for():
        memory = bool(service.get("mem_limit") or _in_deploy(service, "resources", "limits", "memory"))
        processes = bool(service.get("pids_limit") or _in_deploy(service, "resources", "limits", "pids"))
        if memory and processes:
            continue
        plain = [key for key in _PLAIN if service.get(key)]
        limits = _in_deploy(service, "resources", "limits")
        in_deploy = not plain and (deploys or bool(stack_sign(service)))
        missing: dict[str, str | int] = {} if memory else {"memory" if in_deploy else "mem_limit": MEMORY}
        missing |= {} if processes else {"pids" if in_deploy else "pids_limit": PROCESSES}
        held = _hindrance(service, plain if limits else [], memory=memory)
        yield service.finding(
            f"has no limit of {' and of '.join(_named(memory, processes))}",
            *(Put(service.path(*_LIMITS, key) if in_deploy else service.path(key), v) for key, v in missing.items()),
            verdict=Verdict(Safety.HELD, held) if held else decide(Situation(Control.ISOLATION, Start.UNKNOWN)),
        )


def _hindrance(service: Service, twice: list[str], *, memory: bool) -> str:
    """Return why its limits are not for us to choose; empty where they are.

    Compose takes limits in both places only where both say the same, and what is not said is not the same:
    https://github.com/compose-spec/compose-go/blob/main/loader/validate.go
    """
    if twice:
        return (
            f"`{twice[0]}` stands beside `deploy.resources.limits`: Compose wants all limits in one of the two places"
        )
    more = "" if memory else asks_for_more(service, size_of(MEMORY) or 0)
    return f"`{more}` shows that it needs more than {MEMORY}" if more else service.decided_elsewhere("deploy")


def _named(memory: bool, processes: bool) -> list[str]:
    return [word for word, known in (("memory", memory), ("processes", processes)) if not known]


def _in_deploy(service: Service, *keys: str) -> bool:
    """Whether something stands under `deploy`, in any place that Compose puts together."""
    return any(value_at(deploy, *keys) is not None for _, deploy in service.said("deploy"))
