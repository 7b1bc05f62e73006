"""What a trial showed of one service: facts that hold while its image, its Dockerfile and its command stay.

`harden trial --write-profile` writes them to `.harden/images/*.yaml`, as a profile with `service` in place of `image`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardener.model.evidence import Control, Start
from hardener.model.images import profilevalues as values
from hardener.model.images.profiles import Writable
from hardener.model.images.profilevalues import WrongProfileError
from hardener.model.settings import User

if TYPE_CHECKING:
    from hardener.model.compose.service import Service
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.document import Subject
    from hardener.model.kubernetes.workload import Container
    from hardener.model.program import Program
    from hardener.model.project import Project
    from hardener.text.yamlcursor import Cursor

TRIAL = "a trial on "
"""How the source of what a trial showed begins."""

_ABOUT = (("service", "compose"), ("dockerfile",), ("image",))
"""What facts may be about; the first that is there counts."""


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What one service needs when it is hardened, or an image or a Dockerfile's; None is "not shown"."""

    compose: Path | None
    """The Compose file that defines it, with symbolic links resolved; None where an image was tried by itself."""
    service: str
    source: str
    """In words: which trial, and where it is written down."""
    dockerfile: Path | None = None
    """The Dockerfile whose image was tried by itself, with symbolic links resolved."""
    user: User | None = None
    """As whom it was started: 0:0 where it needs root for that, or was not tried without."""
    capabilities: tuple[str, ...] | None = None
    writable: tuple[Writable, ...] | None = None
    """Where it writes below a read-only root; None where that was not shown to work."""
    no_new_privileges: bool | None = None
    failed_users: Mapping[str, str] = field(default_factory=dict)
    """As whom (`uid:gid`) it did not work, and what went wrong."""
    failed: Mapping[str, str] = field(default_factory=dict)
    """What went wrong when these of its keys were hardened: they have to stay as they are."""
    image: str = ""
    """As the Compose file names it; empty for one that is only built."""
    image_id: str = ""
    """What the engine had by that name; empty where the record does not say."""
    command: str = ""
    dockerfiles: tuple[str, ...] = ()
    """SHA-256 of its Dockerfile, as it stood and as hardening made it; empty where nothing is built."""

    @property
    def proves(self) -> tuple[Control, ...]:
        """The controls under which it worked."""
        shown = {
            Control.USER: self.user is not None and self.user.uid != 0,
            Control.CAPABILITIES: self.capabilities is not None,
            Control.NO_NEW_PRIVILEGES: self.no_new_privileges is True,
            Control.READ_ONLY: self.writable is not None,
        }
        return tuple(control for control, known in shown.items() if known)

    def stale(self, image: str, command: str, dockerfile: bytes | None, image_id: str = "") -> str:
        """Return what has changed since the trial; empty where all is as it was.

        An empty `image_id` is one that nobody knows. What is built from a Dockerfile has another one each time.
        """
        if self.image != image:
            return f"the image was {self.image or 'none'}"
        if image_id and self.image_id and not self.dockerfiles and self.image_id != image_id:
            return f"{image} was another image"
        if self.command != command:
            return "the command was another one"
        if (dockerfile is None) != (not self.dockerfiles) or (
            dockerfile is not None and digest(dockerfile) not in self.dockerfiles
        ):
            return "its Dockerfile was another one"
        return ""


def shown_of(project: Project, service: Service) -> ServiceFacts | None:
    """Return what a trial showed of a service that is still as it was then, or of what it runs by itself."""
    facts = _written(project, service)
    return facts if facts is not None and not _stale(project, service, facts) else None


def shown_of_dockerfile(project: Project, dockerfile: Dockerfile, stage: Stage) -> ServiceFacts | None:
    """Return what a trial showed of the image of a Dockerfile's last stage, which is still as it was then."""
    facts = _of_dockerfile(project, dockerfile) if stage.is_last else None
    return facts if facts is not None and digest(dockerfile.source.raw) in facts.dockerfiles else None


def shown_of_container(project: Project, container: Container, image: str) -> ServiceFacts | None:
    """Return what a trial showed of the image that a container runs, or of a service that runs it as it does."""
    if container.is_started_by_patches:
        return None
    told = container.told_to_start
    alike = (service for service in project.services_of(image) if image == service.image)
    shown = (shown_of(project, service) for service in alike if service.told_to_start == told)
    by_service = next(filter(None, shown), None)
    return by_service or (None if any(told) else _of_image(project, container, image))


def stale(project: Project, service: Service) -> str:
    """Return which trial of a service is not counted, and why; empty where there is none."""
    facts = _written(project, service)
    reason = _stale(project, service, facts) if facts is not None else ""
    return f"{facts.source} is not counted: {reason} then" if facts is not None and reason else ""


def stale_of_dockerfile(project: Project, dockerfile: Dockerfile) -> str:
    """Return which trial of a Dockerfile by itself is not counted, and why; empty where there is none."""
    facts = _of_dockerfile(project, dockerfile)
    if facts is None or digest(dockerfile.source.raw) in facts.dockerfiles:
        return ""
    return f"{facts.source} is not counted: it was another one then"


def _written(project: Project, service: Service) -> ServiceFacts | None:
    path = service.document.source.path
    of_file = (facts for facts in project.settings_of(service).trials if facts.compose == path)
    own = next((facts for facts in of_file if facts.service == service.name), None)
    if own is not None or any(service.told_to_start):
        return own
    dockerfile, build = project.built_from(service), service.build
    if dockerfile is None or build is None:
        return _of_image(project, service, service.image) if service.image else None
    stage = dockerfile.stage(build.target)
    return _of_dockerfile(project, dockerfile) if stage is not None and stage.is_last else None


def _of_image(project: Project, place: Subject, image: str) -> ServiceFacts | None:
    alone = (facts for facts in project.settings_of(place).trials if facts.compose is None and facts.dockerfile is None)
    return next((facts for facts in alone if facts.image == image), None)


def _of_dockerfile(project: Project, dockerfile: Dockerfile) -> ServiceFacts | None:
    trials = project.settings_of(dockerfile).trials
    return next((facts for facts in trials if facts.dockerfile == dockerfile.source.path), None)


def _stale(project: Project, service: Service, facts: ServiceFacts) -> str:
    dockerfile = project.built_from(service)
    raw = None if dockerfile is None else dockerfile.source.raw
    image = facts.image if facts.dockerfile else service.image or ""
    return facts.stale(image, service.started, raw, project.settings_of(service).image_ids.get(image, ""))


def digest(raw: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    return sha256(raw).hexdigest()


def proven(program: Program, facts: ServiceFacts) -> Program:
    """Return what is known of a service's program with what a trial showed laid over it."""
    if facts.user is not None and facts.user.uid:
        program = replace(program.started_as(facts.user, program.requires), source=facts.source, doubt="")
    elif facts.user is not None and program.start is not Start.NON_ROOT:
        source = program.source or facts.source
        program = replace(program, start=Start.ROOT, user=program.user or facts.user, source=source)
    proofs = {**program.proofs, **dict.fromkeys(facts.proves, facts.source)}
    program = replace(program, proofs=proofs, unknown="" if facts.capabilities is not None else program.unknown)
    if facts.capabilities is not None:
        program = replace(program, capabilities=facts.capabilities)
    if facts.writable is not None:
        program = replace(program, writable=facts.writable, filled=(), rewrites="", silent="")
    if facts.no_new_privileges:
        program = replace(program, helper="")
    if facts.no_new_privileges is False:
        program = replace(program, helper=f"a program that gains privileges ({facts.source})")
    return program


def shown_by_trial(program: Program) -> str:
    """Return which trial showed that a program needs no other capabilities than those; empty for none."""
    source = program.proofs.get(Control.CAPABILITIES, "")
    return source if source.startswith(TRIAL) else ""


def refutation(facts: ServiceFacts, user: User | None = None, keys: Iterable[object] = ()) -> str:
    """Return which trial saw a service fail as that user, or with one of its keys hardened; empty where none did."""
    if user is not None and (why := facts.failed_users.get(str(user))):
        return f"{facts.source} saw it fail as {user}: {why}"
    failed = next(((key, facts.failed[key]) for key in keys if isinstance(key, str) and key in facts.failed), None)
    return f"{facts.source} saw it fail with another `{failed[0]}`: {failed[1]}" if failed else ""


def check_service(root: Cursor) -> None:
    """Refuse a document that is no facts of a service, an image or a Dockerfile. Raises WrongProfileError."""
    values.mapping_of(root, _KNOWN)
    about = next((keys for keys in _ABOUT if root.get(keys[0]) is not None), _ABOUT[0])
    for key in (*about, "trial"):
        if root.get(key) is None:
            raise WrongProfileError(root, f"`{key}` is missing")


def facts_of(document: Mapping[str, Any], file: Path) -> ServiceFacts:
    """Return the facts in a document that `check_service` accepts; `file` is where it stands."""
    trial = document["trial"]
    uid, _, gid = str(document.get("user") or "").partition(":")
    places = document.get("writable")
    needed = document.get("capabilities")
    root = file.parent.parent.parent
    return ServiceFacts(
        compose=(root / document["compose"]).resolve() if "compose" in document else None,
        service=document.get("service", ""),
        dockerfile=(root / document["dockerfile"]).resolve() if "dockerfile" in document else None,
        source=f"{TRIAL}{trial['date']} ({file.parent.parent.name}/{file.parent.name}/{file.name})",
        user=User(int(uid), int(gid)) if uid else None,
        capabilities=None if needed is None else tuple(needed),
        writable=None if places is None else tuple(Writable(at["path"], at["kind"], False) for at in places),
        no_new_privileges=document.get("no_new_privileges"),
        failed_users=document.get("failed_users") or {},
        failed=document.get("failed") or {},
        image=document.get("image") or trial.get("image", ""),
        image_id=trial.get("image_id", ""),
        command=trial.get("command", ""),
        dockerfiles=tuple(trial.get("dockerfiles", ())),
    )


def _trial(value: Cursor) -> None:
    values.mapping_of(value, _TRIAL)
    if value.get("date") is None:
        raise WrongProfileError(value, "`date` is missing: when it was tried")


_TRIAL: Mapping[str, Callable[[Cursor], None]] = {
    "date": values.text,
    "harden": values.text,
    "engine": values.text,
    "kernel": values.text,
    "image": values.text,
    "image_id": values.text,
    "command": values.text,
    "dockerfiles": values.list_of(values.text),
    "probes": values.list_of(values.text),
    "starts": values.text,
    "outcome": values.text,
}
_KNOWN: Mapping[str, Callable[[Cursor], None]] = {
    "service": values.text,
    "compose": values.text,
    "dockerfile": values.text,
    "image": values.text,
    "user": values.ids,
    "capabilities": values.list_of(values.capability),
    "writable": values.list_of(values.writable),
    "no_new_privileges": values.truth,
    "failed_users": values.variables,
    "failed": values.variables,
    "trial": _trial,
}
