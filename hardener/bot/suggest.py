"""Suggested changes on somebody's own pull request: only in lines that it shows, and only what can be taken alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hardener.bot.forge import Forge, Pull, State, Suggestion
from hardener.bot.git import Git
from hardener.bot.hardening import Hardening
from hardener.bot.snapshot import lay_out
from hardener.engine import FileChange, Result
from hardener.engine import State as Settled
from hardener.rules import catalog
from hardener.text.diff import patch_set, unified

MOST = 40
"""How many suggestions one review has at most."""

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class _Part(NamedTuple):
    """Lines of a file, counted from 1, and what stands in their place."""

    first: int
    last: int
    text: str


class Review(NamedTuple):
    """What is said on a pull request."""

    pull: Pull
    commit: str
    body: str
    suggestions: list[Suggestion]
    """Those that are not there yet; none where the pull request is not open."""


def review_of(number: int, git: Git, forge: Forge, work: Path) -> Review:
    """Return what there is to suggest on a pull request; `work` is an empty folder for its files.

    Raises GitError, ForgeError and hardener.policy.config.ConfigError.
    """
    pull = forge.pull(number)
    if pull.state is not State.OPEN:
        return Review(pull, "", "", [])
    commit = git.fetch(f"refs/pull/{number}/head", 1)
    lay_out(git, commit, work)
    result = Hardening(work).whole
    shown = {path: _shown(patch) for path, patch in forge.patches(number).items()}
    wanted, elsewhere = _wanted(result, shown)
    there = {body.replace("\r\n", "\n").strip() for body in forge.comments(number)}
    new = [each for each in wanted if each.body.strip() not in there]
    return Review(pull, commit, _summary(len(new[:MOST]), len(new[MOST:]), elsewhere), new[:MOST])


def _wanted(result: Result, shown: Mapping[str, list[range]]) -> tuple[list[Suggestion], int]:
    """Return suggestions for files whose whole change lies in shown lines, and how many fixes there are besides.

    A file whose fixes require another file's is left out, for a suggestion is taken or left by itself.
    """
    fixed = [outcome.finding for outcome in result.outcomes if outcome.state is Settled.FIXED]
    parts = {change.source.name: _parts(change) for change in result.changes if "\r" not in change.source.text}
    whole = {name for name, each in parts.items() if all(_is_shown(part, shown.get(name, [])) for part in each)}
    alone = {
        name
        for name in whole
        if not any(key.file != name for each in fixed if each.file == name for key in each.requires)
    }
    suggestions = [
        Suggestion(name, part.first, part.last, _body(part, sorted({each.rule for each in fixed if each.file == name})))
        for name in sorted(alone)
        for part in parts[name]
    ]
    return suggestions, sum(each.file not in alone for each in fixed)


def _shown(patch: str) -> list[range]:
    """Return the lines on the new side that a diff's hunks have."""
    return [range(int(start), int(start) + int(count or 1)) for start, count in _HUNK.findall(patch)]


def _is_shown(part: _Part, shown: list[range]) -> bool:
    return any(part.first in lines and part.last in lines for lines in shown)


def _parts(change: FileChange) -> list[_Part]:
    return list(_replaced(change, unified(change.source, change.edits, change.text)))


def _replaced(change: FileChange, diff: str) -> Iterator[_Part]:
    """Yield each run of changed lines; what is only put in goes with the line above it, or with the one below."""
    lines = change.source.text.split("\n")
    for hunk in patch_set(diff)[0]:
        number = hunk.source_start
        removed: list[int] = []
        added: list[str] = []
        for line in [*filter(_is_text, hunk), None]:
            if line is not None and line.is_added:
                added.append(line.value.removesuffix("\n"))
                continue
            if line is not None and line.is_removed:
                removed.append(number)
                number += 1
                continue
            if removed or added:
                yield _part(lines, removed, added, number)
                removed, added = [], []
            number += 1


def _is_text(line: Any) -> bool:
    """Whether a hunk's line is one of a file's, and not the word that the last one has no end."""
    return bool(line.is_added or line.is_removed or line.is_context)


def _part(lines: list[str], removed: list[int], added: list[str], below: int) -> _Part:
    """Return the part that replaces some lines, or stands before the line numbered `below`."""
    if removed:
        return _Part(removed[0], removed[-1], "\n".join(added))
    if below > 1:
        return _Part(below - 1, below - 1, "\n".join([lines[below - 2], *added]))
    return _Part(1, 1, "\n".join([*added, lines[0]]))


def _body(part: _Part, rules: list[str]) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", part.text)), default=0))
    why = ", ".join(f"{catalog()[rule].rule.title} (`{rule}`)" for rule in rules if rule in catalog())
    return f"`harden`: {why}\n\n{fence}suggestion\n{part.text}\n{fence}\n"


def _summary(count: int, more: int, elsewhere: int) -> str:
    words = [f"`harden` suggests {count} change{'' if count == 1 else 's'} in lines that this pull request shows."]
    if more:
        words.append(f"{more} more are left out here.")
    if elsewhere:
        words.append(f"{elsewhere} fixes concern other lines, or need several files at once: see `harden --diff`.")
    words.append("Taking none of them is fine. The suggestions for one file belong together.")
    return " ".join(words)
