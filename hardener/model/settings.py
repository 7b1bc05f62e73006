"""What a run is told: plain data that the policy layer fills and that rules read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hardener.text.ignore import excluded_by

if TYPE_CHECKING:
    from hardener.model.exceptions import Accepted
    from hardener.model.recorded import Recorded
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
class Override:
    """What holds for some files, for some services, or for these services in these files."""

    root: Path
    """The folder that `files` start at: the configuration's."""
    files: tuple[str, ...] = ()
    """Gitignore patterns; empty for all files."""
    services: tuple[str, ...] = ()
    """Names of Compose services (globs); empty for whole files."""
    level: Level | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    """Added to what is ignored everywhere."""

    def is_about(self, path: Path, service: str) -> bool:
        """Return whether it holds for a file, by its absolute path, or with a name for that service in it."""
        if self.services and not any(fnmatchcase(service, name) for name in self.services if service):
            return False
        return self.is_in(path)

    def is_in(self, path: Path) -> bool:
        """Return whether it holds for something in a file, by its absolute path."""
        return not self.files or excluded_by(os.path.realpath(self.root), self.files).covers_way_to(str(path))


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
    image_ids: Mapping[str, str] = field(default_factory=dict)
    """The ids that an engine has for names of images; of a name that is not here nobody asked one."""
    adr: str = "docs/adr"
    """The folder of decision records, from the folder that holds `.harden`."""
    exceptions: tuple[Accepted, ...] = ()
    """The justified ones, those that have expired too."""
    recorded: Mapping[Path, tuple[Recorded, ...]] = field(default_factory=dict)
    """Findings that are accepted as they were on a day, by the real path of their file."""
    overrides: tuple[Override, ...] = ()
    """For parts of the files; a later one goes before an earlier one."""

    def at(self, path: Path, service: str = "") -> Settings:
        """Return what is in force for a file, by its absolute path, or for a Compose service in it."""
        settings = self
        for override in self.overrides:
            if override.is_about(path, service):
                settings = replace(
                    settings,
                    level=override.level or settings.level,
                    select=settings.select if override.select is None else override.select,
                    ignore=(*settings.ignore, *override.ignore),
                )
        return settings


SettingsOf: TypeAlias = Callable[[Path], Settings]
"""Returns what the configuration says for the files in a folder, by its absolute path, before its overrides."""
