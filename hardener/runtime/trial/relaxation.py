"""What hardening changed in a service, control by control, and the service with some of it taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

from hardener.model.capabilities import DEFAULT, plain

USER = "user"
CAPABILITIES = "capabilities"
NO_NEW_PRIVILEGES = "no-new-privileges"
READ_ONLY = "read-only"

_CONTROLS = {
    "user": USER,
    "build": USER,
    "cap_drop": CAPABILITIES,
    "cap_add": CAPABILITIES,
    "security_opt": NO_NEW_PRIVILEGES,
    "read_only": READ_ONLY,
    "tmpfs": READ_ONLY,
}
"""By key of a service; what else differs is a control by its own name. A Dockerfile is changed for its USER."""
_SCRATCH = ("/tmp", "/var/cache", "/var/tmp")  # noqa: S108 - paths in a container
_RUNTIME = ("/run", "/var/lock", "/var/run")


class Place(NamedTuple):
    """A folder that a program writes to."""

    path: str
    kind: Literal["scratch", "runtime", "data"]

    @classmethod
    def at(cls, path: str) -> Place:
        """Return the place with the kind that the Filesystem Hierarchy Standard 3.0 gives it; data where in doubt."""
        where = PurePosixPath(path)
        if any(where.is_relative_to(folder) for folder in _SCRATCH):
            return cls(path, "scratch")
        return cls(path, "runtime" if any(where.is_relative_to(folder) for folder in _RUNTIME) else "data")


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What is taken back of a service's hardening."""

    controls: tuple[str, ...] = ()
    capabilities: tuple[str, ...] | None = None
    """Those that are granted though all are dropped, where the control is taken back; None: as before."""
    places: tuple[Place, ...] | None = None
    """Those that can be written though the root cannot, where that control is taken back; None: as before."""
    user: str = ""
    """`uid:gid` in place of the one that was tried; empty: as before."""

    def without(self, controls: Collection[str]) -> Relaxation:
        """Return the same with other controls."""
        return replace(self, controls=tuple(controls))


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the controls in which a service differs, the user first."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    order = (USER, CAPABILITIES, NO_NEW_PRIVILEGES, READ_ONLY)
    found = dict.fromkeys(_CONTROLS.get(key, key) for key in keys)
    return tuple(sorted(found, key=lambda control: order.index(control) if control in order else len(order)))


def stays(before: Mapping[str, Any], after: Mapping[str, Any], back: Relaxation) -> Iterator[tuple[str, str]]:
    """Yield the keys that have to stay as they were, each with its control: nothing was found to put there instead."""
    instead = {USER: back.user, CAPABILITIES: back.capabilities is not None, READ_ONLY: back.places is not None}
    for key in {**before, **after}:
        control = _CONTROLS.get(key, key)
        differs = before.get(key) != after.get(key)
        if differs and control in back.controls and not instead.get(control) and key not in ("build", "tmpfs"):
            yield key, control


def granted(before: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the capabilities that a service has as it stands."""
    dropped = {plain(word) for word in before.get("cap_drop") or ()}
    added = [plain(word) for word in before.get("cap_add") or ()]
    kept = () if "ALL" in dropped else tuple(name for name in DEFAULT if name not in dropped)
    return tuple(dict.fromkeys((*kept, *(name for name in added if name != "ALL"))))


def relaxed(before: Mapping[str, Any], after: Mapping[str, Any], back: Relaxation) -> dict[str, Any]:
    """Return a service hardened, save for what is taken back."""
    service = dict(after)
    for key in {*before, *after}:
        if _CONTROLS.get(key, key) in back.controls:
            service.pop(key, None)
            if key in before:
                service[key] = before[key]
    if USER in back.controls and back.user:
        service["user"] = back.user
    if CAPABILITIES in back.controls and back.capabilities is not None:
        service |= {"cap_drop": ["ALL"], "cap_add": sorted(back.capabilities)}
    if READ_ONLY in back.controls and back.places is not None:
        service |= {"read_only": True, **_writable(after, back.places, str(service.get("user") or ""))}
    return service


def _writable(service: Mapping[str, Any], places: Sequence[Place], user: str) -> dict[str, Any]:
    """Return the mounts of a service that make places writable: memory, and for data volumes, which keep its files.

    Memory over a folder of the image has that one's owner and mode, so that it has to be given to a user with numbers.
    """
    uid, _, gid = user.partition(":")
    owner = f":uid={uid},gid={gid}" if uid.isdecimal() and gid.isdecimal() else ""
    tmpfs = service.get("tmpfs") or []
    tmpfs = [tmpfs] if isinstance(tmpfs, str) else list(tmpfs)
    volumes = list(service.get("volumes") or ())
    there = {mount["target"] for mount in volumes} | {item.partition(":")[0] for item in tmpfs}
    for place in places:
        if place.path in there:
            continue
        if place.kind == "data":
            volumes.append({"type": "volume", "target": place.path})
        else:
            tmpfs.append(place.path + owner)
    return {"tmpfs": tmpfs, "volumes": volumes}
