"""Justified exceptions: which rule or capability is accepted where, why, and until when.

They come from `.harden/exceptions.yaml`, which the policy layer reads. One that is incomplete is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase, translate
from functools import cache
from pathlib import Path

from hardener.model.evidence import Verdict
from hardener.model.finding import Safety
from hardener.model.servicefacts import TRIAL

_ROLES = ("container", "init container", "ephemeral container")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An exception: a rule's findings, or a capability, that people accept in some place until a day."""

    rule: str
    """A rule's id; empty for an exception about a capability."""
    capability: str
    """As Docker names it, without CAP_; empty for an exception about a rule."""
    file: str
    """A glob for the path from `root`, in which `*` stands for `/` too; empty: any file."""
    service: str
    """A glob for a service of a Compose file; empty: not only services."""
    container: str
    """A glob for a container or for its workload as `Kind/name`; empty: not only containers."""
    reason: str
    adr: str
    """The decision record: a path from `root`, or a URL."""
    until: date
    """The last day, in UTC, on which it counts."""
    expired: bool
    """Whether that day is past."""
    root: Path
    """The folder that holds `.harden`, with symbolic links resolved."""
    place: str
    """Where it is written down: `FILE:LINE`."""

    @property
    def what(self) -> str:
        """What it accepts, and where, in words."""
        where = [(kind, getattr(self, kind)) for kind in ("service", "container", "file")]
        return ", ".join([self.rule or self.capability, *(f"{kind} {glob}" for kind, glob in where if glob)])

    @property
    def words(self) -> str:
        """Why something is accepted, for who reads a finding."""
        return f"justified until {self.until}: {self.reason} ({self.adr})"

    @property
    def past(self) -> str:
        """That it is over, for who reads a finding."""
        return f"the exception of {self.until} expired"

    @property
    def comment(self) -> str:
        """What stands beside a capability that is granted for it."""
        return f"justified in {self.adr}"

    def concerns(self, path: Path | None, subject: str) -> bool:
        """Return whether it is about a subject, by its name in findings, of the file with this real path.

        None stands for a file that nothing tells of: then an exception counts that names a service or a container.
        """
        is_in = bool(self.subjects) if path is None else _is_in(path, self.root, self.file)
        return is_in and bool(_named(self.service, self.container)(subject))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Globs for the names of what it is about; empty where it is about all that is in its files."""
        return _forms(self.service, self.container)


# A run asks each exception of each finding: what does not change is looked up.
@cache
def _is_in(path: Path, root: Path, glob: str) -> bool:
    inside = path.is_relative_to(root)
    return inside and (not glob or fnmatchcase(path.relative_to(root).as_posix(), glob))


@cache
def _named(service: str, container: str) -> Callable[[str], object]:
    """Return what tells whether a name in findings is that of the service or the container."""
    forms = _forms(service, container)
    return re.compile("|".join(map(translate, forms))).match if forms else lambda _name: True


@cache
def _forms(service: str, container: str) -> tuple[str, ...]:
    forms = [f"service {service}"] if service else []
    if container:
        forms += [f"{role} {container} of *" for role in _ROLES]
    if "/" in container:
        forms += [container, f"* of {container}"]
    return tuple(form for name in forms for form in (name, f"{name}, *"))


def granted(exceptions: Iterable[Accepted], path: Path | None, subject: str) -> dict[str, Accepted]:
    """Return the capabilities that exceptions in force grant a subject, each with the exception that lasts longest."""
    found = [one for one in exceptions if one.capability and not one.expired and one.concerns(path, subject)]
    return {one.capability: one for one in sorted(found, key=lambda one: one.until)}


def lapsed(exceptions: Iterable[Accepted], path: Path | None, subject: str) -> dict[str, Accepted]:
    """Return the capabilities that exceptions granted a subject until a day that is past, the last of each."""
    known = list(exceptions)
    found = [one for one in known if one.capability and one.expired and one.concerns(path, subject)]
    still = granted(known, path, subject)
    return {one.capability: one for one in sorted(found, key=lambda one: one.until) if one.capability not in still}


def over(verdict: Verdict, past: Iterable[Accepted]) -> Verdict:
    """Return a verdict on what exceptions accepted until a day that is past: never safe, save where a trial proved it.

    Somebody needed it once; whether that is so still, only a trial can tell.
    """
    words = next((one.past for one in past), "")
    proven = any(source.startswith(TRIAL) for source in verdict.evidence)
    if not words or proven or verdict.safety is not Safety.SAFE:
        return verdict
    return Verdict(Safety.UNSAFE, f"{words}: a trial tells whether it is still needed")


def renewal(needed: Iterable[str], past: Mapping[str, Accepted], source: str) -> Verdict | None:
    """Return the verdict on granting what is `needed`, as `source` says, where an exception for it is past; else None.

    Its expiry is a person's decision to make again: it is neither granted in silence nor taken away.
    """
    name = next((name for name in needed if name in past), "")
    if not name:
        return None
    return Verdict(Safety.HELD, f"{past[name].past}, and {source} says that {name} is needed: renew or remove it")
