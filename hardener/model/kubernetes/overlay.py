"""What kustomizations lay over the manifests of one file: other images and commands, values that patches set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hardener.model.kubernetes.kustomization import Rename


class Place(NamedTuple):
    """A container of a workload."""

    kind: str
    name: str
    """Of the workload."""
    container: str
    """Its name."""
    position: str = ""
    """`containers/0`, as JSON patches (RFC 6902) name it."""


class Target(NamedTuple):
    """What a patch is for; a part that is empty is for any."""

    kind: str = ""
    """A regular expression, which the whole kind matches; likewise the name of the workload."""
    name: str = ""
    container: str = ""
    """Its name or its position; empty for the pod as well."""


class Patched(NamedTuple):
    """A value that a patch sets against hardening."""

    file: str
    target: Target
    key: str
    """The field's name."""
    words: str
    """What stands there: `privileged: true`."""


class Started(NamedTuple):
    """What a patch makes a container start."""

    target: Target
    image: str = ""
    """Empty where it leaves that."""
    command: bool = False
    """Whether it sets a command, or changes a part of what is started."""
    arguments: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Overlay:
    """Empty for a file that no kustomization takes."""

    ways: tuple[tuple[Rename | Started, ...], ...] = ()
    """For each way in which the file is deployed what changes its images, in the order in which that is applied."""
    patched: list[Patched] = field(default_factory=list)
    namespaces: tuple[str, ...] = ()
    """What each way puts it in; empty where it says nothing."""
    affixes: tuple[tuple[str, str], ...] = (("", ""),)
    """What kustomizations put before and after the names of workloads, as patches may name them."""

    def images(self, image: str, place: Place) -> tuple[str, ...]:
        """Return what the image of a container is called where it is deployed, each name once."""
        found = []
        for way in self.ways or ((),):
            name = image
            for step in way:
                if isinstance(step, Rename):
                    name = step.applied(name)
                elif step.image and self._concerns(step.target, place):
                    name = step.image
            found.append(name)
        return tuple(dict.fromkeys(found))

    def starts(self, place: Place) -> Iterator[Started]:
        """Yield what patches on any way make a container start."""
        steps = (step for way in self.ways for step in way)
        yield from (step for step in steps if isinstance(step, Started) and self._concerns(step.target, place))

    def sets(self, place: Place, *keys: str) -> Patched | None:
        """Return the first value that a patch sets for one of the keys in a container of a workload."""
        set_for_it = (patched for patched in self.patched if self._concerns(patched.target, place))
        return next((patched for patched in set_for_it if patched.key in keys), None)

    def _concerns(self, target: Target, place: Place) -> bool:
        names = (f"{prefix}{place.name}{suffix}" for prefix, suffix in self.affixes)
        return (
            _matches(target.kind, place.kind)
            and any(_matches(target.name, name) for name in names)
            and target.container in ("", place.container, place.position)
        )


def _matches(pattern: str, text: str) -> bool:
    """Return whether the text is what a pattern asks for; an empty one, or one that cannot be read, asks for any."""
    try:
        return not pattern or re.fullmatch(pattern, text) is not None
    except re.error:
        return True
