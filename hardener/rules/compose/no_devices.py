"""Give services no devices of the host.

Whoever may open a device talks to its driver in the kernel: a disk is read past every permission of its file system, a
GPU or a serial line is taken from whoever uses it on the host.

What may break: a service that is there for the device, of course. Where the file shows that (its path in the
environment or the command, a capability for it, a group), the finding is held: accept it with `# harden:
ignore[compose-no-devices] REASON`. To check: `docker inspect --format '{{.HostConfig.Devices}}' CONTAINER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.dependence import added_capabilities, device_name, used_with
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Exclude

RULE = Rule(
    title="give services no devices of the host",
    level="baseline",
    caveat="the service cannot open the device any more",
)
_CAPABILITIES = ("NET_ADMIN", "SYS_ADMIN", "SYS_RAWIO", "MKNOD", "SYS_TTY_CONFIG", "SYS_TIME")


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        items = [item for item in service.own_items("devices") if _source(item.text, item.get("source")) != ""]
        if not items:
            continue
        names = [_source(item.text, item.get("source")) for item in items]
        depends = _depends(service, names)
        if not depends and any(item.text is None for item in items):
            depends = "it is written in the long syntax: remove it by hand if it is not needed"
        opposite = f"devices: {', '.join(names)}"
        reasoned = any(document.has_comment_beside(item.end) for item in items)
        situation = Situation(Control.ISOLATION, Start.UNKNOWN, opposite=opposite, reasoned=reasoned)
        yield service.finding(
            f"may use {', '.join(names)} of the host",
            *(Exclude(service.path("devices"), item.text) for item in items if item.text),
            verdict=Verdict(Safety.HELD, depends) if depends else decide(situation),
            span=service.span("devices"),
        )


def _source(text: str | None, source: object) -> str:
    if text is not None:
        return device_name(text)
    return getattr(source, "text", None) or ""


def _depends(service: Service, names: list[str]) -> str:
    """Return what shows that a device is used; empty where nothing does."""
    if any("$" in name for name in names):
        return "a variable names the device: somebody set it up for one"
    if service.privileged:
        return "`privileged: true` beside it may be for the device: decide about both together"
    capabilities = added_capabilities(service)
    for capability in _CAPABILITIES:
        if capability in capabilities and (word := used_with(service, capability)):
            return f"`cap_add: {capability}` beside {word} shows that it is used"
    if service.get("group_add") is not None:
        return "`group_add` beside it shows that it is used"
    settings = service.get("environment")
    words = [item.text or "" for key in ("environment", "command", "entrypoint") for item in service.items(key)]
    words += [value.text or "" for _, value in (settings.entries() if settings is not None else ())]
    named = next((name for name in names if any(name in word for word in words)), "")
    return f"{named} is named in its settings, so it is used" if named else ""
