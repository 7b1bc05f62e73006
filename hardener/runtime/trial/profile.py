"""What a trial showed, written down as facts of a service that the fixers use: `.harden/images/*.yaml`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any

from hardener import __version__
from hardener.model.capabilities import plain
from hardener.model.images.ownprofiles import FOLDER
from hardener.runtime.client import Engine
from hardener.runtime.trial.composetool import services_of
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import READ_ONLY, Place, Relaxation, relaxed, stays
from hardener.runtime.trial.subject import Subject
from hardener.runtime.trial.trial import Outcome, Trialled
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

_HEAD = """\
# Written by `harden trial --write-profile`. It holds while the image, the Dockerfile and the command stay as they were;
# another trial writes it anew.
"""


_IDS = re.compile(r"[0-9]+:[0-9]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a service needs when it is hardened; None is "not shown"."""

    user: str | None
    capabilities: tuple[str, ...] | None
    writable: tuple[Place, ...] | None
    no_new_privileges: bool


def facts_of(service: Mapping[str, Any], back: Relaxation, seen: Observation) -> Facts:
    """Return what a service that works when it is hardened like this was shown to need; `seen` is what it did then."""
    drops = "ALL" in {plain(word) for word in service.get("cap_drop") or ()}
    added = tuple(sorted(plain(word) for word in service.get("cap_add") or ()))
    confined = service.get("read_only") and (READ_ONLY not in back.controls or back.places is not None)
    options = {str(option).replace("=", ":") for option in service.get("security_opt") or ()}
    return Facts(
        _started_as(seen),
        added if drops else None,
        tuple(_places(service, back)) if confined else None,
        bool(options & {"no-new-privileges:true", "no-new-privileges"}),
    )


def _started_as(seen: Observation) -> str | None:
    """Return `uid:gid`; None where a name does not tell the number and its processes differ."""
    if seen.user.partition(":")[0] in ("", "0", "root"):
        return "0:0"
    if _IDS.fullmatch(seen.user):
        return seen.user
    ids = {f"{process.uid}:{process.gid}" for process in seen.processes}
    return ids.pop() if len(ids) == 1 else None


def write_profiles(subject: Subject, found: list[Trialled], engine: Engine, root: Path, on: date) -> list[Path]:
    """Write the facts of every service that was shown to work, and return the files. Raises OSError.

    What they hold is quoted as JSON, whose scalars and lists are YAML's too.
    """
    folder = root / FOLDER
    said = engine.about()
    written = []
    for each in found:
        if each.outcome not in (Outcome.PROVEN, Outcome.RELAXED) or each.after is None:
            continue
        subject = each.subject or subject
        about = _about(subject, each.service, root)
        lines = [f"{key}: {json.dumps(value)}" for key, value in about.items()]
        lines += _facts(subject, each, each.after)
        lines += [
            "trial:",
            *(f"  {key}: {json.dumps(value)}" for key, value in _record(subject, each, said, on).items()),
        ]
        folder.mkdir(parents=True, exist_ok=True)
        file = file_for(about, folder)
        file.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
        written.append(file)
    return written


def file_for(about: dict[str, str], folder: Path) -> Path:
    """Return where the facts about something are written: over those of an earlier trial, and over nothing else."""
    name = re.sub("[^A-Za-z0-9]+", "-", "-".join(reversed(about.values()))).strip("-").lower()
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    places = (folder / f"{each}.yaml" for each in names)
    return next(file for file in places if not file.exists() or _is_of_a_trial(file, about))


def _is_of_a_trial(file: Path, about: Mapping[str, str]) -> bool:
    try:
        root = parse(file.read_text(encoding="utf-8")).root(0)
    except (UnparsableError, UnicodeDecodeError):
        return False
    written = to_python(root) if root is not None else None
    return isinstance(written, Mapping) and "trial" in written and about.items() <= written.items()


def _about(subject: Subject, service: str, root: Path) -> dict[str, str]:
    """Return the keys that say what facts are about."""
    if not subject.fixers.is_made:
        return {"service": service, "compose": os.path.relpath(subject.file, root)}
    dockerfile = subject.fixers.dockerfiles.get(service)
    if dockerfile is not None:
        return {"dockerfile": os.path.relpath(dockerfile, root)}
    return {"image": subject.known[service].image or ""}


def _facts(subject: Subject, each: Trialled, seen: Observation) -> Iterator[str]:
    before, after = (services_of(model)[each.service] for model in (subject.before, subject.after))
    back = each.back or Relaxation()
    facts = facts_of(relaxed(before, after, back), back, seen)
    if facts.user:
        yield f"user: {json.dumps(facts.user)}"
    if facts.capabilities is not None:
        yield f"capabilities: [{', '.join(name for name in facts.capabilities if name not in each.needless)}]"
    if facts.writable is not None:
        yield "writable:" if facts.writable else "writable: []"
        yield from (f"  - {{path: {json.dumps(place.path)}, kind: {place.kind}}}" for place in facts.writable)
    yield f"no_new_privileges: {'true' if facts.no_new_privileges else 'false'}"
    if each.failed_users:
        yield f"failed_users: {json.dumps(each.failed_users)}"
    if failed := {key: each.reasons[control] for key, control in stays(before, after, back) if control in each.reasons}:
        yield f"failed: {json.dumps(failed)}"


def _record(subject: Subject, each: Trialled, said: Mapping[str, Any], on: date) -> dict[str, Any]:
    known = subject.known[each.service]
    return {
        "date": on.isoformat(),
        "harden": __version__,
        "engine": said["ServerVersion"],
        "kernel": said["KernelVersion"],
        "image": known.image or "",
        "image_id": each.after.image_id if each.after else "",
        "command": known.started,
        "dockerfiles": subject.dockerfiles.get(each.service, []),
        "probes": [name for name, fine in each.after.probes if fine] if each.after else [],
        "outcome": each.outcome.value,
        "starts": str(each.starts),
    }


def _places(service: Mapping[str, Any], back: Relaxation) -> Iterator[Place]:
    """Yield where a service was given to write, besides its own mounts and /tmp."""
    given = {place.path: place for place in back.places or ()}
    tmpfs = service.get("tmpfs") or []
    paths = [item.partition(":")[0] for item in ([tmpfs] if isinstance(tmpfs, str) else tmpfs)]
    known = {*given, "/tmp"}  # noqa: S108 - a path in a container
    yield from (Place.at(path) for path in paths if path not in known)
    yield from given.values()
