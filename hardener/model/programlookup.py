"""What is known of what a service or an image name runs: found over the links of a project, configuration first."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hardener.model.compose.dependence import setuid_helper
from hardener.model.compose.serviceuser import COMPOSE_USER, planned_user
from hardener.model.declared import under_user
from hardener.model.dockerfile.identity import NON_ROOT_USER
from hardener.model.evidence import Start
from hardener.model.finding import Key
from hardener.model.images.hooks import with_hooks
from hardener.model.images.nginxconf import with_copied, with_mounted
from hardener.model.images.profiles import ImageName, Writable, profile
from hardener.model.places import is_below
from hardener.model.program import PROFILED, Program, built, configured, profiled, unknown
from hardener.model.servicefacts import proven, shown_of
from hardener.model.startup.entry import follow

if TYPE_CHECKING:
    from hardener.model.compose.service import Service
    from hardener.model.document import Subject
    from hardener.model.project import Project


def of_image(project: Project, image: str, place: Subject) -> Program:
    """Return what is known of an image that `place` runs, by its name: configured, built here, or in a profile."""
    if ImageName.parse(image) is None:
        return unknown(f"{image!r} is no image name that can be read")
    known, builder = profile(image), project.builder(image)
    if builder is None and known is not None:
        return _configured(project, profiled(known), image, place)
    builder = builder or project.builder(image, searched=True)
    if builder is not None:
        return _configured(project, _built(project, builder), image, place)
    return _configured(project, unknown(f"no profile, configuration or build tells of {image}"), image, place)


def of_service(project: Project, service: Service) -> Program:
    """Return what is known of what a service runs, as its image starts it, and what a trial showed of it."""
    program, facts = _of_its_image(project, service), shown_of(project, service)
    return program if facts is None else proven(program, facts)


def of_started_service(project: Project, service: Service) -> Program:
    """Return what is known of what a service runs, started with the `user` that it has or gets."""
    program = _started(project, service)
    return program if program.start is Start.ROOT else program.using(setuid_helper(service))


def _started(project: Project, service: Service) -> Program:
    program = project.image_program(service)
    planned = planned_user(project, service) if project.selects(COMPOSE_USER, service) else None
    if planned and planned.is_root and planned.is_written(unsafe_fixes=project.settings_of(service).unsafe_fixes):
        key = Key(COMPOSE_USER, service.document.file, service.subject)
        return program.started_as(planned.user, requires=(key, *program.requires))
    return under_user(program, service.text("user")) if service.get("user") is not None else program


def _of_its_image(project: Project, service: Service) -> Program:
    if service.is_built:
        program = _configured(project, _built(project, service), service.image or "", service)
    elif service.image is None:
        return unknown("a variable hides the image's name")
    else:
        program = project.program(service.image, service)
    profiled_as = program.source.removeprefix(PROFILED) if program.source.startswith(PROFILED) else ""
    image = profiled_as if service.is_built else service.image or ""
    if service.replaces_program(image):
        return program.with_other_command(own=service.starts_own(image))
    program = with_mounted(program, service, project.reader)
    return with_hooks(program, lambda folder: any(is_below(mount.target, folder) for mount in service.mounts))


def _configured(project: Project, program: Program, image: str, place: Subject) -> Program:
    """Return the program with what the configuration in force for `place` says of its image."""
    facts, name = project.settings_of(place).images, ImageName.parse(image)
    if name is None:
        return program
    pattern = next((key for key in facts if fnmatchcase(name.familiar, key)), None)
    if pattern is None:
        return program
    return configured(program, facts[pattern], f'images."{pattern}" in the configuration')


def _built(project: Project, service: Service) -> Program:
    build = service.build
    if build is None:
        return unknown("its build is inline, remote or hidden by a variable")
    dockerfile = project.dockerfile(build.dockerfile)
    if isinstance(dockerfile, str):
        return unknown(dockerfile)
    stage = dockerfile.stage(build.target)
    if stage is None:
        return unknown(f"{dockerfile.file} has no stage {build.target}")
    fixable = project.selects(NON_ROOT_USER, dockerfile)
    likely = tuple(Writable(path, kind, volume) for path, kind, volume in project.writable_places(dockerfile, stage))
    program = built(dockerfile, stage, project.identity(dockerfile, stage), likely, fixable=fixable)
    program = program.using(follow(project, dockerfile, stage).helper)
    program = replace(program, filled=tuple(place.path for place in likely if stage.copies_below(place.path)))
    return with_hooks(with_copied(program, stage, project.reader, build.context), stage.copies_below)
