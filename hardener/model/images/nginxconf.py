"""Where nginx writes by a configuration that a project gives it, besides what its image says.

Directives: https://nginx.org/en/docs/dirindex.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.model.evidence import Control
from hardener.model.images.profiles import Writable
from hardener.model.kubernetes.configmaps import mounted_texts
from hardener.model.places import is_below
from hardener.model.program import PROFILED, Program
from hardener.text.source import Reader, UnreadableError

if TYPE_CHECKING:
    from hardener.model.compose.service import Service
    from hardener.model.dockerfile.stages import Stage
    from hardener.model.kubernetes.workload import Container
    from hardener.model.project import Project

_IMAGES = ("nginx", "nginxinc/nginx-unprivileged")
_FOLDER = "/etc/nginx"
_PLACES = ("/etc/nginx/nginx.conf", "/etc/nginx/conf.d", "/etc/nginx/sites-enabled", "/etc/nginx/http.d")
_DIRECTIVE = re.compile(
    r"(?:^|[\s;{}])(?P<name>access_log|error_log|pid|lock_file|\w+_temp_path|\w+_cache_path)\s+(?P<path>[^\s;]+)"
)
_COMMENT = re.compile(r"#.*")
_NO_FILE = re.compile(r"off|stderr|syslog:.*|memory:.*|/dev/.*")
_LINKED = ("/var/log/nginx/access.log", "/var/log/nginx/error.log")
"""Links to the container's own output in the image."""

_FILLED = "/var/log/nginx"


def with_mounted(program: Program, service: Service, reader: Reader) -> Program:
    """Return the program as it is under what a service mounts for a configuration."""
    return _under(program, _mounted(service, reader))


def with_config_maps(program: Program, container: Container, project: Project) -> Program:
    """Return the program as it is under the ConfigMaps that a container mounts for a configuration."""
    return _under(program, mounted_texts(project, container, _is_configuration))


def with_copied(program: Program, stage: Stage, reader: Reader, context: Path) -> Program:
    """Return the program as it is under what a stage's chain copies from its context for a configuration."""
    return _under(program, _copied(stage, reader, context))


def _mounted(service: Service, reader: Reader) -> Iterator[str | None]:
    """Yield the texts of the configuration that a service mounts; None for what cannot be read."""
    for mount in service.mounts:
        if mount.is_bind and _is_configuration(mount.target):
            yield from _texts(reader, service.document.folder / mount.source)


def _copied(stage: Stage, reader: Reader, context: Path) -> Iterator[str | None]:
    """Yield the texts of the configuration that a stage's chain copies; None for what cannot be read."""
    for copy in (copy for home in stage.chain for copy in home.copies):
        if copy.destination is None or not _is_configuration(copy.destination):
            continue
        for source in copy.sources:
            if copy.origin is not None or source is None:
                yield None
            else:
                yield from _texts(reader, context / source.lstrip("/"))


def _under(program: Program, texts: Iterable[str | None]) -> Program:
    """Return the program as it is under configurations; one that cannot be read may write anywhere."""
    if program.source.removeprefix(PROFILED) not in _IMAGES:
        return program
    known = tuple(texts)
    paths = {path for text in known if text is not None for path in written(text)}
    if None in known or any("$" in path for path in paths):
        return replace(program, proofs={c: s for c, s in program.proofs.items() if c != Control.READ_ONLY})
    there = program.writable or ()
    new = tuple(Writable(p, "runtime", False) for p in sorted(paths) if not any(is_below(p, at.path) for at in there))
    filled = tuple(place.path for place in new if is_below(place.path, _FILLED) or is_below(place.path, _FOLDER))
    return replace(
        program,
        writable=program.writable and (*program.writable, *new),
        likely=(*program.likely, *new),
        filled=(*program.filled, *filled),
    )


def written(text: str) -> Iterator[str]:
    """Yield the folders that a configuration makes nginx write to."""
    for found in _DIRECTIVE.finditer(_COMMENT.sub("", text)):
        path = found["path"].strip("\"'")
        if _NO_FILE.fullmatch(path) or path in _LINKED:
            continue
        absolute = posixpath.normpath(posixpath.join(_FOLDER, path))
        folder = absolute if found["name"].endswith("_path") else posixpath.dirname(absolute)
        yield re.sub(r"^/run(?=/|$)", "/var/run", folder)


def _is_configuration(path: str) -> bool:
    return path.rstrip("/") == _FOLDER or any(is_below(path.rstrip("/"), place) for place in _PLACES)


def _texts(reader: Reader, path: Path) -> Iterator[str | None]:
    """Yield the text of a file, or those of the configurations in a folder."""
    try:
        files = sorted(reader.locate(path).rglob("*.conf")) if reader.is_folder(path) else [path]
        for file in files:
            yield reader.read(file).text
    except (OSError, UnreadableError):
        yield None
