"""Which justified exceptions are about a container that runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hardener.model.exceptions import Accepted
from hardener.runtime.container import Container


def about(container: Container, exceptions: Iterable[Accepted]) -> tuple[Accepted, ...]:
    """Return the exceptions that concern a container, by the service or the pod's container that its labels name.

    Where no label leads to a manifest on this host, an exception counts that names a service or a container.
    """
    folder, files = container.manifests
    paths: list[Path | None] = [path.resolve() for file in files if (path := Path(folder) / file).is_file()]
    names = container.subjects
    return tuple(
        one for one in exceptions if any(one.concerns(path, name) for path in paths or [None] for name in names)
    )
