"""What .gitignore files and exclusion patterns leave out of a walk."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.text.source import UnreadableError, read_regular

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LIMIT = 1_000_000
"""Bytes of a .gitignore; a larger one is passed over."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Patterns in force in one folder, its parents' first; the last that matches decides."""

    top: str
    """The folder that the patterns are relative to: an absolute path without symbolic links."""
    patterns: GitIgnoreSpec | None = None

    def covers(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether the file or folder at this absolute path, or a folder above it, is left out.

        A path that is not below `top` is matched as if `top` were the root of the file system.
        """
        if self.patterns is None:
            return False
        name = path.removeprefix(self.top.rstrip(os.sep) + os.sep).lstrip(os.sep).replace(os.sep, "/")
        return self.patterns.match_file(name + "/" if is_folder else name)

    def inside(self, folder: str) -> Ignored:
        """Return the rules that hold in `folder`, which is `top` or below it: its own .gitignore adds to these."""
        return self._with(_readable_lines(Path(folder, ".gitignore")), folder)

    def _with(self, lines: Iterable[str], folder: str) -> Ignored:
        prefix = "" if folder == self.top else os.path.relpath(folder, self.top).replace(os.sep, "/")
        specs = [spec for line in lines for spec in _lenient(_below(prefix, line))]
        if not specs:
            return self
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most runs on single files need no patterns

        before = self.patterns.patterns if self.patterns else ()
        return Ignored(self.top, GitIgnoreSpec([*before, *(pattern for spec in specs for pattern in spec.patterns)]))


def repository(top: str) -> Ignored:
    """Return the rules that hold for a whole repository: its .git/info/exclude. A person's own rules are not read."""
    git = _git_folder(Path(top, ".git"))
    return Ignored(top)._with(_readable_lines(git / "info" / "exclude"), top)


def above(folder: str) -> Ignored:
    """Return the rules that the folders above this one, up to the top of its repository, set for what is in it.

    Where they leave out the folder itself, they say nothing about what is in it: then there are none.
    """
    way = [Path(folder), *Path(folder).parents]
    top = next((number for number, parent in enumerate(way) if os.path.lexists(parent / ".git")), 0)
    rules = repository(str(way[top]))
    for child, parent in reversed(list(itertools.pairwise(way[: top + 1]))):
        rules = rules.inside(str(parent))
        if rules.covers(str(child), is_folder=True):
            return Ignored(folder)
    return rules


def excluded_by(top: str, patterns: Iterable[str]) -> Ignored:
    """Return the rules for patterns that a person gave. Raises ValueError for one that is not a gitignore pattern."""
    given = tuple(patterns)
    if not given:
        return Ignored(top)
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - as above

    return Ignored(top, GitIgnoreSpec.from_lines(given))


def _lenient(line: str) -> Iterator[GitIgnoreSpec]:
    """Yield the pattern; git passes over lines that are none, and so does this."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - as above

    try:
        yield GitIgnoreSpec.from_lines([line])
    except ValueError:
        return


def _below(folder: str, line: str) -> str:
    """Return a .gitignore line of `folder` as it would stand at the top. A slash inside it ties it to its folder."""
    if not folder or not line.strip() or line.startswith("#"):
        return line
    negation, body = ("!", line[1:]) if line.startswith("!") else ("", line)
    tied = "/" in body.rstrip(" ").rstrip("/")
    start = re.sub(r"([\\*?\[\]!# ])", r"\\\1", folder)
    return f"{negation}/{start}/{body.lstrip('/') if tied else '**/' + body}"


def _readable_lines(path: Path) -> list[str]:
    try:
        text = read_regular(path, _LIMIT).decode("utf-8-sig", errors="surrogateescape")
    except UnreadableError:
        return []
    return [line.removesuffix("\r") for line in text.split("\n")]


def _git_folder(path: Path) -> Path:
    """Return the folder with a repository's data; in a linked work tree `.git` is a file that leads there."""
    lead = _readable_lines(path)
    if not lead or not lead[0].startswith("gitdir: "):
        return path
    git = path.parent / lead[0].removeprefix("gitdir: ")
    shared = _readable_lines(git / "commondir")
    return git / shared[0] if shared else git
