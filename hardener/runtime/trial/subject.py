"""What a trial tries: a Compose project as it stands, and as the fixers would make it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from hardener import engine
from hardener.engine.read import read_all
from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.composition import compose
from hardener.model.compose.service import Service
from hardener.model.detect import Dialect, by_name
from hardener.model.servicefacts import digest
from hardener.model.settings import Settings
from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import ComposeTool, Model
from hardener.runtime.trial.shadow import inside, lay_out, outside
from hardener.text.find import find
from hardener.text.source import Reader
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse


@dataclass(frozen=True, slots=True)
class Subject:
    """A project, resolved by Compose before and after hardening, with paths as they really are."""

    file: Path
    before: Model
    after: Model
    known: Mapping[str, Service]
    """The services as the fixers see them, by name."""
    dockerfiles: Mapping[str, list[str]]
    """By service that builds one: the SHA-256 of its Dockerfile as it stands, and as safe and as all fixes make it."""


def subject_of(file: Path, settings: Settings, tool: ComposeTool, work: Path, timeout: float) -> Subject:
    """Return the project of a Compose file and of what it builds; `work` is a folder for texts. Raises EngineError."""
    file = file.resolve()
    end = time.monotonic() + timeout
    before = resolved(file, {}, tool, work / "before", end)
    paths = [file, *sorted(set(_dockerfiles(before).values()))]
    root = engine.project_root(file.parent)
    result = engine.run(paths, settings, root=root)
    if result.errors:
        raise EngineError(f"{result.errors[0].path}: {result.errors[0].message}")
    texts = _texts(paths, result)
    safe = _texts(paths, engine.run(paths, replace(settings, unsafe_fixes=False), root=root))
    after = resolved(file, texts, tool, work / "after", end)
    digests = {name: _digests(path, safe, texts) for name, path in _dockerfiles(before).items()}
    return Subject(file, before, after, _known(file), digests)


def compose_file_of(file: Path | None, image: str | None, work: Path) -> Path:
    """Return a Compose file to try: the one given, or one made in `work` for a Dockerfile or an image."""
    if file is not None and by_name(file) is not Dialect.DOCKERFILE:
        return file
    service: dict[str, Any] = {"image": image}
    if file is not None:
        service = {"build": {"context": str(file.resolve().parent), "dockerfile": str(file.resolve())}}
    made = work / "compose.yaml"
    made.write_text(json.dumps({"services": {"app": service}}, indent=2), encoding="utf-8")
    return made


def services_of(model: Model) -> Mapping[str, Mapping[str, Any]]:
    """Return the services of a project, by name."""
    return cast(Mapping[str, Mapping[str, Any]], model.get("services") or {})


def _texts(paths: list[Path], result: engine.Result) -> dict[Path, bytes]:
    changed = {change.source.path: change for change in result.changes}
    return {path.resolve(): changed[path].source.encode(changed[path].text) for path in paths if path in changed}


def _dockerfiles(model: Model) -> dict[str, Path]:
    """Return the Dockerfiles that services are built from, by service."""
    found = {}
    for name, service in services_of(model).items():
        build = service.get("build") or {}
        path = Path(build.get("context", "/")) / build.get("dockerfile", "Dockerfile")
        if build and path.is_file():
            found[name] = path.resolve()
    return found


def _digests(file: Path, *texts: Mapping[Path, bytes]) -> list[str]:
    raw = file.read_bytes()
    return list(dict.fromkeys(map(digest, (raw, *(changed.get(file, raw) for changed in texts)))))


def _known(file: Path) -> Mapping[str, Service]:
    reader = Reader(engine.project_root(file.parent))
    reader.allow(file)
    documents = [found for found in read_all(find([file]), reader).documents if isinstance(found, ComposeFile)]
    compose(documents, reader)
    return {service.name: service for document in documents for service in document.services}


def resolved(file: Path, texts: Mapping[Path, bytes], tool: ComposeTool, at: Path, end: float) -> Model:
    """Return the project with some files' texts replaced; the Dockerfiles among them are built from the new ones."""
    text = texts.get(file) or file.read_bytes()
    at.mkdir()
    lay_out(at, {**texts, file: _readable(text) if tool.is_old else text})
    model = dict(tool.resolved([inside(at, file)], inside(at, file.parent), end - time.monotonic()))
    model.setdefault("name", _project_name(file, text))
    model["services"] = {name: _original(service, at, texts) for name, service in services_of(model).items()}
    return model


def _original(service: Mapping[str, Any], at: Path, texts: Mapping[Path, bytes]) -> dict[str, Any]:
    """Return a service whose paths are the originals, except of a Dockerfile that has a new text."""
    found = dict(service)
    if isinstance(build := found.get("build"), str):
        found["build"] = {"context": build}
    if build := found.get("build"):
        context = outside(at, Path(build["context"]))
        dockerfile = context / build.get("dockerfile", "Dockerfile")
        new = dockerfile.resolve() in texts
        found["build"] = {**build, "context": str(context)}
        if new:
            found["build"]["dockerfile"] = str(inside(at, dockerfile.resolve()))
    found["volumes"] = [_mount(mount, at) for mount in found.get("volumes") or ()]
    return found


def _mount(mount: Any, at: Path) -> dict[str, Any]:
    """Return a mount in the long syntax, with the path as it really is."""
    if isinstance(mount, str):
        source, target, mode = ([*mount.split(":"), "", ""] if ":" in mount else ["", mount, ""])[:3]
        kind = "bind" if source.startswith(("/", "~")) else "volume"
        mount = {"type": kind, "target": target, "read_only": "ro" in mode.split(",")}
        mount |= {"source": source} if source else {}
    if mount.get("type") == "bind":
        return {**mount, "source": str(outside(at, Path(mount["source"])))}
    return dict(mount)


def _readable(text: bytes) -> bytes:
    """Return a Compose file that docker-compose 1.x reads: it refuses `name`, which the specification has since."""
    name = _name_in(text)
    if name is None:
        return text
    decoded = text.decode("utf-8-sig", "replace")
    return (decoded[: name.key_start] + "x-" + decoded[name.key_start :]).encode()


def _project_name(file: Path, text: bytes) -> str:
    """Return the name that a project has for Compose, which docker-compose 1.x does not print.

    https://docs.docker.com/compose/how-tos/project-name/
    """
    name = _name_in(text)
    own = str(to_python(name)) if name is not None else file.parent.name
    return re.sub("[^-_a-z0-9]", "", (os.environ.get("COMPOSE_PROJECT_NAME") or own).lower())


def _name_in(text: bytes) -> Cursor | None:
    try:
        root = parse(text.decode("utf-8-sig", "replace")).root(0)
    except UnparsableError:
        return None
    return root.get("name") if root is not None else None
