"""Where the manifests that made containers say so, as far as they are on this host."""

from __future__ import annotations

from pathlib import Path

from hardener.model import detect
from hardener.model.compose.composefile import ComposeFile
from hardener.runtime.container import Container
from hardener.runtime.verification import Place
from hardener.text.source import Reader, UnreadableError
from hardener.text.unparsable import UnparsableError


def place_of(container: Container) -> Place | None:
    """Return where the Compose file that made a container has its service; None without such a file on this host.

    Of several files it is the first that has the service, else the first that is there, from its first line.
    """
    folder, names = container.manifests
    there = [path for name in names if (path := Path(folder) / name).is_file()]
    lines = ((path, _line(path, container.service)) for path in there)
    found = next((Place(path, line) for path, line in lines if line is not None), None)
    return found or next((Place(path, 1) for path in there), None)


def _line(path: Path, service: str) -> int | None:
    try:
        document = detect.read(Reader(path.parent).read(path), detect.Dialect.COMPOSE)
    except (UnreadableError, UnparsableError):
        return None
    services = document.services if isinstance(document, ComposeFile) else ()
    return next((one.document.position(one.start)[0] for one in services if one.name == service), None)
