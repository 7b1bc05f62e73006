"""Share no namespace with the host.

A namespace is what makes a container one. With `pid: host` a service sees and signals every process of the host, with
`ipc: host` it reads their shared memory, with `network_mode: host` it reaches what listens on the host's loopback
address and listens there itself, with `userns_mode: host` its root is the host's root again, `uts: host` lets it rename
the host, `cgroup: host` shows it the limits of all others.

`network_mode: host` is only taken away where `ports` say what to publish instead; else nobody would reach it any more.

What may break: whatever looked at the host's processes, or talked to the host as `localhost`. To check: `docker inspect
--format '{{json .HostConfig}}' CONTAINER` and its `*Mode` fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.dependence import added_capabilities, host_path, tool
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.hostuse import ON_THE_NETWORK
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Remove

RULE = Rule(
    title="share no namespace with the host",
    level="baseline",
    caveat="it does not see the host's processes, memory and loopback address any more",
)
KEYS = ("pid", "ipc", "network_mode", "userns_mode", "uts", "cgroup")
_OTHERS = ("service:", "container:")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        shared = [key for key in KEYS if _may_share(service, key)]
        if not shared:
            continue
        depends = {key: word for key in shared if (word := _depends(service, key))}
        loose = [key for key in shared if key not in depends]
        yield service.finding(
            f"shares {', '.join(f'`{key}`' for key in shared)} with the host",
            *(Remove(service.path(key)) for key in loose),
            verdict=_verdict(service, loose) if loose else Verdict(Safety.HELD, "; ".join(depends.values())),
            span=service.span((loose or shared)[0]),
            caveat=f"{RULE.caveat}; what stays: {'; '.join(depends.values())}" if loose and depends else None,
        )


def _may_share(service: Service, key: str) -> bool:
    """Whether it is the host's, or a variable without a default decides."""
    value = service.own(key)
    if value is None or value.text is None or value.text.startswith(_OTHERS):
        return False
    return service.plain(value) in (None, "host")


def _verdict(service: Service, keys: list[str]) -> Verdict:
    values = (service.own(key) for key in keys)
    reasoned = any(service.document.has_comment_beside(value.end) for value in values if value is not None)
    opposite = ", ".join(f"{key}: host" for key in keys)
    return decide(Situation(Control.ISOLATION, Start.UNKNOWN, opposite=opposite, reasoned=reasoned))


def _depends(service: Service, key: str) -> str:
    """Return what visibly depends on sharing a namespace, or that nobody can tell; empty where nothing does."""
    value = service.own(key)
    if value is not None and value.text != "host":
        return f"a variable decides about `{key}`"
    if key == "network_mode":
        return _network(service)
    if found := _host(service, key):
        return f"{found} shows that it works on the host, with `{key}: host`"
    if key == "ipc":
        others = [part for part in service.document.parts if part is not service and part.text("ipc") == "host"]
        if others:
            return f"{others[0].subject} has `ipc: host` too: they may share memory (`ipc: service:NAME` would do)"
    return ""


def _host(service: Service, key: str) -> str:
    places = {"pid": ("/proc", "/sys", "/var/run", "/run"), "cgroup": ("/sys/fs/cgroup",)}.get(key, ())
    found = host_path(service, places)
    if found or key != "pid":
        return found
    return tool(service) or ("`cap_add: SYS_PTRACE`" if "SYS_PTRACE" in added_capabilities(service) else "")


def _network(service: Service) -> str:
    if not service.items("ports"):
        return "`network_mode: host` publishes its ports: list them under `ports`, then it can go"
    if capabilities := added_capabilities(service) & ON_THE_NETWORK:
        return f"`cap_add: {min(capabilities)}` is for the host's network"
    local = next((text for text in _texts(service) if any(word in text for word in _LOCAL)), "")
    return "it talks to the host by its loopback address" if local else ""


def _texts(service: Service) -> Iterator[str]:
    for key in ("command", "entrypoint", "environment"):
        for item in service.items(key):
            yield item.text or ""
    environment = service.get("environment")
    for _, value in environment.entries() if environment is not None else ():
        yield value.text or ""
