"""What .gitignore files and exclusion patterns leave out of a walk.

pathspec says what a single pattern matches. Which pattern decides is told here, for a walk from the top down: each
entry is judged by the patterns that match itself, because one inside a folder that is left out is never asked about.
GitIgnoreSpec judges a path with all folders above it at once, and differs from git where `dir/**` or a negated folder
meets another pattern.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.text.source import UnreadableError, is_below, read_regular

if TYPE_CHECKING:
    from pathspec.pattern import Pattern

_LIMIT = 1_000_000
"""Bytes of a .gitignore; a larger one is passed over."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of a .gitignore file; names are relative to the file's folder, with `/`."""

    leaves_out: bool
    """False for a negated pattern."""
    folders_only: bool
    tied: bool
    """Whether it matches a name from the file's folder on, or else the last part of any name."""
    depth: int
    """How many parts a name has that this can match; 0 for any number."""
    whole: Pattern
    last: Pattern | None
    """What the last part of a name must match too, where `depth` does not tell: `whole` matches what is in a match."""

    def matches(self, name: str, *, is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        if self.depth and name.count("/") + 1 != self.depth:
            return False
        if self.last and self.last.match_file(name[name.rfind("/") + 1 :]) is None:
            return False
        return self.whole.match_file(name) is not None


@dataclass(frozen=True, slots=True)
class Ignored:
    """The patterns in force in one folder; all paths are absolute and without symbolic links."""

    rules: tuple[tuple[str, tuple[_Rule, ...]], ...] = ()
    """Those of each folder that has some, the strongest first."""

    def covers(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether a file or folder is itself left out, going by the strongest pattern that matches it.

        Outside of a pattern's folder only patterns without a slash match.
        """
        basename = path[path.rfind(os.sep) + 1 :]
        for folder, rules in self.rules:
            inside = is_below(path, folder)
            name = path[len(folder) :].lstrip(os.sep).replace(os.sep, "/")
            for rule in rules:
                if (inside or not rule.tied) and rule.matches(name if rule.tied else basename, is_folder=is_folder):
                    return rule.leaves_out
        return False

    def covers_folder(self, path: str) -> bool:
        """Whether a folder is itself left out by rules of a folder that it lies in."""
        return any(is_below(path, top) and path != top for top, _ in self.rules) and self.covers(path, is_folder=True)

    def covers_way_to(self, path: str) -> bool:
        """Whether a file, or a folder between it and that of the rules, is left out."""
        return self.covers(path) or any(self.covers_folder(str(folder)) for folder in Path(path).parents)

    def inside(self, folder: str) -> Ignored:
        """Return the rules that hold in a folder further down, or in this one: its own .gitignore adds to these."""
        return self._with(_readable_lines(Path(folder, ".gitignore")), folder)

    def _with(self, lines: Iterable[str], folder: str) -> Ignored:
        rules = [rule for line in lines if (rule := _rule(line)) is not None]
        return Ignored(((folder, tuple(reversed(rules))), *self.rules)) if rules else self


def repository(top: str) -> Ignored:
    """Return the rules that hold for a whole repository: its .git/info/exclude. A person's own rules are not read."""
    git = _git_folder(Path(top, ".git"))
    return Ignored()._with(_readable_lines(git / "info" / "exclude"), top)


def above(folder: str) -> Ignored:
    """Return the rules that the folders above this one, up to the top of its repository, set for what is in it.

    Where they leave out the folder itself, they say nothing about what is in it: then there are none.
    """
    way = [Path(folder), *Path(folder).parents]
    top = next((number for number, parent in enumerate(way) if os.path.lexists(parent / ".git")), 0)
    rules = repository(str(way[top]))
    for number in range(top, 0, -1):
        rules = rules.inside(str(way[number]))
        if rules.covers(str(way[number - 1]), is_folder=True):
            return Ignored()
    return rules


def excluded_by(folder: str, patterns: Iterable[str]) -> Ignored:
    """Return the rules for patterns that a person gave. Raises ValueError for one that is no gitignore pattern."""
    rules = []
    for pattern in patterns:
        rule = _rule(pattern)
        if rule is None:
            raise ValueError(f"{pattern!r} is no gitignore pattern")
        rules.append(rule)
    return Ignored(((folder, tuple(reversed(rules))),) if rules else ())


def _rule(line: str) -> _Rule | None:
    """Return what a line says; None for a comment and for what is no pattern, which git passes over too."""
    body = _without_blanks_at_the_end(line)
    if body.startswith("#"):
        return None
    leaves_out = not body.startswith("!")
    body = body if leaves_out else body[1:]
    folders_only = body.endswith("/")
    body = body.removesuffix("/")
    tied = "/" in body  # a slash at the start or inside ties a pattern to its folder
    body = body.removeprefix("/")
    if body.startswith("**/") and "/" not in body[3:]:
        tied, body = False, body[3:]
    if not tied and body.startswith(("#", "!")):
        body = "\\" + body
    whole = _pattern("/" + body if tied else body)
    if whole is None:
        return None
    parts = body.split("/")
    if "**" not in parts:
        return _Rule(leaves_out, folders_only, tied, len(parts), whole, None)
    last = None if parts[-1] == "**" else _pattern("/" + parts[-1])
    return _Rule(leaves_out, folders_only, tied, 0, whole, last)


def _pattern(text: str) -> Pattern | None:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most runs on single files need no patterns

    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of re, about `[[a]` and `[&&a]`
            (pattern,) = GitIgnoreSpec.from_lines([text]).patterns
    except (ValueError, re.error):  # re's own, as for `[z-a]`, is let through
        return None
    return pattern if pattern.include else None


def _without_blanks_at_the_end(line: str) -> str:
    stripped = line.rstrip(" ")
    escaped = (len(stripped) - len(stripped.rstrip("\\"))) % 2 == 1 and stripped != line
    return stripped + " " if escaped else stripped


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
