"""What belongs into one pull request: everything, one service, one rule, or one kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePosixPath

from hardener.engine import Outcome, State
from hardener.model.finding import Finding, Key
from hardener.rules import catalog

PREFIX = "harden/"
"""What the names of our branches begin with."""

_OTHERS = frozenset({"all", "configure", "dockerfile", "project", "compose", "kubernetes"})
"""The names of our branches that are about no service."""
_LOSSLESS = re.compile(r"[a-z0-9](?:[a-z0-9_-]|\.(?!\.|lock$))*(?<!\.)")


class Grouping(StrEnum):
    """How fixes are shared out among pull requests."""

    ALL = "all"
    SERVICE = "service"
    RULE = "rule"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class Group:
    """The fixes of one pull request."""

    name: str
    """What a branch can be called."""
    about: str
    """What it is about: a rule, a format, a service or a Dockerfile's path; empty for everything."""
    rules: tuple[str, ...] = ()
    """The rules that are applied, by their full names; empty for all of the settings'."""
    places: frozenset[str] = frozenset()
    """The services and Dockerfiles that are changed (see `place_of`); empty for all."""

    @property
    def branch(self) -> str:
        """The branch of its pull request."""
        return PREFIX + self.name

    def has(self, finding: Finding) -> bool:
        """Return whether a finding may be fixed here."""
        return not self.places or place_of(finding) in self.places


EVERYTHING = Group("all", "")


def groups_of(outcomes: Iterable[Outcome], grouping: Grouping) -> list[Group]:
    """Return the pull requests for what a run fixes."""
    found = list(outcomes)
    fixed = [outcome.finding for outcome in found if outcome.state is State.FIXED]
    if not fixed:
        return []
    if grouping is Grouping.RULE:
        return [Group(rule, rule, (rule,)) for rule in sorted({finding.rule for finding in fixed})]
    if grouping is Grouping.FORMAT:
        rules = {outcome.finding.rule for outcome in found} & catalog().keys()
        formats = {*map(_format, fixed)}
        by_format = {name: sorted(rule for rule in rules if rule.startswith(f"{name}-")) for name in formats}
        return [Group(name, name, tuple(of_it)) for name, of_it in sorted(by_format.items())]
    if grouping is Grouping.SERVICE:
        return _of_services(sorted(_together(fixed), key=min))
    return [EVERYTHING]


def place_of(finding: Finding | Key) -> str:
    """Return the name of the service or workload that a finding is about, or the path of its Dockerfile."""
    if _format(finding) == "dockerfile":
        return finding.file
    kind, _, name = finding.subject.rpartition(" of ")[2].partition(" ")
    return name if kind == "service" else kind.rpartition("/")[2] or finding.file


def branch_name(text: str) -> str:
    """Return a name that the branch of a service can have, another one for each text."""
    if _LOSSLESS.fullmatch(text) and len(text) <= 60 and text not in _OTHERS:
        return text
    digest = sha256(text.encode(errors="surrogateescape")).hexdigest()[:8]
    near = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50]
    return f"{near or 'x'}-{digest}"


def _format(finding: Finding | Key) -> str:
    return finding.rule.partition("-")[0]


def _together(fixed: Iterable[Finding]) -> list[frozenset[str]]:
    """Return the places in sets: what requires one another, or has one name, is in one."""
    sets: list[set[str]] = []
    for finding in fixed:
        links = {place_of(finding), *map(place_of, finding.requires)}
        joined = [known for known in sets if known & links]
        sets = [known for known in sets if not known & links] + [links.union(*joined)]
    return [frozenset(known) for known in sets]


def _of_services(sets: Sequence[frozenset[str]]) -> list[Group]:
    """Return a group for each set of places, each with a name of its own: every place is in one set."""
    folders = [_folder(places) for places in sets]
    groups = []
    for places, folder in zip(sets, folders, strict=True):
        taken = folders.count(folder) > 1 or any(folder in other for other in sets if other != places)
        name = folder if folder and not taken else min(_services(places) or places)
        groups.append(Group(branch_name(name), name, places=places))
    return groups


def _folder(places: frozenset[str]) -> str:
    """Return the folder of the Dockerfile that several services have in common; empty where there is none."""
    folders = (PurePosixPath(place).parent.name for place in sorted(places) if "/" in place)
    return next(filter(None, folders), "") if len(_services(places)) > 1 else ""


def _services(places: frozenset[str]) -> list[str]:
    return [place for place in places if "/" not in place]
