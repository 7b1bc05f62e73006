"""The privileges that a manifest gives a container: which of them may go, and what they stand in the way of."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.capabilities import plain
from hardener.model.evidence import Control, Start, Verdict
from hardener.model.exceptions import Accepted, over
from hardener.model.finding import Key, Safety
from hardener.model.hostuse import ON_THE_NETWORK, WITH_TOOLS
from hardener.model.kubernetes.fields import items_at, value_at
from hardener.model.kubernetes.podhost import host_paths, nodes_mount, taken_away, tool, works_on_node
from hardener.model.kubernetes.podidentity import privileged_program
from hardener.model.kubernetes.workload import Container
from hardener.model.program import Program
from hardener.text.yamlcursor import Cursor

if TYPE_CHECKING:
    from hardener.model.project import Project

NO_PRIVILEGED = "kubernetes-no-privileged"
NO_ADDED_CAPABILITIES = "kubernetes-no-added-capabilities"
ALLOWED = "NET_BIND_SERVICE"
"""The one capability that Pod Security Standards restricted lets a container add."""

_SUPER_PRIVILEGED = "spc_t"
"""SELinux's type for containers that manage their node."""


class Obstacle(NamedTuple):
    """What the manifest gives a container and what contradicts a fix."""

    reason: str = ""
    """Why the fix cannot be written; empty where it can."""
    requires: tuple[Key, ...] = ()
    """What must be taken away in the same run."""


def privileged_verdict(project: Project, container: Container) -> Verdict | None:
    """Return whether `privileged: true` may go; None where it does not stand there."""
    value = container.security("privileged")
    if value is None or value.truth is not True:
        return None
    shown = works_on_node(container) or _works_beside(container)
    depends = f"{shown} shows that it works on its node: name the capabilities that it needs" if shown else ""
    proof = privileged_program(project, container).proofs.get(Control.CAPABILITIES, "")
    return taken_away(container, "privileged: true", value, proof=proof, depends=depends)


def excess(project: Project, container: Container) -> tuple[Cursor, ...]:
    """Return the added capabilities that neither the standard allows nor anything is known to need or to justify.

    What an exception granted until a day that is past is one of them, whoever needs it.
    """
    known = {*privileged_program(project, container).needed} - {*project.lapsed(container)}
    allowed = {ALLOWED, *known, *project.granted(container)}
    return tuple(item for item in _added(container) if _name(item) not in allowed)


def expired(project: Project, container: Container, surplus: tuple[Cursor, ...]) -> list[Accepted]:
    """Return the exceptions that granted some of these capabilities until a day that is past."""
    lapsed = project.lapsed(container)
    return [lapsed[name] for item in surplus if (name := _name(item)) in lapsed]


def added_verdict(project: Project, container: Container, surplus: tuple[Cursor, ...]) -> Verdict:
    """Return whether these added capabilities may go."""
    program = privileged_program(project, container)
    needed = next((name for item in surplus if (name := _name(item)) in program.needed), "")
    if needed:
        return Verdict(Safety.HELD, f"{program.source} says that {needed} is needed: renew its exception")
    shown = next((f"{why} shows that {_name(item)} is used" for item in surplus if (why := _used(container, item))), "")
    opposite = f"capabilities.add: {', '.join(item.text or '' for item in surplus)}"
    verdicts = [
        taken_away(container, opposite, item, proof=_inert(container, program), depends=shown) for item in surplus
    ]
    verdict = next((verdict for verdict in verdicts if verdict.safety is not Safety.SAFE), verdicts[0])
    return over(verdict, expired(project, container, surplus))


def obstacle(project: Project, container: Container, capabilities: Collection[str], what: str) -> Obstacle:
    """Return what of `privileged: true` and these capabilities contradicts a fix; `what` is a reason with a place."""
    if patched := container.patched("privileged", *(f"add: {name}" for name in capabilities)):
        return Obstacle(f"{what.format(patched.words)}, which {patched.file} sets: decide about that first")
    requires: list[Key] = []
    verdict = privileged_verdict(project, container)
    if verdict is not None:
        if not _goes(project, container, NO_PRIVILEGED, verdict):
            return Obstacle(f"{what.format('privileged: true')}: decide about that first")
        requires.append(Key(NO_PRIVILEGED, container.document.file, container.subject))
    present = [name for name in capabilities if name in container.added_capabilities]
    if present:
        surplus = excess(project, container)
        gone = surplus and _goes(project, container, NO_ADDED_CAPABILITIES, added_verdict(project, container, surplus))
        if not gone or not set(present) <= {_name(item) for item in surplus}:
            return Obstacle(f"{what.format(f'add: {present[0]}')}: decide about that first")
        requires.append(Key(NO_ADDED_CAPABILITIES, container.document.file, container.subject))
    return Obstacle(requires=tuple(requires))


def _goes(project: Project, container: Container, rule: str, verdict: Verdict) -> bool:
    """Whether this run takes away from a container what a rule is about."""
    unsafe_fixes = project.settings_of(container).unsafe_fixes
    wanted = verdict.safety is Safety.SAFE or (verdict.safety is Safety.UNSAFE and unsafe_fixes)
    return wanted and project.selects(rule, container)


def _works_beside(container: Container) -> str:
    """Return what else shows that a privileged container works on its node: its processes, its files, its devices."""
    shared = next((key for key in ("hostPID", "hostIPC", "hostNetwork") if container.pod.shares(key)), "")
    if shared:
        return f"`{shared}: true`"
    label = container.effective("seLinuxOptions", "type")
    if label is not None and label.text == _SUPER_PRIVILEGED:
        return f"`seLinuxOptions.type: {label.text}`"
    mounted = {mount.volume for mount in container.mounts}
    places = (volume.path for volume in host_paths(container.pod) if volume.name in mounted)
    if place := next(places, ""):
        return f"`hostPath: {place}`"
    limits = value_at(container.cursor, "resources", "limits")
    devices = (name for name, _ in limits.entries() if "/" in name) if limits is not None else iter(())
    return f"`{device}` among its resources" if (device := next(devices, "")) else ""


def _used(container: Container, item: Cursor) -> str:
    """Return what shows that an added capability is used, in words; empty where nothing does."""
    name = _name(item)
    if place := nodes_mount(container):
        return place
    if name in ON_THE_NETWORK and container.pod.shares("hostNetwork"):
        return "`hostNetwork: true`"
    if name == "SYS_PTRACE" and (container.pod.shares("hostPID") or container.pod.shares("shareProcessNamespace")):
        return "a process namespace that it shares"
    return tool(container) if name in WITH_TOOLS else ""


def _inert(container: Container, program: Program) -> str:
    """Return what shows that an added capability is never in force."""
    forbidden = container.security("allowPrivilegeEscalation")
    if program.start is Start.NON_ROOT and forbidden is not None and forbidden.truth is False and not program.helper:
        return "it starts non-root and may not gain privileges, so the capability is never in force"
    return ""


def _added(container: Container) -> tuple[Cursor, ...]:
    return tuple(items_at(container.cursor, "securityContext", "capabilities", "add"))


def _name(item: Cursor) -> str:
    return plain(item.text or "")
