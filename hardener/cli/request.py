"""What `harden fix` is asked for, once it makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

SETTINGS = ("select", "ignore", "level", "exclude", "config")
"""The options of `hardener.cli.options.settings_options`."""


class Format(StrEnum):
    """How findings are reported."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Request:
    """The options that do not decide settings, and those that do in `settings`."""

    paths: tuple[Path, ...]
    """Never empty; of standard input it is the name that was given to it."""
    stdin: bool
    overview: bool
    """Whether nothing is said of what to look at or to do: then a run tells in a few lines what there is."""
    settings: Mapping[str, Any]
    diff: bool
    write: bool
    check: bool
    strict: bool
    unsafe_fixes: bool
    include_accepted: bool
    force_exclude: bool
    format: Format
    output: Path | None
    quiet: bool
    verbose: bool
    color: str

    @classmethod
    def of(cls, given: dict[str, Any]) -> Request:
        """Return the request that options and arguments make. Raises click.UsageError where they contradict."""
        for problem in _problems(given):
            raise click.UsageError(problem)
        settings = {key: given.pop(key) for key in SETTINGS}
        asked = any(given[key] for key in ("diff", "write", "check", "format", "output", "quiet", "verbose"))
        names, stdin_name = given.pop("paths"), given.pop("stdin_filename")
        if stdin_name is not None:
            names = (stdin_name,)
        paths = tuple(map(Path, names)) or (Path(),)
        given["format"] = Format(given["format"] or Format.TEXT)
        overview = not (names or asked)
        return cls(paths=paths, stdin=stdin_name is not None, overview=overview, settings=settings, **given)

    @property
    def writes_files(self) -> bool:
        """Whether files are written; the new text of standard input goes to standard output."""
        return self.write and not self.stdin


def _problems(given: Mapping[str, Any]) -> Iterator[str]:
    stdin = "-" in given["paths"]
    if given["diff"] and given["write"]:
        yield "--diff shows the changes instead of writing them: give it or --write"
    if given["check"] and given["write"]:
        yield "--check changes nothing: give it or --write"
    if given["strict"] and not given["check"]:
        yield "--strict belongs to --check"
    if given["format"] and given["diff"]:
        yield "--format is for the findings: give it or --diff"
    if stdin and given["stdin_filename"] is None:
        yield "standard input has no name that says what it is: give --stdin-filename with -"
    if stdin and len(given["paths"]) > 1:
        yield "standard input goes alone: give - or other paths"
    if given["stdin_filename"] is not None and not stdin:
        yield "--stdin-filename names standard input: give - too"
    if given["stdin_filename"] == "":
        yield "--stdin-filename is empty"
    if stdin and given["write"] and given["format"]:
        yield "--format is for the findings: give it or --write with standard input"
