"""What a run is told: plain data that the policy layer fills and that rules read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardener.model.exceptions import Accepted
    from hardener.model.servicefacts import ServiceFacts


class Level(StrEnum):
    """How much is asked for; each level includes the ones before it."""

    BASELINE = "baseline"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class User:
    """A numeric user and group, with the name that a user made by us gets."""

    uid: int
    gid: int
    name: str = "app"

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"

    def has_ids_of(self, other: User | None) -> bool:
        """Return whether the other one is the same user to the kernel, whatever the names."""
        return other is not None and (self.uid, self.gid) == (other.uid, other.gid)


@dataclass(frozen=True, slots=True)
class ImageFact:
    """What the configuration says about an image that no profile knows; None is "not said"."""

    user: User | None = None
    capabilities: tuple[str, ...] | None = None
    """What it needs when it starts as its `user`; an empty tuple says that it needs none."""
    writable: tuple[str, ...] | None = None
    """Paths that it writes to besides /tmp; an empty tuple says that there are none."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much of something is accepted; None where nobody set a number."""

    setuid: int | None = None
    """Setuid and setgid files in a container or image, at most."""
    world_writable: int | None = None
    """Files and folders in a container or image that anybody may write to, at most."""
    exception_days: int = 183
    """Days that a justified exception lasts, at most: six months, or what the configuration shortens it to."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides a run besides the files themselves."""

    level: Level = Level.BASELINE
    select: tuple[str, ...] = ()
    """Rule ids or prefixes of them; empty selects every rule of the level."""
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """Gitignore patterns."""
    exclude_from: Path | None = None
    """The folder that they start at (None: the current folder): the configuration's."""
    unsafe_fixes: bool = False
    user: User = User(10001, 10001)
    users: Mapping[str, User] = field(default_factory=dict)
    """By path of a Dockerfile (glob) or `service:NAME`."""
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Stages that are built by name, besides the last one, by path of a Dockerfile (glob)."""
    images: Mapping[str, ImageFact] = field(default_factory=dict)
    """By image name without tag or digest (glob)."""
    thresholds: Thresholds = Thresholds()
    trials: tuple[ServiceFacts, ...] = ()
    """What trials showed of services."""
    adr: str = "docs/adr"
    """The folder of decision records, from the folder that holds `.harden`."""
    exceptions: tuple[Accepted, ...] = ()
    """The justified ones, those that have expired too."""
