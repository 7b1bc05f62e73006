"""Which of the running containers are meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hardener.runtime.container import Container

_SHORT_ID = 4
"""Characters of an id, at least, that name a container."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Containers by their names and by their Compose labels; whatever one of these names is chosen."""

    everything: bool = False
    services: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    """Names, or beginnings of ids."""
    projects: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everything or bool(self.services or self.containers or self.projects)

    def chooses(self, container: Container) -> bool:
        """Return whether a container is meant."""
        return (
            self.everything
            or container.service in self.services
            or container.project in self.projects
            or any(_is_called(container, name) for name in self.containers)
        )

    def missing(self, there: Iterable[Container]) -> Iterator[str]:
        """Yield what was named, in words, that no container is."""
        running = list(there)
        services, projects = {found.service for found in running}, {found.project for found in running}
        yield from (f"service {name}" for name in self.services if name not in services)
        yield from (f"project {name}" for name in self.projects if name not in projects)
        for name in self.containers:
            if not any(_is_called(container, name) for container in running):
                yield f"container {name}"


def _is_called(container: Container, name: str) -> bool:
    return container.name == name or (len(name) >= _SHORT_ID and container.id.startswith(name))
