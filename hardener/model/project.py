"""All documents of a run, linked: what a service builds, what an image name stands for, one identity each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from hardener.model import dockerfile as dockerfiles
from hardener.model.compose import ComposeFile
from hardener.model.composition import compose
from hardener.model.declared import of_container, of_services, under_user
from hardener.model.dockerfile import Dockerfile, Stage
from hardener.model.document import Document
from hardener.model.finding import Key
from hardener.model.hooks import with_hooks
from hardener.model.identity import NON_ROOT_USER, StageIdentity, identify
from hardener.model.images import ImageName, Writable, profile
from hardener.model.kubernetes import KubernetesFile
from hardener.model.nginxconf import with_copied, with_mounted
from hardener.model.others import private_files
from hardener.model.places import is_below
from hardener.model.podfiles import closed_to_others
from hardener.model.prepared import Prepared
from hardener.model.program import PROFILED, Program, built, configured, profiled, unknown
from hardener.model.service import Service
from hardener.model.servicefacts import ServiceFacts, proven, shown_of
from hardener.model.serviceuser import COMPOSE_USER, planned_user
from hardener.model.settings import Settings, User
from hardener.model.startup import follow
from hardener.model.targets import configured_targets
from hardener.model.workload import Container
from hardener.model.writable import writable_places
from hardener.text.source import Reader, UnreadableError
from hardener.text.unparsable import UnparsableError

S = TypeVar("S")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Project:
    """What rules may ask about more than one file. Everything is computed once.

    `search` gives the Compose files of the project that the run does not change; it is called at most once, and only
    when an image name has to be linked that nothing else explains.
    """

    def __init__(
        self,
        documents: Iterable[Document],
        settings: Settings,
        reader: Reader,
        *,
        selected: frozenset[str],
        search: Callable[[], Iterable[ComposeFile]] = tuple,
    ) -> None:
        self.documents = tuple(documents)
        self.settings = settings
        self.reader = reader
        compose((document for document in self.documents if isinstance(document, ComposeFile)), reader)
        self._selected = selected
        self._search = search
        self._dockerfiles: dict[Path, Dockerfile | str] = {
            document.source.path: document for document in self.documents if isinstance(document, Dockerfile)
        }
        self._answers: dict[tuple[Any, ...], Any] = {}

    def once(self, ask: Callable[[Project, *Ts], T], *about: *Ts) -> T:
        """Return what `ask` says about something, which is asked no more than once in a run."""
        question = (ask, *about)
        if question not in self._answers:
            self._answers[question] = ask(self, *about)
        answer: T = self._answers[question]
        return answer

    def selects(self, rule: str) -> bool:
        """Return whether this run applies the rule: by level, select and ignore."""
        return rule in self._selected

    def program(self, image: str) -> Program:
        """Return what is known of an image by its name: configured, built by this project, or in a profile."""
        return self.once(Project._program, image)

    def image_program(self, service: Service) -> Program:
        """Return what is known of what a service runs, as its image starts it."""
        return self.once(Project._shown_program, service)

    def service_program(self, service: Service) -> Program:
        """Return what is known of what a service runs, started with the `user` that it has or gets."""
        return self.once(Project._service_program, service)

    def _service_program(self, service: Service) -> Program:
        program = self.image_program(service)
        planned = planned_user(self, service) if self.selects(COMPOSE_USER) else None
        if planned and planned.is_root and planned.is_written(unsafe_fixes=self.settings.unsafe_fixes):
            key = Key(COMPOSE_USER, service.document.file, service.subject)
            return program.started_as(planned.user, requires=(key, *program.requires))
        return under_user(program, service.text("user")) if service.get("user") is not None else program

    def privileged_program(self, service: Service) -> Program:
        """Return the service's program as the privileges that it needs depend on it: without what is not fixed."""
        return self.service_program(service).in_force(unsafe_fixes=self.settings.unsafe_fixes)

    def runs_confined(self, image: str) -> bool:
        """Return whether a Compose service of this project runs the image under Docker's default seccomp profile."""
        name = ImageName.parse(image)
        return name is not None and any(
            service.is_confined for service in self._services_by_image.get(name.familiar, ())
        )

    def identity(self, dockerfile: Dockerfile, stage: Stage) -> StageIdentity:
        """Return as whom a stage's image runs, now and after this run."""
        return self.once(identify, dockerfile, stage)

    def writable_places(self, dockerfile: Dockerfile, stage: Stage) -> tuple[Prepared, ...]:
        """Return where the program of a stage's image most likely writes: by its file, its framework and its base."""
        return self.once(writable_places, dockerfile, stage)

    def user_for(self, dockerfile: Dockerfile, stage: Stage) -> User:
        """Return the user that a new account in the stage gets: by path, by service, by manifest, else the default."""
        return self.configured_user(dockerfile, stage) or self._declared_user(dockerfile, stage) or self.settings.user

    def configured_user(self, dockerfile: Dockerfile, stage: Stage) -> User | None:
        """Return the user that the configuration names for the file's path or for a service that runs the stage."""
        by_path = _first(self.settings.users, lambda pattern: fnmatchcase(dockerfile.file, pattern))
        names = {f"service:{service.name}" for service in self.builders(dockerfile, stage)}
        return by_path or _first(self.settings.users, lambda key: key in names)

    def trial_of(self, dockerfile: Dockerfile, stage: Stage) -> ServiceFacts | None:
        """Return the trial in which every service that builds the stage worked as one user; the first one's."""
        found = [shown_of(self, service) for service in self.builders(dockerfile, stage)]
        users = {facts.user if facts else None for facts in found}
        return found[0] if len(users) == 1 and None not in users else None

    def built_from(self, service: Service) -> Dockerfile | None:
        """Return the Dockerfile that a service builds, where that can be read."""
        found = self._dockerfile(service.build.dockerfile) if service.build is not None else None
        return found if isinstance(found, Dockerfile) else None

    def _declared_user(self, dockerfile: Dockerfile, stage: Stage) -> User | None:
        """Return the one user that the services and containers which run the stage name by number."""
        services = self.builders(dockerfile, stage)
        named = list(of_services(services))
        found = (of_container(container) for container in self.containers_of(services))
        named += (declared for declared in found if declared is not None)
        users = {declared.user for declared in named}
        return users.pop() if len(users) == 1 else None

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

    def targets_of(self, dockerfile: Dockerfile) -> frozenset[str]:
        """Return the stages that services build by name, or that the configuration says are built."""
        builds = (service.build for service in self._builds.get(dockerfile.source.path, ()))
        by_services = (build.target for build in builds if build is not None and build.target)
        return frozenset((*by_services, *configured_targets(self.settings, dockerfile)))

    def mounts_of(self, dockerfile: Dockerfile, stage: Stage) -> tuple[str, ...]:
        """Return what the services and containers that run the stage may write to, as it stands there."""
        services = self.builders(dockerfile, stage)
        mounts = [mount for service in services for mount in service.writable_mounts()]
        mounts += (file for service in services for file in private_files(service, self.reader))
        for container in self.containers_of(services):
            places = (*container.stateful_mounts, *closed_to_others(container))
            mounts += (f"{path} of {container.pod.subject}" for path in places)
        return tuple(dict.fromkeys(mounts))

    def containers_of(self, services: Iterable[Service]) -> Iterator[Container]:
        """Yield the containers that run the images of the services."""
        for image in dict.fromkeys(_familiar_image(service) for service in services):
            yield from self._containers.get(image or "", ())

    def containers_with(self, image: str) -> list[Container]:
        """Return the containers that run an image, by its name without tag."""
        return self._containers.get(_familiar(image) or "", [])

    def _shown_program(self, service: Service) -> Program:
        program, facts = self._image_program(service), shown_of(self, service)
        return program if facts is None else proven(program, facts)

    def _image_program(self, service: Service) -> Program:
        if service.is_built:
            program = self._configured(self._built(service), service.image or "")
        elif service.image is None:
            return unknown("a variable hides the image's name")
        else:
            program = self.program(service.image)
        profiled_as = program.source.removeprefix(PROFILED) if program.source.startswith(PROFILED) else ""
        image = profiled_as if service.is_built else service.image or ""
        if service.replaces_program(image):
            return program.with_other_command(own=service.starts_own(image))
        program = with_mounted(program, service, self.reader)
        return with_hooks(program, lambda folder: any(is_below(mount.target, folder) for mount in service.mounts))

    def _program(self, image: str) -> Program:
        name = ImageName.parse(image)
        if name is None:
            return unknown(f"{image!r} is no image name that can be read")
        builder = _builder(self._services_by_image, name)
        known = profile(image)
        if builder is None and known is not None:
            return self._configured(profiled(known), image)
        builder = builder or _builder(self._searched, name)
        if builder is not None:
            return self._configured(self._built(builder), image)
        return self._configured(unknown(f"no profile, configuration or build tells of {image}"), image)

    def _configured(self, program: Program, image: str) -> Program:
        """Return the program with what the configuration says of its image."""
        name = ImageName.parse(image)
        if name is None:
            return program
        pattern = next((key for key in self.settings.images if fnmatchcase(name.familiar, key)), None)
        if pattern is None:
            return program
        return configured(program, self.settings.images[pattern], f'images."{pattern}" in the configuration')

    def _built(self, service: Service) -> Program:
        build = service.build
        if build is None:
            return unknown("its build is inline, remote or hidden by a variable")
        dockerfile = self._dockerfile(build.dockerfile)
        if isinstance(dockerfile, str):
            return unknown(dockerfile)
        stage = dockerfile.stage(build.target)
        if stage is None:
            return unknown(f"{dockerfile.file} has no stage {build.target}")
        fixable = self.selects(NON_ROOT_USER)
        likely = tuple(Writable(path, kind, volume) for path, kind, volume in self.writable_places(dockerfile, stage))
        program = built(dockerfile, stage, self.identity(dockerfile, stage), likely, fixable=fixable)
        program = program.using(follow(self, dockerfile, stage).helper)
        program = replace(program, filled=tuple(place.path for place in likely if stage.copies_below(place.path)))
        return with_hooks(with_copied(program, stage, self.reader, build.context), stage.copies_below)

    def _dockerfile(self, path: Path) -> Dockerfile | str:
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

    def builders(self, dockerfile: Dockerfile, stage: Stage) -> list[Service]:
        """Return the services that build the stage."""
        services = self._builds.get(dockerfile.source.path, [])
        return [s for s in services if s.build is not None and dockerfile.stage(s.build.target) is stage]

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


def _builder(services: Mapping[str, list[Service]], name: ImageName) -> Service | None:
    return next((service for service in services.get(name.familiar, ()) if service.is_built), None)


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


def _first(table: Mapping[str, T], wanted: Callable[[str], bool]) -> T | None:
    return next((value for key, value in table.items() if wanted(key)), None)
