"""Compose files put together as Compose does it: `.env`, `include`, override files and `extends`.

https://github.com/compose-spec/compose-spec/blob/main/13-merge.md, 14-include.md, 05-services.md#extends

Files outside the run are read, never changed: a service that is all that such a file says is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hardener.model.compose.composefile import ComposeFile, parse
from hardener.model.compose.interpolation import interpolated, variables_of
from hardener.model.compose.service import Layers, Service
from hardener.model.document import Held
from hardener.text import yamltree
from hardener.text.source import Reader, UnreadableError
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor

BASES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The names that Compose looks for, the first one first."""
OVERRIDES = (
    *("compose.override.yaml", "compose.override.yml"),
    *("docker-compose.override.yaml", "docker-compose.override.yml"),
)
"""What it lays over such a file unasked."""
_DEEPEST = 32


class NoBaseError(Exception):
    """What a service extends cannot be had; the message says why."""


def compose(files: Iterable[ComposeFile], reader: Reader) -> None:
    """Link the files of a run with each other and with those that they name: fills their layers and variables."""
    Composer(files, reader).link()


class Composer:
    """Links Compose files; each is read once."""

    def __init__(self, files: Iterable[ComposeFile], reader: Reader) -> None:
        self._files = list(files)
        self._reader = reader
        self._known: dict[Path, ComposeFile | None] = {file.source.path: file for file in self._files}

    def link(self) -> None:
        """Fill in what the files of the run say together."""
        for file in self._files:
            self._settle(file)
        for file in self._files:
            self._include(file)
        for file in self._files:
            self._lay_over(file)
        extending = [part for file in self._files for part in file.parts if part.own("extends") is not None]
        for part, bases in [(part, self._bases(part)) for part in extending]:
            if isinstance(bases, str):
                _hold(part, bases)
            else:
                self._extend(part, bases)

    def _settle(self, file: ComposeFile) -> None:
        if "$" in file.source.text:
            file.variables = self._variables(file.folder / ".env")

    def _variables(self, path: Path) -> dict[str, str]:
        try:
            return variables_of(self._reader.read(path).text) if self._reader.is_file(path) else {}
        except UnreadableError:
            return {}

    def _include(self, file: ComposeFile) -> None:
        """Give included files the folder that their paths start from, and lay those of one list over each other."""
        for root in (file.tree.root(number) for number in range(len(file.tree.documents))):
            include = root.get("include") if root is not None else None
            for entry in include.elements() if include is not None else ():
                given = entry.get("path")
                named = entry if entry.text is not None else given
                items = [] if named is None else [named] if named.text is not None else named.elements()
                found = [self._named(file, item) for item in items]
                loaded = [other for other in found if other is not None]
                folder = entry.get("project_directory")
                if folder is not None and folder.text is not None:
                    for other in loaded:
                        other.folder = file.folder / folder.text
                        self._settle(other)
                for other in loaded[1:]:
                    _lay(loaded[0], other, also_images=True)

    def _named(self, file: ComposeFile, item: Cursor) -> ComposeFile | None:
        path = interpolated(item.text or "", file.variables)
        return self._file(file.folder / path) if path else None

    def _lay_over(self, file: ComposeFile) -> None:
        """Find what this file is laid over: the base that Compose takes, else the one neighbour that has its services.

        A neighbour of another name that names the image itself stands for itself.
        """
        folder = file.source.path.parent
        if file.source.path.name in OVERRIDES:
            paths = (folder / name for name in BASES)
            base = next((found for path in paths if (found := self._file(path)) is not None), None)
            if base is not None:
                _lay(base, file, also_images=True)
            return
        if file.source.path.name in BASES:
            for name in OVERRIDES:
                path = folder / name
                if path in self._known or not self._reader.is_file(path):
                    continue
                other = self._file(path)
                if other is not None:
                    _lay(file, other, also_images=True)
        if any(part.own("extends") is None for part in file.fragments):
            base = self._neighbour(file)
            if base is not None:
                _lay(base, file, also_images=False)

    def _neighbour(self, file: ComposeFile) -> ComposeFile | None:
        names = {part.name for part in file.fragments}
        beside = [other for other in self._known.values() if other is not None and other is not file]
        fitting = [
            other
            for other in beside
            if other.source.path.parent == file.source.path.parent
            and any(service.name in names and not service.inherits for service in other.services)
        ]
        named = [other for other in fitting if other.source.path.name in BASES]
        return named[0] if named else fitting[0] if len(fitting) == 1 else None

    def _extend(self, part: Service, bases: tuple[Service, ...]) -> None:
        file, layers = part.document, part.layers
        file.layers[part] = layers._replace(under=(*bases, *layers.under))
        named = next((base for base in bases if not base.inherits), None)
        if not part.inherits or named is None:
            return
        if any(known is named.document for known in self._files):
            file.fragments.remove(part)
            file.services = sorted([*file.services, part], key=lambda service: service.start)
        else:
            _hold(part, f"its image is that of {named.place}, which is not part of this run: harden that file too")

    def _bases(self, part: Service) -> tuple[Service, ...] | str:
        """Return what a service extends, the nearest first, or why that cannot be had."""
        try:
            return tuple(self._chain(part))
        except NoBaseError as error:
            return str(error)

    def _chain(self, part: Service) -> Iterator[Service]:
        """Yield what a service extends, the nearest first. Raises NoBaseError."""
        seen, current = [part], part
        while (extends := current.own("extends")) is not None:
            current = self._base(current, extends)
            if any(current.cursor.node is other.cursor.node for other in seen) or len(seen) > _DEEPEST:
                raise NoBaseError(f"it extends itself, by way of {current.place}")
            seen.append(current)
            yield current

    def _base(self, part: Service, extends: Cursor) -> Service:
        where = extends.get("file") if extends.text is None else None
        which = extends if extends.text is not None else extends.get("service")
        name = part.plain(which) if which is not None else None
        if name is None or (where is not None and part.plain(where) is None):
            raise NoBaseError("a variable, or nothing, says what it extends")
        file = part.document
        if where is not None:
            path = part.document.folder / (part.plain(where) or "")
            other = self._file(path)
            if other is None:
                raise NoBaseError(f"it extends {name} of {self._shown(path)}, which cannot be read")
            file = other
        found = next((base for base in file.parts if base.name == name and base is not part), None)
        if found is None:
            raise NoBaseError(f"it extends {name}, and {file.file} has no such service that can be read")
        return found

    def _shown(self, path: Path) -> str:
        try:
            return self._reader.name(path)
        except UnreadableError:
            return str(path)

    def _file(self, path: Path) -> ComposeFile | None:
        """Return the Compose file at a path, one of the run or read now; None where there is none."""
        try:
            real = self._reader.locate(path)
            if real not in self._known:
                self._known[real] = None
                if self._reader.is_file(path):
                    source = self._reader.read(path)
                    file = parse(source, yamltree.parse(source.text), named=True)
                    self._known[real] = file
                    if file is not None:
                        self._settle(file)
            return self._known[real]
        except (UnreadableError, UnparsableError):
            return None


def _hold(part: Service, reason: str) -> None:
    """Take a service out of its file's, with the reason."""
    file = part.document
    (file.fragments if part in file.fragments else file.services).remove(part)
    file.held.append(Held(part.start, part.end, part.subject, reason))


def _lay(base: ComposeFile, file: ComposeFile, *, also_images: bool) -> None:
    """Lay a file over another: what both have is one service, and the upper file's is a fragment of it."""
    lower = {service.name: service for service in base.parts}
    upper = file.parts if also_images else file.fragments
    for part in upper:
        below = lower.get(part.name)
        if below is None or (not also_images and below.inherits):
            continue
        layers = below.layers
        base.layers[below] = layers._replace(over=(part, *layers.over))
        file.layers[part] = file.layers.get(part, Layers())._replace(under=(below,))
        if part in file.services:
            file.services.remove(part)
            file.fragments.append(part)
