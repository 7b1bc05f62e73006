"""What the tests of the Dockerfile model need: a text as a Dockerfile, and a project of that one file."""

from __future__ import annotations

from pathlib import Path

from hardener.model.dockerfile.stages import Dockerfile, Stage, parse
from hardener.model.project import Project
from hardener.model.settings import Settings
from hardener.text.source import Reader, Source


def dockerfile(text: str) -> Dockerfile:
    return parse(Source.from_text("Dockerfile", text))


def last_stage(text: str) -> Stage:
    return dockerfile(text).stages[-1]


def project(folder: Path, text: str, files: dict[str, str] | None = None, settings: Settings | None = None) -> Project:
    """Write `files` as the build context and return the project of the Dockerfile with this text."""
    for name, content in ({"Dockerfile": text} | (files or {})).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    reader = Reader(folder, base=folder)
    document = parse(reader.read(folder / "Dockerfile"))
    return Project([document], lambda _: settings or Settings(), reader, selected=lambda _: frozenset())
