"""What the engine says of a container, as far as its isolation goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hardener.model.capabilities import plain

_NAMESPACES = {
    "PidMode": "pid",
    "IpcMode": "ipc",
    "NetworkMode": "network",
    "UTSMode": "uts",
    "UsernsMode": "user",
}
"""By their keys in HostConfig. CgroupnsMode is none of them: with cgroup v1 `host` is the engine's own default."""
_COMPOSE = "com.docker.compose"
_KUBERNETES = "io.kubernetes"


@dataclass(frozen=True, slots=True)
class Mounted:
    """Something of the host, or a volume, in a container."""

    source: str
    """A path on the host; of a volume, its name."""
    target: str
    read_only: bool
    is_bind: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a container may use; None where nothing limits it."""

    memory: int | None
    """Bytes."""
    cpus: float | None
    processes: int | None


@dataclass(frozen=True, slots=True)
class Container:
    """A container, as its manifest asked for it."""

    id: str
    name: str
    image: str
    """As it was asked for: a name, or an id."""
    image_id: str
    user: str
    """As whom it was told to start: its manifest's word, else its image's; empty is root."""
    labels: Mapping[str, str]
    read_only: bool
    privileged: bool
    host_namespaces: tuple[str, ...]
    mounts: tuple[Mounted, ...]
    added: frozenset[str]
    """Capabilities that its manifest adds, without CAP_; `ALL` for all."""
    limits: Limits

    @property
    def service(self) -> str:
        """The service of a Compose project that it runs; empty where it is none."""
        return self.labels.get(f"{_COMPOSE}.service", "")

    @property
    def project(self) -> str:
        """The Compose project that it belongs to; empty where it is none."""
        return self.labels.get(f"{_COMPOSE}.project", "")

    @property
    def in_kubernetes(self) -> bool:
        """Whether a pod runs it."""
        return f"{_KUBERNETES}.container.name" in self.labels

    @property
    def holds_a_pod(self) -> bool:
        """Whether it only keeps a pod's namespaces (the pause container)."""
        return self.labels.get(f"{_KUBERNETES}.container.name") == "POD"

    @property
    def subjects(self) -> tuple[str, ...]:
        """What findings would call it: its service, or a container of its pod; empty where no label tells."""
        service = [f"service {self.service}"] if self.service else []
        name, pod = (self.labels.get(f"{_KUBERNETES}.{key}.name", "") for key in ("container", "pod"))
        return tuple(service + ([f"container {name} of Pod/{pod}"] if name else []))

    @property
    def manifests(self) -> tuple[str, tuple[str, ...]]:
        """The folder and the files that a Compose project was made from; empty where nothing tells."""
        files = self.labels.get(f"{_COMPOSE}.project.config_files", "")
        return self.labels.get(f"{_COMPOSE}.project.working_dir", ""), tuple(filter(None, files.split(",")))


def container_of(record: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]] | None = None) -> Container:
    """Return what a record of the engine's `GET /containers/{id}/json` says.

    `others` are such records by id, for a container that is in the namespaces of another one.
    """
    config, host = record["Config"], record["HostConfig"]
    return Container(
        id=record["Id"],
        name=record["Name"].removeprefix("/"),
        image=config["Image"],
        image_id=record["Image"],
        user=config.get("User") or "",
        labels=config.get("Labels") or {},
        read_only=bool(host.get("ReadonlyRootfs")),
        privileged=bool(host.get("Privileged")),
        host_namespaces=tuple(name for key, name in _NAMESPACES.items() if _mode(record, key, others or {}) == "host"),
        mounts=tuple(_mounted(mount) for mount in record.get("Mounts") or ()),
        added=frozenset(map(plain, host.get("CapAdd") or ())),
        limits=_limits(host),
    )


def _mode(record: Mapping[str, Any], key: str, others: Mapping[str, Mapping[str, Any]]) -> str:
    mode = str(record["HostConfig"].get(key) or "")
    other = others.get(mode.removeprefix("container:")) if mode.startswith("container:") else None
    return str(other["HostConfig"].get(key) or "") if other else mode


def _mounted(mount: Mapping[str, Any]) -> Mounted:
    is_bind = mount.get("Type") == "bind"
    source = mount.get("Source") if is_bind else mount.get("Name") or mount.get("Source")
    return Mounted(source or "", mount.get("Destination") or "", mount.get("RW") is False, is_bind)


def _limits(host: Mapping[str, Any]) -> Limits:
    """Docker writes 0, and for processes also -1, where there is no limit."""
    nano, quota, period = (host.get(key) or 0 for key in ("NanoCpus", "CpuQuota", "CpuPeriod"))
    cpus = nano / 1e9 if nano else quota / (period or 100_000) if quota > 0 else None
    processes = host.get("PidsLimit") or 0
    return Limits(host.get("Memory") or None, cpus, processes if processes > 0 else None)
