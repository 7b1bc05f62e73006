"""A Compose file as Compose resolves it, with other texts in place of some files and with its user's paths."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hardener import engine
from hardener.engine.read import read_all
from hardener.model.compose.composition import BASES, OVERRIDES
from hardener.model.detect import Dialect, by_name
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import ComposeError, ComposeTool, Model, services_of
from hardener.runtime.trial.shadow import inside, lay_out, outside
from hardener.text.find import find
from hardener.text.source import Reader
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

Texts = Mapping[Path, bytes]
"""What files hold in place of what stands in them, by absolute path."""


def resolved(file: Path, texts: Texts, tool: ComposeTool, at: Path, end: float) -> Model:
    """Return the project with some files' texts replaced; the Dockerfiles among them are built from the new ones.

    Raises EngineError.
    """
    text = texts.get(file) or file.read_bytes()
    files = {file: text, **{path: path.read_bytes() for path in _laid_over(file)}}
    at.mkdir()
    lay_out(at, {**texts, **{path: _readable(text) if tool.is_old else text for path, text in files.items()}})
    try:
        there = [inside(at, path) for path in files]
        model = dict(tool.resolved(there, inside(at, file.parent), end - time.monotonic()))
    except ComposeError as error:
        raise EngineError(_why_refused(file, str(error).replace(str(at), ""))) from None
    model.setdefault("name", _project_name(file, text))
    model["services"] = {name: _original(service, at, texts) for name, service in services_of(model).items()}
    return model


def reader_of(file: Path) -> Reader:
    """Return what reads a file and those of its project."""
    reader = Reader(engine.project_root(file.parent))
    reader.allow(file)
    return reader


def _why_refused(file: Path, said: str) -> str:
    """Return why a file is no project: Compose says so too, but not always in words that help."""
    read = read_all(find([file]), reader_of(file))
    if read.errors:
        line = f":{read.errors[0].line}" if read.errors[0].line else ""
        return f"{file}{line}: {read.errors[0].message}"
    if any(not isinstance(document, KubernetesFile) for document in read.documents):
        return said
    if by_name(file) is Dialect.COMPOSE:
        return f"{file} has no service with an image or a build"
    return f"{file} is neither a Compose file nor named like a Dockerfile"


def _laid_over(file: Path) -> list[Path]:
    """Return the file that Compose lays over this one unasked; none where there is none."""
    places = (file.with_name(name) for name in OVERRIDES) if file.name in BASES else ()
    return [path for path in places if path.is_file()][:1]


def _original(service: Mapping[str, Any], at: Path, texts: Texts) -> dict[str, Any]:
    """Return a service whose paths are the originals, except of a Dockerfile that has a new text."""
    found = dict(service)
    if isinstance(build := found.get("build"), str):
        found["build"] = {"context": build}
    build = found.get("build")
    if build and build["context"].startswith("/"):  # else it is fetched from elsewhere
        said = {key: _plain(build[key]) for key in ("context", "dockerfile") if key in build}
        context = outside(at, Path(said["context"]))
        dockerfile = context / said.get("dockerfile", "Dockerfile")
        found["build"] = {**build, **said, "context": str(context)}
        if dockerfile.resolve() in texts:
            found["build"]["dockerfile"] = str(inside(at, dockerfile.resolve()))
    found["volumes"] = [_mount(mount, at) for mount in found.get("volumes") or ()]
    return found


def _plain(path: str) -> str:
    """Return a path that Compose printed: it doubles each `$`, which `write_model` does again."""
    return path.replace("$$", "$")


def _mount(mount: Any, at: Path) -> dict[str, Any]:
    """Return a mount in the long syntax, with the path as it really is."""
    if isinstance(mount, str):
        source, target, mode = ([*mount.split(":"), "", ""] if ":" in mount else ["", mount, ""])[:3]
        kind = "bind" if source.startswith(("/", "~")) else "volume"
        mount = {"type": kind, "target": target, "read_only": "ro" in mode.split(",")}
        mount |= {"source": source} if source else {}
    if mount.get("type") == "bind":
        return {**mount, "source": str(outside(at, Path(_plain(mount["source"]))))}
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
