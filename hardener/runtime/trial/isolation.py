"""A project as a trial may start it: away from the user's own containers, networks, volumes, ports and images."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

from hardener.model.compose.dependence import SOCKETS
from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import Model, services_of

_LEFT_OUT = ("container_name", "external_links", "logging", "ports", "profiles", "pull_policy", "scale")
"""What would meet the user's own containers and images, or hide what is printed."""
_NOT_BUILT = ("cache_to", "tags")
"""What a build would make besides the trial's own image."""
_RETRIES = 3
"""How often a service that its project restarts is started again after a failure: Docker does so within a second."""
_INTERVAL = 2
"""Seconds between two health checks of a service in a trial, or more where there are many that are asked."""
_AT_ONCE = 4
"""How many services are asked within a second: each time a program is started."""
_DURATION = re.compile(r"([0-9.]+)(us|ms|s|m|h)")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_SOCKETS = (
    "/run/docker.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
)
"""Where engines listen by themselves."""
_NETWORKED = ("aliases", "link_local_ips", "priority")

Copy = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Returns the mount of a copy in place of one of the user's."""


class NotTriedError(EngineError):
    """A service cannot be tried apart from what is the user's; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """How a trial keeps to itself."""

    label: tuple[str, str]
    """On all that it makes."""
    name: str
    """How the names of its projects and of the images that it builds begin."""
    network: bool
    """Whether services may reach other networks than their own."""
    secrets: bool
    """Whether they get the real secrets."""


def isolated(model: Model, chosen: Iterable[str], how: Isolation, copy: Copy) -> Model:
    """Return the project with only the chosen services and what they depend on, kept to itself.

    Raises NotTriedError.
    """
    services = services_of(model)
    names = with_dependencies(services, chosen)
    volumes: set[str] = set()
    kept: dict[str, Any] = {}
    for name in names:
        kept[name] = service = _service(name, services[name], how)
        service["healthcheck"] = _often(service.get("healthcheck") or {}, max(_INTERVAL, len(names) // _AT_ONCE))
        service["labels"] = dict([how.label])
        service["volumes"] = [copy(mount) for mount in services[name].get("volumes") or ()]
        volumes |= {mount["source"] for mount in service["volumes"] if mount["type"] == "volume" and "source" in mount}
    networks = {name for service in kept.values() for name in service.get("networks") or ()} | {"default"}
    made = {"labels": dict([how.label])}
    return {
        **({"version": model["version"]} if "version" in model else {}),
        "services": kept,
        "networks": {name: {**made, "internal": not how.network} for name in sorted(networks)},
        "volumes": dict.fromkeys(sorted(volumes), made),
        **{kind: model[kind] for kind in ("secrets", "configs") if kind in model},
    }


def with_dependencies(services: Mapping[str, Mapping[str, Any]], chosen: Iterable[str]) -> list[str]:
    """Return the services and all that they need, in the project's order."""
    found: set[str] = set()
    left = list(chosen)
    while left:
        name = left.pop()
        if name in found or name not in services:
            continue
        found.add(name)
        left += [*(services[name].get("depends_on") or ()), *_linked(services[name])]
    return [name for name in services if name in found]


def _linked(service: Mapping[str, Any]) -> list[str]:
    modes = [str(service.get(key) or "") for key in ("network_mode", "ipc", "pid")]
    shared = [mode.removeprefix("service:") for mode in modes if mode.startswith("service:")]
    lists = [*(service.get("links") or ()), *(service.get("volumes_from") or ())]
    return shared + [str(entry).removeprefix("service:").partition(":")[0] for entry in lists]


def _service(name: str, service: Mapping[str, Any], how: Isolation) -> dict[str, Any]:
    if hindrance := _hindrance(service, how):
        raise NotTriedError(f"{name} {hindrance}")
    kept = {key: value for key, value in service.items() if key not in _LEFT_OUT}
    ends = service.get("restart") in (None, False, "", "no")
    kept["restart"] = "no" if ends else f"on-failure:{_RETRIES}"
    if build := service.get("build"):
        own = {key: value for key, value in build.items() if key not in _NOT_BUILT}
        kept["build"] = {**own, "labels": dict([how.label])}
        kept["image"] = f"{how.name}-{sha256(repr((name, build)).encode()).hexdigest()[:12]}"
    networks = kept.get("networks")
    if isinstance(networks, Mapping):
        kept["networks"] = {network: _aliases(settings) for network, settings in networks.items()}
    if deploy := kept.get("deploy"):
        limits = (deploy.get("resources") or {}).get("limits")
        kept["deploy"] = {"resources": {"limits": limits}} if limits else {}
    return kept


def _often(check: Mapping[str, Any], interval: int) -> Mapping[str, Any]:
    """Return a health check that is asked every so many seconds, and may fail for as long as before.

    Without a `test` it is the image's own, if that has one: https://docs.docker.com/reference/dockerfile/#healthcheck.
    """
    if check.get("disable") or check.get("test") == ["NONE"]:
        return check
    parts = _DURATION.findall(str(check.get("interval") or "30s"))
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds <= interval:
        return check
    retries = int(check.get("retries") or 3)
    return {**check, "interval": f"{interval}s", "retries": ceil(retries * seconds / interval)}


def _hindrance(service: Mapping[str, Any], how: Isolation) -> str:
    """Return why a service cannot be started without reaching what is the user's; empty where it can."""
    if not how.network and service.get("network_mode") in ("host", "bridge"):
        return "is in the host's network: allow that with --network"
    modes = [service.get(key) for key in ("network_mode", "ipc", "pid")] + list(service.get("volumes_from") or ())
    if any(str(mode).startswith("container:") for mode in modes):
        return "shares what belongs to another container, which is yours"
    if service.get("provider"):  # https://docs.docker.com/compose/how-tos/provider-services/
        return "is no container: a program of this host provides it, for real"
    binds = [mount for mount in service.get("volumes") or () if mount["type"] == "bind"]
    if service.get("use_api_socket") or any(map(_has_socket, binds)):
        return "has the engine's socket, with which it could change what is yours"
    if (service.get("secrets") or service.get("configs")) and not how.secrets:
        return "needs secrets or configs: allow the real ones with --secrets"
    return ""


def _has_socket(mount: Mapping[str, Any]) -> bool:
    """Return whether the engine listens where a bind mount leads to: in a folder only if that is mounted uncopied."""
    place = os.path.realpath(mount.get("source", ""))
    if SOCKETS.search(mount.get("source", "")) or SOCKETS.search(place):
        return True
    there = (Path(os.path.realpath(path)) for path in _SOCKETS if os.access(path, os.F_OK))
    return bool(mount.get("read_only")) and any(path.is_relative_to(place) for path in there)


def _aliases(settings: Any) -> Any:
    """Return a service's settings in a network without the addresses that it would have there."""
    return {key: settings[key] for key in _NETWORKED if key in settings} or None if settings else None
