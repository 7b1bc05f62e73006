"""Which COPY and ADD of an image leave to root what its program has to own or to read, and the flags they lack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.identity import Task
from hardener.model.dockerfile.lackingfolders import is_programs_copy
from hardener.model.dockerfile.writable import is_writable
from hardener.model.evidence import Verdict
from hardener.model.finding import Safety
from hardener.model.places import may_be_programs
from hardener.model.settings import Level, User
from hardener.text.instructions import SetFlag

if TYPE_CHECKING:
    from hardener.model.dockerfile.prepared import Prepared
    from hardener.model.dockerfile.stages import Copy, Dockerfile, Stage
    from hardener.model.project import Project

_REMOTE = re.compile(r"https?://(?!.*\.git(?:[#?]|$))", re.IGNORECASE)
_KNOWS_CHMOD = re.compile(r"docker/dockerfile(?:-upstream)?:(?:1|1\.[2-9].*|1\.\d\d.*|[2-9].*|labs|latest)")
"""ADD has --chmod since version 1.2 of the syntax (https://docs.docker.com/build/buildkit/dockerfile-release-notes/)."""

_READABLE = "644"


class Lacking(NamedTuple):
    """A COPY or ADD that lacks a flag."""

    copy: Copy
    flag: SetFlag
    verdict: Verdict
    subject: str
    """What a finding about it speaks about: each once in an image."""


def copies_lacking(project: Project, dockerfile: Dockerfile, stage: Stage, user: User) -> Iterator[Lacking]:
    """Yield the copies of an image that runs as `user`, which is not root, that lack an owner or a mode for it."""
    was_root = project.identity(dockerfile, stage).task is Task.CREATE
    places = project.writable_places(dockerfile, stage)
    seen: Counter[str] = Counter()
    for copy in stage.copies:
        if any(flag.name == "chown" for flag in copy.instruction.flags):
            continue
        owned = SetFlag(copy.instruction.index, "chown", str(user))
        flag = owned if _is_written(copy, places) else None
        needed = was_root or flag is not None or _downloads(copy)
        if flag is None and is_programs_copy(copy, stage):
            flag = owned if project.settings_of(stage).level is Level.BASELINE else _readable(dockerfile, copy, owned)
        if flag is None:
            continue
        subject = f"{stage.subject}, {copy.instruction.keyword} {copy.instruction.value}"
        seen[subject] += 1
        numbered = f"{subject} ({seen[subject]})" if seen[subject] > 1 else subject
        yield Lacking(copy, flag, _verdict(copy, str(user), needed=needed), numbered)


def _is_written(copy: Copy, places: tuple[Prepared, ...]) -> bool:
    return copy.destination is not None and is_writable(copy.destination, places) and may_be_programs(copy.destination)


def _readable(document: Dockerfile, copy: Copy, owned: SetFlag) -> SetFlag | None:
    """Return what lets the program read what ADD downloads; None for anything else."""
    if not _downloads(copy) or any(flag.name == "chmod" for flag in copy.instruction.flags):
        return None
    syntax = document.tree.directives.get("syntax", "")
    return SetFlag(copy.instruction.index, "chmod", _READABLE) if _KNOWS_CHMOD.fullmatch(syntax) else owned


def _downloads(copy: Copy) -> bool:
    return copy.instruction.keyword == "ADD" and any(source and _REMOTE.match(source) for source in copy.sources)


def _verdict(copy: Copy, user: str, *, needed: bool) -> Verdict:
    if copy.instruction.flags_closed:
        return Verdict(Safety.HELD, "a bare -- ends its flags")
    if not needed:
        return Verdict(
            Safety.UNSAFE, f"the image runs as {user} already, and the program could then change its own code"
        )
    return Verdict(Safety.SAFE, evidence=(f"the image runs as {user}",))
