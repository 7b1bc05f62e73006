"""What kustomizations lay over the manifests of one file: other images, and values that patches set."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from hardener.model.kustomization import Rename


class Patched(NamedTuple):
    """A value that a patch sets against hardening, and in which container of which workload."""

    file: str
    kind: str
    """Empty for any."""
    name: str
    """A regular expression for the workload's name; empty for any."""
    container: str
    """Empty for any, or for the pod."""
    key: str
    """The field's name."""
    words: str
    """What stands there: `privileged: true`."""

    def concerns(self, kind: str, name: str) -> bool:
        """Return whether it is for this workload."""
        return self.kind in ("", kind) and (not self.name or re.fullmatch(self.name, name) is not None)


@dataclass(slots=True, eq=False)
class Overlay:
    """Empty for a file that no kustomization takes."""

    ways: tuple[tuple[Rename, ...], ...] = ()
    """For each way in which the file is deployed the renamings on it, the innermost first."""
    patched: list[Patched] = field(default_factory=list)

    def images(self, image: str) -> tuple[str, ...]:
        """Return what the image is called where it is deployed, each name once."""
        found = []
        for way in self.ways or ((),):
            name = image
            for rename in way:
                name = rename.applied(name)
            found.append(name)
        return tuple(dict.fromkeys(found))

    def sets(self, kind: str, name: str, container: str, *keys: str) -> Patched | None:
        """Return the first value that a patch sets for one of the keys in a container of a workload."""
        for patched in self.patched:
            if patched.key in keys and patched.container in ("", container) and patched.concerns(kind, name):
                return patched
        return None
