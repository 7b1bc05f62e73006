"""What a trial showed, written down as facts of a service that the fixers use: `.harden/images/*.yaml`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hardener import __version__
from hardener.model.ownprofiles import FOLDER
from hardener.runtime.capabilities import plain
from hardener.runtime.client import Engine
from hardener.runtime.trial.relaxation import CAPABILITIES, NO_NEW_PRIVILEGES, READ_ONLY, Place, Relaxation, relaxed
from hardener.runtime.trial.subject import Subject, services_of
from hardener.runtime.trial.trial import Outcome, Trialled

_HEAD = """\
# Written by `harden trial --write-profile`. It holds while the image, the Dockerfile and the command stay as they were;
# another trial writes it anew.
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a service needs when it is hardened; None is "not shown"."""

    user: str | None
    capabilities: tuple[str, ...] | None
    writable: tuple[Place, ...] | None
    no_new_privileges: bool


def facts_of(service: Mapping[str, Any], back: Relaxation | None, uids: frozenset[int]) -> Facts:
    """Return what a service that works when it is hardened like this was shown to need; `uids` ran it."""
    controls = back.controls if back else ()
    user = str(service.get("user") or "")
    shown_user = user if 0 not in uids and re.fullmatch(r"[1-9][0-9]*:[0-9]+", user) else None
    drops = "ALL" in {plain(word) for word in service.get("cap_drop") or ()}
    added = tuple(sorted(plain(word) for word in service.get("cap_add") or ()))
    keeps_root = READ_ONLY in controls and not (back and back.places is not None)
    places = None if keeps_root or not service.get("read_only") else tuple(_places(service, back))
    options = {str(option).replace("=", ":") for option in service.get("security_opt") or ()}
    quiet = NO_NEW_PRIVILEGES not in controls and bool(options & {"no-new-privileges:true", "no-new-privileges"})
    return Facts(shown_user, added if drops or CAPABILITIES in controls else None, places, quiet)


def write_profiles(subject: Subject, found: list[Trialled], engine: Engine, root: Path, on: date) -> list[Path]:
    """Write the facts of every service that was shown to work, and return the files. Raises OSError."""
    folder = root / FOLDER
    written = []
    for each in found:
        if each.outcome not in (Outcome.PROVEN, Outcome.RELAXED) or each.after is None:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{re.sub(r'[^A-Za-z0-9]+', '-', each.service).strip('-').lower()}.service.yaml"
        file.write_text(_HEAD + "\n".join(_lines(subject, each, engine, root, on)) + "\n", encoding="utf-8")
        written.append(file)
    return written


def _lines(subject: Subject, each: Trialled, engine: Engine, root: Path, on: date) -> Iterator[str]:
    before, after = (services_of(model)[each.service] for model in (subject.before, subject.after))
    back = each.back or Relaxation()
    processes = each.after.processes if each.after else ()
    facts = facts_of(relaxed(before, after, back), back, frozenset(process.uid for process in processes))
    yield f"service: {_quoted(each.service)}"
    yield f"compose: {_quoted(os.path.relpath(subject.file, root))}"
    if facts.user:
        yield f"user: {_quoted(facts.user)}"
    if facts.capabilities is not None:
        yield f"capabilities: [{', '.join(facts.capabilities)}]"
    if facts.writable is not None:
        yield "writable:" if facts.writable else "writable: []"
        yield from (f"  - {{path: {_quoted(place.path)}, kind: {place.kind}}}" for place in facts.writable)
    yield f"no_new_privileges: {'true' if facts.no_new_privileges else 'false'}"
    yield "trial:"
    record = _record(subject, each, engine, on)
    yield from (f"  {key}: {_quoted(value)}" for key, value in record.items() if isinstance(value, str))
    yield f"  dockerfiles: {json.dumps(subject.dockerfiles.get(each.service, []))}"
    yield f"  probes: {json.dumps([name for name, fine in each.after.probes if fine] if each.after else [])}"


def _record(subject: Subject, each: Trialled, engine: Engine, on: date) -> dict[str, str]:
    about = engine.about()
    known = subject.known[each.service]
    return {
        "date": on.isoformat(),
        "harden": __version__,
        "engine": about["ServerVersion"],
        "kernel": about["KernelVersion"],
        "image": known.image or "",
        "image_id": each.before.image_id if each.before else "",
        "command": known.started,
        "outcome": each.outcome.value,
        "starts": str(each.starts),
    }


def _places(service: Mapping[str, Any], back: Relaxation | None) -> Iterator[Place]:
    """Yield where a service was given to write, besides its own mounts and /tmp."""
    given = {place.path: place for place in (back.places or () if back else ())}
    tmpfs = service.get("tmpfs") or []
    paths = [item.partition(":")[0] for item in ([tmpfs] if isinstance(tmpfs, str) else tmpfs)]
    yield from (given.get(path) or Place.at(path) for path in paths if path not in given and path != "/tmp")  # noqa: S108
    yield from given.values()


def _quoted(text: str) -> str:
    """Return a YAML scalar that is this text, whatever it holds: JSON's strings are YAML's."""
    return json.dumps(text)
