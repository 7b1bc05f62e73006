"""Which of a file's findings can be fixed together: what they require, what they share, where they contradict.

Findings are independent wishes about one text. A finding is fixed whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from hardener.engine.result import State
from hardener.model.finding import Finding, Key, Safety
from hardener.text.changes import Exclude, Include, Path, Put, Remove, Replace, YamlChange
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamlshared import Place

Dropped: TypeAlias = dict[Key, tuple[State, str]]
"""Findings that are not fixed after all, with what becomes of them and why."""


class Asked(NamedTuple):
    """One change that a finding asks for."""

    finding: Finding
    reader: Path
    """The path that the rule walked."""
    change: YamlChange
    """With the path where its value is defined."""
    users: frozenset[Path]
    """All paths that read this value."""


def missing_requirements(findings: Sequence[Finding], known: Mapping[Key, tuple[State, str]]) -> Dropped:
    """Return the findings that require one which is not fixed in this run.

    `known` tells what became of the findings that were decided before, in this file and in others.
    """
    wanted = {finding.key for finding in findings}
    dropped: Dropped = {}
    for finding in findings:
        for key in finding.requires:
            if key in wanted:
                continue
            state, reason = known.get(key, (State.HELD, f"pass {key.file} too"))
            if state is State.UNSAFE:
                dropped[finding.key] = (State.UNSAFE, f"it rests on an unsafe fix in {key.file}: {reason}")
            elif state is not State.FIXED:
                dropped[finding.key] = (State.HELD, f"{key.file} is not fixed in this run: {reason}")
    return dropped


def at_home(findings: Iterable[Finding], place: Callable[..., Place]) -> tuple[list[Asked], Dropped]:
    """Return every change with the place where its value is defined, and the findings for which there is none."""
    asked: list[Asked] = []
    dropped: Dropped = {}
    for finding in findings:
        changes = [change for change in finding.changes if isinstance(change, YamlChange)]
        try:
            places = [place(change.path, entry=isinstance(change, Remove)) for change in changes]
        except RefusedError as refused:
            dropped[finding.key] = (State.HELD, refused.reason)
            continue
        asked += (
            Asked(finding, change.path, _moved(change, at.home), at.users)
            for change, at in zip(changes, places, strict=True)
        )
    return asked, dropped


def at_the_source(asked: Sequence[Asked], counts: Callable[[Path], bool]) -> list[Asked]:
    """Return the changes with those of readers moved to the place that they share, where all ask for just the same."""
    moved = list(asked)
    by_reader: dict[Path, list[int]] = defaultdict(list)
    for number, entry in enumerate(asked):
        by_reader[entry.reader].append(number)
    shared = {entry.change.path: entry.users for entry in asked if len(entry.users) > 1}
    for home, users in sorted(shared.items(), key=lambda place: -len(place[1])):
        concerned = [user for user in users if counts(user)]
        wishes = {frozenset(_wish(asked[number].change, home) for number in by_reader[user]) for user in concerned}
        numbers = [number for user in concerned for number in by_reader[user]]
        if len(wishes) == 1 and all(asked[number].users <= users for number in numbers):
            for number in numbers:
                change = _moved(asked[number].change, home)
                moved[number] = moved[number]._replace(change=change, users=users)
    return moved


def _wish(change: YamlChange, home: Path) -> str:
    return repr(_moved(change, home))


def _moved(change: YamlChange, home: Path) -> YamlChange:
    return change if change.path == home else replace(change, path=home)


def not_wanted_by_all(asked: Sequence[Asked], counts: Callable[[Path], bool]) -> Dropped:
    """Return the findings that would change what others share who do not ask for the same change.

    Who gets a value of its own in the same run is not concerned.
    """
    shared = [entry for entry in asked if len(entry.users) > 1]
    apart = {entry.reader for entry in asked if entry.users == {entry.change.path}}
    readers: dict[str, set[Path]] = defaultdict(set)
    for entry in shared:
        readers[repr(entry.change)].add(entry.reader)
    dropped: Dropped = {}
    for entry in shared:
        others = sorted((u for u in entry.users - readers[repr(entry.change)] - apart if counts(u)), key=str)
        if others:
            reason = f"an anchor shares this text with {dotted(others[0])}, which does not get the same change"
            dropped[entry.finding.key] = (State.HELD, reason)
    return dropped


def conflicts(asked: Iterable[Asked]) -> Dropped:
    """Return the findings whose changes contradict another's; both sides are held."""
    by_path: dict[Path, list[Asked]] = defaultdict(list)
    for entry in asked:
        by_path[entry.change.path].append(entry)
    dropped: Dropped = {}
    for path, entries in by_path.items():
        if _contradict([entry.change for entry in entries]):
            _hold_all(dropped, entries, path)
        for depth in range(1, len(path)):
            above = [one for one in by_path.get(path[:depth], ()) if isinstance(one.change, Put | Remove | Replace)]
            if above:
                _hold_all(dropped, [*entries, *above], path[:depth])
    return dropped


def dotted(path: Path) -> str:
    """Return a path as people write it, without the document's number."""
    return ".".join(str(step) for step in path[1:])


def wanted(finding: Finding, unsafe_fixes: bool) -> bool:
    """Return whether the finding is to be fixed, as far as it alone tells."""
    return bool(finding.changes) and (
        finding.safety is Safety.SAFE or (unsafe_fixes and finding.safety is Safety.UNSAFE)
    )


def _contradict(changes: list[YamlChange]) -> bool:
    kinds = {type(change) for change in changes}
    if kinds <= {Include, Exclude}:
        included = [change.item for change in changes if isinstance(change, Include)]
        return any(isinstance(change, Exclude) and change.item in included for change in changes)
    return any(change != changes[0] for change in changes)


def _hold_all(dropped: Dropped, entries: list[Asked], path: Path) -> None:
    rules = " and ".join(sorted({entry.finding.rule for entry in entries}))
    for entry in entries:
        dropped[entry.finding.key] = (State.HELD, f"{rules} ask for different things at {dotted(path)}")
