"""Files that RUNs make as root beside the program, and that the program may have to write to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hardener.model.dockerfile.ownerchanges import given_away, path_words, removed
from hardener.model.dockerfile.prepared import Made, volumes
from hardener.model.dockerfile.steps import Step, steps
from hardener.model.places import is_below, is_programs

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage

_CODE = re.compile(r".*\.(?:py|js|ts|rb|php|sh|json|ya?ml|toml)|\.(?:git)?keep")
"""Names of files that `touch` makes for a program to read, or for nobody."""

_DATABASE = re.compile(
    r"(?:\S*/)?(?:manage\.py migrate|django-admin migrate|flask db upgrade|alembic (?:\S+ )*upgrade|artisan migrate"
    r"|prisma (?:migrate|db push)|(?:rails|rake) db:\S+)(?=\s|$)"
)
_RAILS = re.compile(r"(?:\S*/)?(?:rails|rake) assets:precompile(?=\s|$)")
"""It starts the application, which leaves caches in tmp and a log in log."""


def made_files(stage: Stage) -> Iterator[Made]:
    """Yield files that root certainly makes in the program's places and that the program most likely writes to.

    These are what `touch` and `sqlite3` make, and what output goes to. A file that may be gone again, or that lies in a
    volume, is left out, and so is code.
    """
    gone = removed(stage)
    folder = stage.end_scope.workdir
    for number, step in enumerate(steps(stage)):
        if not (step.is_root and step.command.always_runs):
            continue
        for path in _made(step):
            if not is_programs(path, folder) or any(is_below(path, volume) for volume, _, _ in volumes(stage)):
                continue
            later = [mention for mention in gone if mention.number >= number]
            if not any(found.covers(path) or fnmatchcase(path, found.path or "") for found in later):
                yield Made(path, step, number)


def doubt(stage: Stage) -> str:
    """Return which RUN leaves files of root that the program may write to, but does not name them; empty for none."""
    given = given_away(stage)
    for number, step in enumerate(steps(stage)):
        folder = step.folder or stage.end_scope.workdir
        if not step.is_root or folder is None:
            continue
        if any(found.number >= number and found.recursive and found.covers(folder) for found in given):
            continue
        text = " ".join(word.unquoted for word in step.command.words)
        line = step.run.instruction.line
        if found := _DATABASE.search(text):
            return f"`{found[0]}` (line {line}) may make a database as root, which the program could not write to then"
        if (script := _script(step)) and is_programs(script, stage.end_scope.workdir):
            return f"{script} (line {line}) runs as root, and what it makes beside the program stays root's"
        if (found := _RAILS.search(text)) and not _covered(stage, number, folder):
            return f"`{found[0]}` (line {line}) leaves files of root in tmp and log, where Rails writes"
    return ""


def _script(step: Step) -> str | None:
    """Return the program's own script that a step runs; tools that only build make nothing to write to."""
    word = step.command.words[0].unquoted if step.command.words else ""
    return step.path(word) if "/" in word and word.endswith(".sh") else None


def _covered(stage: Stage, number: int, folder: str) -> bool:
    """Whether Rails' tmp and log are given away, with what is in them."""
    given = [found for found in given_away(stage) if found.number >= number and found.recursive]
    return all(any(found.covers(posixpath.join(folder, name)) for found in given) for name in ("tmp", "log"))


def _made(step: Step) -> Iterator[str]:
    if step.command.name == "touch":
        yield from (path for path in map(step.path, path_words(step)) if path and not _CODE.fullmatch(_name(path)))
    elif step.command.name == "sqlite3":
        yield from (path for path in map(step.path, path_words(step)[:1]) if path)
    for path in map(step.path, step.command.redirected):
        if path and not _CODE.fullmatch(_name(path)):
            yield path


def _name(path: str) -> str:
    return path.rpartition("/")[2]
