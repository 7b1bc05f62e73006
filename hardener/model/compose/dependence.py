"""What in a Compose file shows that a service works on its host, so that its isolation cannot just be restored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from hardener.model.capabilities import plain
from hardener.model.compose.service import Service
from hardener.model.hostuse import ON_THE_NETWORK, PLACES, TOOLS, WITH_TOOLS, started, works_on_hosts
from hardener.model.startup.privileges import is_setuid_helper

SOCKETS = re.compile(
    r"/(?:docker|podman|containerd|containerd-shim|crio|cri-dockerd|buildkitd|balena-engine)(?:\.raw)?\.sock\Z"
)
"""Sockets of container engines: whoever may write to one is root on the host."""

FILTERS_OFF = ("seccomp:unconfined", "apparmor:unconfined", "label:disable", "systempaths:unconfined")
"""What under `security_opt` switches off a filter that Docker puts around every container."""
HINDERED = {"seccomp:unconfined": "SYS_PTRACE", "apparmor:unconfined": "SYS_ADMIN"}
"""The capability whose use each of Docker's profiles hinders."""

_COLON = re.compile(r":(?![^{}]*\})")
_HOST = ("/dev", "/lib/modules", "/proc", "/run/udev", "/sys")


def on_the_host(service: Service) -> str:
    """Return what shows that a service works on its host, as it stands in the file; empty where nothing does."""
    if works_on_hosts(service.image or ""):
        return f"`image: {service.image}`"
    return host_path(service, _HOST) or device(service) or tool(service)


def host_path(service: Service, places: Iterable[str]) -> str:
    """Return a mount of the host's root, or at or below one of the places; empty where there is none."""
    for mount in service.mounts:
        source = PurePosixPath(mount.source)
        if mount.source == "/" or (mount.source and any(source.is_relative_to(place) for place in places)):
            return f"`{mount.words}`"
    return ""


def device(service: Service) -> str:
    """Return the first device of the host that it is given; empty where there is none."""
    return next((f"`devices: {name}`" for item in service.items("devices") if (name := device_name(item.text))), "")


def device_name(text: str | None) -> str:
    """Return the path on the host that an item of `devices` names; `vendor/class=name` (CDI) is none."""
    path = _COLON.split(text or "", maxsplit=1)[0]
    return "" if "=" in path else path


def tool(service: Service) -> str:
    """Return a program in its command that works on the host or its kernel; empty where there is none."""
    for key in ("entrypoint", "command"):
        for command in service.commands(key):
            for name in started([word.unquoted for word in command.words]):
                if name in TOOLS:
                    return f"`{key}: {name}`"
    return ""


def setuid_helper(service: Service) -> str:
    """Return a setuid program that a service's command or its health check starts, in words; empty where none does."""
    places = {key: service.commands(key) for key in ("entrypoint", "command")} | {"healthcheck": service.health_check}
    for key, commands in places.items():
        for command in commands:
            for name in started([word.unquoted for word in command.words]):
                if is_setuid_helper(name):
                    return f"`{name}` in its {key}"
    return ""


def filter_off(text: str | None) -> str:
    """Return which of `FILTERS_OFF` an item of `security_opt` is; empty for any other."""
    option = (text or "").replace("=", ":", 1).replace(" ", "")
    return option if option in FILTERS_OFF else ""


def added_capabilities(service: Service) -> set[str]:
    """Return the capabilities that a service is given, as the kernel names them, without `CAP_`."""
    return {plain(item.text or "") for item in service.items("cap_add")}


def used_with(service: Service, capability: str) -> str:
    """Return what in the service shows that a capability is used; empty where nothing does."""
    places = PLACES.get(capability, ())
    devices = (device_name(item.text) for item in service.items("devices"))
    found = next((f"`devices: {name}`" for name in devices if name.startswith(places or ("\0",))), "")
    mounted = next((f"`{m.words}`" for m in service.mounts if m.source and m.source.startswith(places or ("\0",))), "")
    if found or mounted:
        return found or mounted
    unconfined = {option: item.text for item in service.items("security_opt") if (option := filter_off(item.text))}
    if hindering := next((text for option, text in unconfined.items() if HINDERED.get(option) == capability), None):
        return f"`security_opt: {hindering}`"
    if capability == "NET_ADMIN" and service.get("sysctls") is not None:
        return "`sysctls`"
    if capability in ON_THE_NETWORK and service.text("network_mode") == "host":
        return "`network_mode: host`"
    if capability == "SYS_PTRACE" and service.text("pid") is not None:
        return f"`pid: {service.text('pid')}`"
    return tool(service) if capability in WITH_TOOLS else ""
