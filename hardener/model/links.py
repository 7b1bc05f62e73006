"""How the files of a project hang together: what a service builds, who runs it, and what an image name stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.composition import compose
from hardener.model.compose.service import Service
from hardener.model.dockerfile import stages as dockerfiles
from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.document import Document
from hardener.model.foreignowners import private_files
from hardener.model.images.profiles import ImageName
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.podfiles import closed_to_others
from hardener.model.kubernetes.workload import Container
from hardener.text.source import Reader, UnreadableError
from hardener.text.unparsable import UnparsableError

S = TypeVar("S")
T = TypeVar("T")


class Links:
    """The files of a run, by what they say of each other.

    `search` gives the Compose files of the project that the run does not change; it is called at most once, and only
    when an image name has to be linked that nothing else explains.
    """

    def __init__(
        self, documents: Iterable[Document], reader: Reader, search: Callable[[], Iterable[ComposeFile]]
    ) -> None:
        self.documents = tuple(documents)
        self.reader = reader
        self._search = search
        self._dockerfiles: dict[Path, Dockerfile | str] = {
            document.source.path: document for document in self.documents if isinstance(document, Dockerfile)
        }
        compose((document for document in self.documents if isinstance(document, ComposeFile)), reader)

    def dockerfile(self, path: Path) -> Dockerfile | str:
        """Return the parsed file, or why there is none; one outside the run's paths is read, never changed."""
        try:
            real = self.reader.locate(path)
        except UnreadableError as error:
            return str(error)
        if real not in self._dockerfiles:
            try:
                self._dockerfiles[real] = dockerfiles.parse(self.reader.read(path))
            except (UnreadableError, UnparsableError) as error:
                self._dockerfiles[real] = f"{self.reader.name(path)}: {error.reason}"
        return self._dockerfiles[real]

    def built_from(self, service: Service) -> Dockerfile | None:
        """Return the Dockerfile that a service builds, where that can be read."""
        found = self.dockerfile(service.build.dockerfile) if service.build is not None else None
        return found if isinstance(found, Dockerfile) else None

    def builders(self, dockerfile: Dockerfile, stage: Stage) -> list[Service]:
        """Return the services that build the stage."""
        services = self._builds.get(dockerfile.source.path, [])
        return [s for s in services if s.build is not None and dockerfile.stage(s.build.target) is stage]

    def builder(self, image: str, *, searched: bool = False) -> Service | None:
        """Return the service that builds an image of this name; with `searched` also one outside the run."""
        name = _familiar(image) or ""
        services = (*self._services_by_image.get(name, ()), *(self._searched.get(name, ()) if searched else ()))
        return next((service for service in services if service.is_built), None)

    def services_of(self, image: str) -> list[Service]:
        """Return the services that run an image, by its name without tag; where none of the run does, the project's."""
        name = _familiar(image) or ""
        return self._services_by_image.get(name) or self._searched.get(name, [])

    def context_of(self, dockerfile: Dockerfile) -> Path:
        """Return the folder that COPY reads from: what a service that builds the file says, else the file's folder."""
        for service in self._builds.get(dockerfile.source.path, ()):
            if service.build is not None:
                return service.build.context
        return dockerfile.source.path.parent

    def built_targets(self, dockerfile: Dockerfile) -> frozenset[str]:
        """Return the stages that services build by name."""
        builds = (service.build for service in self._builds.get(dockerfile.source.path, ()))
        return frozenset(build.target for build in builds if build is not None and build.target)

    def containers_of(self, services: Iterable[Service]) -> Iterator[Container]:
        """Yield the containers that run the images of the services."""
        for image in dict.fromkeys(_familiar_image(service) for service in services):
            yield from self._containers.get(image or "", ())

    def containers_with(self, image: str) -> list[Container]:
        """Return the containers that run an image, by its name without tag."""
        return self._containers.get(_familiar(image) or "", [])

    def mounts_of(self, dockerfile: Dockerfile, stage: Stage) -> tuple[str, ...]:
        """Return what the services and containers that run the stage may write to, as it stands there."""
        services = self.builders(dockerfile, stage)
        mounts = [mount for service in services for mount in service.writable_mounts()]
        mounts += (file for service in services for file in private_files(service, self.reader))
        for container in self.containers_of(services):
            places = (*container.stateful_mounts, *closed_to_others(container))
            mounts += (f"{path} of {container.pod.subject}" for path in places)
        return tuple(dict.fromkeys(mounts))

    def runs_confined(self, image: str) -> bool:
        """Return whether a Compose service of this project runs the image under Docker's default seccomp profile."""
        return any(service.is_confined for service in self._services_by_image.get(_familiar(image) or "", ()))

    @cached_property
    def _services(self) -> list[Service]:
        files = (document for document in self.documents if isinstance(document, ComposeFile))
        return [service for file in files for service in file.services]

    @cached_property
    def _containers(self) -> Mapping[str, list[Container]]:
        pods = (pod for file in self.documents if isinstance(file, KubernetesFile) for pod in file.pods)
        return _grouped(
            (container for pod in pods for container in pod.containers), lambda c: _familiar(c.deployed_image)
        )

    @cached_property
    def _builds(self) -> Mapping[Path, list[Service]]:
        return _grouped(self._services, self._built_path)

    @cached_property
    def _services_by_image(self) -> Mapping[str, list[Service]]:
        return _grouped(self._services, _familiar_image)

    @cached_property
    def _searched(self) -> Mapping[str, list[Service]]:
        found = tuple(self._search())
        compose(found, self.reader)
        return _grouped((service for file in found for service in file.services), _familiar_image)

    def _built_path(self, service: Service) -> Path | None:
        build = service.build
        try:
            return self.reader.locate(build.dockerfile) if build is not None else None
        except UnreadableError:
            return None


def _familiar_image(service: Service) -> str | None:
    return _familiar(service.image or "")


def _familiar(image: str) -> str | None:
    name = ImageName.parse(image)
    return name.familiar if name is not None else None


def _grouped(items: Iterable[S], key: Callable[[S], T | None]) -> dict[T, list[S]]:
    groups: dict[T, list[S]] = {}
    for item in items:
        place = key(item)
        if place is not None:
            groups.setdefault(place, []).append(item)
    return groups
