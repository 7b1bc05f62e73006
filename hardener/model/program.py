"""What is known of what a container runs, whatever the source: one record that every rule reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardener.model.evidence import Control, Start
from hardener.model.finding import Key, Safety
from hardener.model.settings import User


class Kind(StrEnum):
    """What a program keeps in a place that it writes to."""

    DATA = "data"
    """Must outlive the container: never a tmpfs."""
    RUNTIME = "runtime"
    """Sockets, pid files, caches made anew at each start."""
    SCRATCH = "scratch"
    """Temporary files."""


@dataclass(frozen=True, slots=True)
class Writable:
    """A path that the program writes to."""

    path: str
    kind: Kind
    volume: bool = False
    """The image declares it as a VOLUME, so that the engine always mounts something there."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a container runs, as far as it is known; None means "not known", an empty tuple means "none"."""

    start: Start
    source: str
    """Where this is known from, in words for the user; empty where nothing is known."""
    user: User | None = None
    """As whom the image starts when the manifest says nothing."""
    works_as: User | None = None
    """The user that a program which starts as root steps down to."""
    direct: bool = False
    """It can be started as `works_as` directly."""
    capabilities: tuple[str, ...] | None = None
    """What it needs when it starts as the image says, as Docker names them without CAP_."""
    no_new_privileges: bool = False
    """Known to work under no-new-privileges."""
    writable: tuple[Writable, ...] | None = None
    helper: str = ""
    """A setuid program or one with file capabilities that it is known to use."""
    unknown: str = ""
    """Why it is not known; empty where it is."""
    requires: tuple[Key, ...] = ()
    """Findings that must be fixed in the same run for this to be true."""
    safety: Safety = Safety.SAFE
    """UNSAFE where what it requires is."""

    def proof(self, control: Control) -> str:
        """Return what shows that `control` works for it as it starts by itself; empty where nothing does."""
        known = {
            Control.USER: self.user is not None,
            Control.CAPABILITIES: self.capabilities is not None,
            Control.NO_NEW_PRIVILEGES: self.no_new_privileges,
            Control.READ_ONLY: self.writable is not None,
            Control.SECCOMP: bool(self.source),
        }
        return self.source if known[control] else ""
