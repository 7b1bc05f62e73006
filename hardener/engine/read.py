"""From paths to documents: what is ours, what is not, and what cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hardener.engine.result import Notice
from hardener.model import detect
from hardener.model.compose.composefile import ComposeFile
from hardener.model.document import Document
from hardener.model.kubernetes.kustomization import NAMES as KUSTOMIZATIONS
from hardener.model.settings import SettingsOf
from hardener.text.find import Found, find
from hardener.text.ignore import Ignored, excluded_by
from hardener.text.source import Reader, Source, UnreadableError
from hardener.text.unparsable import UnparsableError


@dataclass(slots=True)
class Documents:
    """What was read in a run."""

    documents: list[Document] = field(default_factory=list)
    errors: list[Notice] = field(default_factory=list)
    skipped: list[Notice] = field(default_factory=list)
    files: int = 0


def read_all(found: Iterable[Found], reader: Reader) -> Documents:
    """Read and parse every file that may be ours."""
    read = Documents()
    for file in found:
        if file.problem:
            read.errors.append(Notice(reader.name(file.path), file.problem))
            continue
        read.files += 1
        _read_one(file, reader, read)
    return read


def exclusions(settings_of: SettingsOf) -> Callable[[str], Ignored]:
    """Return what gives the rules about what is in a folder, for `find`."""

    @cache
    def rules(patterns: tuple[str, ...], root: Path) -> Ignored:
        return excluded_by(os.path.realpath(root), patterns)

    def of(folder: str) -> Ignored:
        settings = settings_of(Path(folder))
        return rules(settings.exclude, settings.exclude_from or Path.cwd())

    return of


def compose_files(root: Path, reader: Reader, known: Iterable[Document]) -> Iterable[ComposeFile]:
    """Return the Compose files below the root that are not among those known; what cannot be read is passed over."""
    seen = {document.source.path for document in known}
    others = (file for file in find([root]) if file.path.suffix in {".yaml", ".yml"} and file.path not in seen)
    documents = read_all(others, reader).documents
    return [document for document in documents if isinstance(document, ComposeFile)]


def kustomizations(root: Path, reader: Reader) -> Iterable[Source]:
    """Yield the kustomizations below the root that can be read."""
    for file in find([root]):
        if file.path.name in KUSTOMIZATIONS:
            with suppress(UnreadableError):
                yield reader.read(file.path)


def _read_one(file: Found, reader: Reader, read: Documents) -> None:
    dialect = detect.by_name(file.path)
    owed = file.named or dialect is not None
    try:
        raw = reader.read_bytes(file.path)
        if not owed and not detect.may_be_ours(raw):
            return
        source = reader.decode(file.path, raw)
    except UnreadableError as error:
        (read.errors if owed else read.skipped).append(Notice(reader.name(file.path), error.reason))
        return
    try:
        document = detect.read(source, dialect)
    except UnparsableError as error:
        _unparsable(source, error, owed, read)
        return
    if document is not None:
        read.documents.append(document)
    elif owed:
        read.skipped.append(Notice(source.name, detect.NOT_OURS))


def _unparsable(source: Source, error: UnparsableError, owed: bool, read: Documents) -> None:
    if detect.is_template(source.text):
        read.documents.append(detect.template(source))
    elif owed or detect.looks_like_ours(source.text):
        read.errors.append(Notice(source.name, error.reason, error.line))
    elif detect.names_an_image(source.text):
        read.skipped.append(Notice(source.name, f"does not parse: {error.reason}", error.line))
