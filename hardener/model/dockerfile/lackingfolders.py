"""Which folders an image's user lacks, and the commands that make them and give them away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.frameworks import framework_places, written_code
from hardener.model.dockerfile.ownerchanges import Mention, given_away, removed
from hardener.model.dockerfile.prepared import Made, made_folders, volumes
from hardener.model.dockerfile.rootfiles import made_files
from hardener.model.dockerfile.slots import Fill, Slot, obstacle, place_of
from hardener.model.dockerfile.writable import is_writable
from hardener.model.places import is_below, is_hosts, is_programs, may_be_programs
from hardener.model.settings import Level
from hardener.model.startup.privileges import is_everybodys

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Copy, Dockerfile, Stage
    from hardener.model.project import Project
    from hardener.model.settings import User


COPY_CHOWN = "dockerfile-copy-chown"

_PLAIN = re.compile(r"[\w./@%+,:=-]+")
"""A path whose characters mean nothing to a shell or to a Dockerfile."""


class Directories(NamedTuple):
    """What gives a user its folders."""

    paths: tuple[str, ...]
    fills: tuple[Fill, ...]
    reason: str = ""
    """Why that cannot be written; empty where it can."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """What is given, in words for people."""
        return (f"it prepares {', '.join(self.paths)} for writing",) if self.paths else ()


def lacking(project: Project, dockerfile: Dockerfile, stage: Stage, user: User) -> Directories:
    """Return what gives a user the places that its image prepares for writing and that it does not own yet."""
    directories = _directories(stage, user, _lacking_places(project, dockerfile, stage, user))
    return directories._replace(reason=directories.reason or _left_to_system(project, dockerfile, stage))


def lacking_after_root(project: Project, dockerfile: Dockerfile, stage: Stage, user: User) -> Directories:
    """Return what gives a user the folders that the program could write to while it was root, as far as that is meant.

    At level baseline these are also the working directory, whose owner builders do not agree on, all other folders
    that the file makes in the program's places, and files that it makes there for writing. At restricted the code stays
    root's, and the folders that hold it; so does the working directory where the image has no shell to give it away
    with.
    """
    if reason := _left_to_system(project, dockerfile, stage) or _left_to_code(project, dockerfile, stage):
        return Directories((), (), reason)
    places = _lacking_places(project, dockerfile, stage, user)
    if project.settings_of(stage).level is not Level.BASELINE or not _has_shell(stage):
        return _directories(stage, user, places)
    folder = stage.end_scope.workdir
    own = [folder] if folder is not None and gives_working_directory(project, stage) else []
    files = tuple(made_files(stage))
    made = (*made_folders(stage), *files)
    own += [found.path for found in made if is_programs(found.path, folder) or may_be_programs(found.path)]
    counting = _counts(project, dockerfile, stage)
    return _directories(stage, user, [*_not_yet_given(stage, own, made, counting, always=folder), *places])


def _left_to_system(project: Project, dockerfile: Dockerfile, stage: Stage) -> str:
    """Return which of the system's folders a framework's settings have the program write to; empty where none does."""
    given = given_away(stage)
    for path in (place.path for place in framework_places(project, dockerfile, stage)):
        if not (may_be_programs(path) or is_everybodys(path) or any(mention.covers(path) for mention in given)):
            return f"its settings have the program write to {path}, the system's: name a folder of its own there"
    return ""


def _left_to_code(project: Project, dockerfile: Dockerfile, stage: Stage) -> str:
    """Return which folder of code, where code stays root's, a framework's settings have written to; empty for none."""
    path = "" if project.settings_of(stage).level is Level.BASELINE else written_code(project, dockerfile, stage)
    if not path or any(mention.covers(path) for mention in given_away(stage)):
        return ""
    return f"its settings have the program write to {path}, where its code is, which stays root's at level restricted"


def existing_volumes(stage: Stage, user: User) -> str:
    """Return what has to be done about volumes that are there already, where the image declares some; else empty.

    Docker gives a volume the owner that its folder has in the image only when it first mounts it.
    """
    paths = dict.fromkeys(path for path, _, _ in volumes(stage) if not (is_hosts(path) or is_everybodys(path)))
    if not paths:
        return ""
    command = f"docker run --rm --user 0 --entrypoint chown -v NAME:/v IMAGE -R {user} /v"
    return f"existing volumes for {', '.join(paths)} still belong to root: {command}"


def gives_working_directory(project: Project, stage: Stage) -> bool:
    """Whether a user that root gives way to gets the working directory: code is given away, and it is no system's."""
    folder = stage.end_scope.workdir
    baseline = project.settings_of(stage).level is Level.BASELINE
    return baseline and folder is not None and is_programs(folder, folder) and _has_shell(stage)


def left_to_root(stage: Stage) -> str:
    """Return why a program could not write beside itself: nothing can give its folder away; empty where it can."""
    folder = stage.end_scope.workdir
    words = (found for home in stage.chain for found in home.instructions if found.keyword == "WORKDIR")
    if folder is None and (last := max(words, key=lambda found: found.index, default=None)) is not None:
        return f"which folder `WORKDIR {last.value}` (line {last.line}) is, and so what to give away, is not known"
    if folder in (None, "/") or _has_shell(stage) or not any(is_programs_copy(copy, stage) for copy in stage.copies):
        return ""
    return f"nothing in its image can give {folder} to it: a program that writes there fails"


def gives_copy(project: Project, stage: Stage, copy: Copy) -> bool:
    """Whether this run makes what a COPY or ADD brings its user's."""
    baseline = project.settings_of(stage).level is Level.BASELINE
    return baseline and project.selects(COPY_CHOWN, stage) and is_programs_copy(copy, stage)


def is_programs_copy(copy: Copy, stage: Stage) -> bool:
    """Whether a COPY or ADD brings files of the program, by the working directory there or at the stage's end."""
    if copy.destination is None:
        return False
    scopes = (home.scope_at(copy.instruction) for home in stage.chain if copy in home.copies)
    folders = [scope.workdir for scope in (*scopes, stage.end_scope)]
    return any(is_programs(copy.destination, folder) for folder in folders)


def _lacking_places(project: Project, dockerfile: Dockerfile, stage: Stage, user: User) -> list[str]:
    image = stage.image
    of_base = {place.path for place in image.writable or ()} if image else set()
    owned = image is not None and (
        user.has_ids_of(image.default_user) or (user.has_ids_of(image.runs_as) and image.direct is True)
    )
    places = [
        place.path
        for place in project.writable_places(dockerfile, stage)
        if may_be_programs(place.path) and not (place.path in of_base and (owned or place.volume))
    ]
    return list(_not_yet_given(stage, places, tuple(made_folders(stage)), _counts(project, dockerfile, stage)))


def _counts(project: Project, dockerfile: Dockerfile, stage: Stage) -> tuple[Mention, ...]:
    """Return the commands after which a folder needs no owner any more.

    At restricted `chmod -R 777` around code is none of them: dockerfile-no-world-writable closes it for everybody.
    """
    given = given_away(stage)
    if project.settings_of(stage).level is Level.BASELINE:
        return given
    places = project.writable_places(dockerfile, stage)
    return tuple(found for found in given if not found.opened or (found.path and is_writable(found.path, places)))


def _not_yet_given(
    stage: Stage, paths: Iterable[str], made: tuple[Made, ...], given: tuple[Mention, ...], *, always: str | None = None
) -> Iterator[str]:
    """Yield the folders that none of the commands in `given` gives away after they were made.

    What the file's own user made is that user's. A folder that is gone again is left out, save for the one that is
    `always` there.
    """
    gone = removed(stage)
    for path in dict.fromkeys(paths):
        makings = [found for found in made if found.path == path]
        if makings and not any(found.step.is_root for found in makings):
            continue
        limit = _limit(stage, path)
        early = (found for found in makings if not isinstance(limit, int) or found.step.run.instruction.index < limit)
        since = max((found.number for found in early), default=-1)
        if path != always and _any_covers(gone, path, since):
            continue
        if not _any_covers(given, path, since) and not _copied_with_owner(stage, path):
            yield path


def _any_covers(mentions: tuple[Mention, ...], path: str, since: int) -> bool:
    return any(mention.number >= since and mention.covers(path) for mention in mentions)


def _copied_with_owner(stage: Stage, path: str) -> bool:
    """Whether a COPY makes the folder and names its owner. One that exists, a WORKDIR for example, keeps its own."""
    scopes = (scope for home in stage.chain for scope in home.scopes)
    if any(scope.workdir is not None and is_below(scope.workdir, path) for scope in scopes):
        return False
    return any(
        copy.destination is not None
        and copy.destination.rstrip("/") == path
        and any(flag.name == "chown" for flag in copy.instruction.flags)
        for home in stage.chain
        for copy in home.copies
    )


def _directories(stage: Stage, user: User, paths: Iterable[str]) -> Directories:
    paths = tuple(dict.fromkeys(paths))
    if not paths:
        return Directories((), ())
    if (odd := next((path for path in paths if not _PLAIN.fullmatch(path)), None)) is not None:
        return Directories(
            paths, (), f"`{odd}` is no plain path that a command could be written with: give it away there"
        )
    if not _has_shell(stage):
        listed = ", ".join(paths)
        return Directories(
            paths, (), f"nothing in its image can make {listed}: copy an empty folder there, with --chown={user}"
        )
    groups: dict[int, list[str]] = {}
    for path in paths:
        limit = _limit(stage, path)
        if isinstance(limit, str):
            return Directories(paths, (), limit)
        groups.setdefault(place_of(stage, Slot.DIRECTORIES, limit), []).append(path)
    for place in groups:
        if reason := obstacle(stage, Slot.DIRECTORIES, place):
            return Directories(paths, (), reason)
    fills = (_fill(stage, user, together, place) for place, together in groups.items())
    return Directories(paths, tuple(fills))


def _fill(stage: Stage, user: User, paths: list[str], place: int) -> Fill:
    """Return the commands for one place. Not recursive: that would store a copied layer twice."""
    missing = [path for path in paths if not _exists(stage, path, place)]
    leaves = [path for path in missing if not any(is_below(other, path) for other in missing if other != path)]
    making = (f"mkdir -p {' '.join(leaves)}",) if leaves else ()
    return Fill(stage.number, Slot.DIRECTORIES, (*making, f"chown {user} {' '.join(paths)}"), place)


def _limit(stage: Stage, path: str) -> int | str | None:
    """Return the VOLUME that the folder must be given away in front of, or why there is no such place.

    Docker's classic builder discards what a RUN changes below a VOLUME that stands in front of it; BuildKit does not.
    """
    limit = None
    for volume, home, instruction in volumes(stage):
        if not is_below(path, volume):
            continue
        if home is not stage:
            return f"{home.subject} declares VOLUME {volume} (line {instruction.line}), which discards later changes"
        limit = instruction.index if limit is None else min(limit, instruction.index)
    return limit


def _exists(stage: Stage, path: str, place: int) -> bool:
    """Whether the folder is certain to be there in front of an instruction of the stage."""
    for home in stage.chain:
        scopes = home.scopes[: place - home.first + 1] if home is stage else home.scopes
        if any(scope.workdir is not None and is_below(scope.workdir, path) for scope in scopes):
            return True
    return any(
        is_below(made.path, path) and made.step.command.always_runs and made.step.run.instruction.index < place
        for made in (*made_folders(stage), *made_files(stage))
    )


def _has_shell(stage: Stage) -> bool:
    """Whether RUN works in the image, as far as that is known."""
    if any(True for _ in stage.runs()):
        return True
    return stage.family in ("shadow", "busybox") and not (stage.image is not None and stage.image.shell is False)
