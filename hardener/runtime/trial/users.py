"""As whom a service might work that does not as who was tried: whose its data is, and whom its image brings."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from hardener.runtime.client import Engine, MissingError
from hardener.runtime.imagefiles import opened
from hardener.runtime.trial.copies import Copies
from hardener.runtime.trial.observation import Observation

MOST = 4
"""How many are tried of one service."""
_LOOKED_AT = 500
"""How many entries of a folder are looked at."""
_PASSWD = "/etc/passwd"  # noqa: S105 - a path in the image
_LAST_OF_BASES = "nobody"
"""Distributions and distroless bases end their own accounts with it; what an image adds comes after."""
_NO_HOMES = ("/", "/dev/null", "/nonexistent")
"""Of accounts that a distribution adds for programs of its own."""


@dataclass(frozen=True, slots=True)
class Users:
    """Those of one trial."""

    engine: Engine
    labels: Mapping[str, str]
    """For the containers in which images are looked into; none of them is started."""

    def of(self, service: Mapping[str, Any], seen: Observation, copies: Copies, configured: str) -> tuple[str, ...]:
        """Return users as `uid:gid`, the likeliest first, none of them root.

        The owners of what is mounted, its own processes' users, the owners of the image's data, its accounts, and at
        last `configured`. Raises EngineError and NotTriedError.
        """
        mounts = sorted(service.get("volumes") or (), key=lambda mount: bool(mount.get("read_only")))
        originals = [(mount, copies.original(mount)) for mount in mounts]
        found = [owner for _, path in originals if path is not None for owner in _owners(path)]
        found += sorted({f"{process.uid}:{process.gid}" for process in seen.processes})
        with self._looked_into(seen.image_id) as container:
            declared = self.engine.image(seen.image_id)["Config"].get("Volumes") or {}
            places = [mount["target"] for mount, path in originals if path is None]
            found += filter(None, (self._owner(container, place) for place in (*places, *declared, *seen.written)))
            found += self._accounts(container)
        others = [user for user in (*found, configured) if not user.startswith("0:")]
        return tuple(dict.fromkeys(others))[:MOST]

    @contextmanager
    def _looked_into(self, image: str) -> Iterator[str]:
        container = self.engine.create(image, ["-"], self.labels)
        try:
            yield container
        finally:
            self.engine.discard("container", container)

    def _owner(self, container: str, path: str) -> str:
        """Return the owner of a folder of an image; empty where it is not there."""
        try:
            with self.engine.archive(container, path) as chunks, opened(chunks) as tar:
                entry = tar.next()
        except (MissingError, tarfile.TarError):
            return ""
        return f"{entry.uid}:{entry.gid}" if entry else ""

    def _accounts(self, container: str) -> list[str]:
        try:
            with self.engine.archive(container, _PASSWD) as chunks, opened(chunks) as tar:
                entry = tar.next()
                file = tar.extractfile(entry) if entry else None
                text = file.read().decode(errors="replace") if file else ""
        except (MissingError, tarfile.TarError):
            return []
        return list(added_accounts(text.split("\n")))


def added_accounts(lines: Iterable[str]) -> Iterator[str]:
    """Yield the users (`uid:gid`) of the accounts that an image adds to its base's, as passwd(5) has them."""
    after = False
    for line in lines:
        fields = line.split(":")
        if after and len(fields) >= 6 and fields[5] not in _NO_HOMES:
            yield f"{fields[2]}:{fields[3]}"
        after = after or fields[0] == _LAST_OF_BASES


def _owners(path: Path) -> list[str]:
    """Return whose a file or folder and what lies directly in it is, the most frequent first."""
    places = [path, *islice(path.iterdir(), _LOOKED_AT)] if path.is_dir() else [path]
    found = (place.lstat() for place in places)
    return [owner for owner, _ in Counter(f"{at.st_uid}:{at.st_gid}" for at in found).most_common()]
