"""All documents of a run, linked: what a service builds, what an image name stands for, one identity each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeVar, TypeVarTuple

from hardener.model import programlookup
from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.service import Service
from hardener.model.declared import of_container, of_services
from hardener.model.dockerfile.identity import StageIdentity, identify
from hardener.model.dockerfile.prepared import Prepared
from hardener.model.dockerfile.stages import Dockerfile, Stage
from hardener.model.dockerfile.targets import configured_targets
from hardener.model.dockerfile.writable import writable_places
from hardener.model.document import Document, Subject
from hardener.model.exceptions import Accepted, granted, lapsed
from hardener.model.links import Links
from hardener.model.program import Program
from hardener.model.servicefacts import ServiceFacts, shown_of, shown_of_dockerfile
from hardener.model.settings import Settings, SettingsOf, User
from hardener.text.source import Reader

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Project(Links):
    """What rules may ask about more than one file. Everything is computed once."""

    def __init__(
        self,
        documents: Iterable[Document],
        settings: SettingsOf,
        reader: Reader,
        *,
        selected: Callable[[Settings], frozenset[str]],
        search: Callable[[], Iterable[ComposeFile]] = tuple,
    ) -> None:
        super().__init__(documents, reader, search)
        self._settings = settings
        self._selected = selected
        self._known: dict[tuple[Document, str], tuple[Settings, frozenset[str]]] = {}
        self._answers: dict[tuple[Any, ...], Any] = {}

    def once(self, ask: Callable[[Project, *Ts], T], *about: *Ts) -> T:
        """Return what `ask` says about something, which is asked no more than once in a run."""
        question = (ask, *about)
        if question not in self._answers:
            self._answers[question] = ask(self, *about)
        answer: T = self._answers[question]
        return answer

    def settings_of(self, place: Document | Subject) -> Settings:
        """Return what is in force for a file or, where the configuration says more of it, for a service."""
        return self._in_force(place)[0]

    def selects(self, rule: str, place: Document | Subject) -> bool:
        """Return whether this run applies the rule there: by level, select and ignore."""
        return rule in self.rules_for(place)

    def rules_for(self, place: Document | Subject) -> frozenset[str]:
        """Return the ids of the rules that this run applies there."""
        return self._in_force(place)[1]

    def granted(self, subject: Subject) -> Mapping[str, Accepted]:
        """Return the capabilities that justified exceptions grant a service or container, each with its exception."""
        return granted(self.settings_of(subject).exceptions, subject.document.source.path, subject.subject)

    def lapsed(self, subject: Subject) -> Mapping[str, Accepted]:
        """Return those that justified exceptions granted until a day that is past."""
        return lapsed(self.settings_of(subject).exceptions, subject.document.source.path, subject.subject)

    def program(self, image: str, place: Subject) -> Program:
        """Return what is known of an image that `place` runs, by its name: configured, built here, or in a profile."""
        return self.once(programlookup.of_image, image, place)

    def image_program(self, service: Service) -> Program:
        """Return what is known of what a service runs, as its image starts it."""
        return self.once(programlookup.of_service, service)

    def service_program(self, service: Service) -> Program:
        """Return what is known of what a service runs, started with the `user` that it has or gets."""
        return self.once(programlookup.of_started_service, service)

    def privileged_program(self, service: Service) -> Program:
        """Return the service's program as the privileges that it needs depend on it: without what is not fixed."""
        return self.service_program(service).in_force(unsafe_fixes=self.settings_of(service).unsafe_fixes)

    def identity(self, dockerfile: Dockerfile, stage: Stage) -> StageIdentity:
        """Return as whom a stage's image runs, now and after this run."""
        return self.once(identify, dockerfile, stage)

    def writable_places(self, dockerfile: Dockerfile, stage: Stage) -> tuple[Prepared, ...]:
        """Return where the program of a stage's image most likely writes: by its file, its framework and its base."""
        return self.once(writable_places, dockerfile, stage)

    def targets_of(self, dockerfile: Dockerfile) -> frozenset[str]:
        """Return the stages that services build by name, or that the configuration says are built."""
        return self.built_targets(dockerfile).union(configured_targets(self.settings_of(dockerfile), dockerfile))

    def user_for(self, dockerfile: Dockerfile, stage: Stage) -> User:
        """Return the user that a new account in the stage gets: by path, by service, by manifest, else the default."""
        found = self.configured_user(dockerfile, stage) or self._declared_user(dockerfile, stage)
        return found or self.settings_of(dockerfile).user

    def configured_user(self, dockerfile: Dockerfile, stage: Stage) -> User | None:
        """Return the user that the configuration names for the file's path or for a service that runs the stage."""
        users, services = self.settings_of(dockerfile).users, self.builders(dockerfile, stage)
        by_path = _first(users, lambda pattern: fnmatchcase(dockerfile.file, pattern))
        names = {f"service:{service.name}" for service in services}
        by_service = by_path or _first(users, lambda key: key in names)
        named = (self.settings_of(service).users.get(f"service:{service.name}") for service in services)
        return by_service or next(filter(None, named), None)

    def trials_of(self, dockerfile: Dockerfile, stage: Stage) -> list[ServiceFacts | None]:
        """Return what trials showed of each service that builds the stage; without any, of its image by itself."""
        found = [shown_of(self, service) for service in self.builders(dockerfile, stage)]
        return found or [shown_of_dockerfile(self, dockerfile, stage)]

    def trial_of(self, dockerfile: Dockerfile, stage: Stage) -> ServiceFacts | None:
        """Return the trial in which every service that builds the stage worked as one user, or one that needed root."""
        found = self.trials_of(dockerfile, stage)
        if as_root := next((facts for facts in found if facts and facts.user and facts.user.uid == 0), None):
            return as_root
        users = {facts.user if facts else None for facts in found}
        return found[0] if len(users) == 1 and None not in users else None

    def _in_force(self, place: Document | Subject) -> tuple[Settings, frozenset[str]]:
        document = place.document if isinstance(place, Subject) else place
        key = document, place.name if isinstance(place, Service) else ""
        if key not in self._known:
            path = document.source.path
            settings = self._settings(path.parent).at(path, key[1])
            self._known[key] = settings, self._selected(settings)
        return self._known[key]

    def _declared_user(self, dockerfile: Dockerfile, stage: Stage) -> User | None:
        """Return the one user that the services and containers which run the stage name by number."""
        services = self.builders(dockerfile, stage)
        named = list(of_services(services))
        found = (of_container(container) for container in self.containers_of(services))
        named += (declared for declared in found if declared is not None)
        users = {declared.user for declared in named}
        return users.pop() if len(users) == 1 else None


def _first(table: Mapping[str, T], wanted: Callable[[str], bool]) -> T | None:
    return next((value for key, value in table.items() if wanted(key)), None)
