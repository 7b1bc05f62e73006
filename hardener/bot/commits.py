"""The commits of a pull request: one for each rule, and every one leaves files that work.

What one rule writes can depend on whether another one runs: `dockerfile-non-root-user` gives folders away by itself
that `dockerfile-copy-chown` would give away as they are copied. So the files of each commit are what a run with the
rules up to there makes of the base, checked as every run's are, and those of the last one what a whole run makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardener.bot.message import message_of
from hardener.engine import Result, State
from hardener.model.finding import Finding

Run = Callable[[Sequence[str]], Result]
"""A run over the base with these rules; with all of the settings' where there are none."""

_ORDER = ("dockerfile", "project", "compose", "kubernetes")


@dataclass(frozen=True, slots=True)
class Step:
    """One commit."""

    message: str
    files: Mapping[str, bytes]
    """What it changes, by path from the root."""


def steps(run: Run, whole: Result, root: Path) -> list[Step]:
    """Return the commits that lead from the base to what a `whole` run makes; `root` is where the base lies."""
    order = _ordered([outcome.finding for outcome in whole.outcomes if outcome.state is State.FIXED])
    made: list[Step] = []
    base: dict[str, bytes] = {}
    texts: dict[str, bytes] = {}
    known: set[tuple[str, str, str]] = set()
    for count, rule in enumerate(order, 1):
        result = whole if count == len(order) else run(order[:count])
        base |= {_path(change.source.path, root): change.source.raw for change in result.changes}
        after = {**base, **_texts(result, root)}
        changed = {path: text for path, text in sorted(after.items()) if text != texts.get(path, base[path])}
        if not changed:
            continue
        fixed = [outcome.finding for outcome in result.outcomes if outcome.state is State.FIXED]
        findings = [finding for finding in fixed if finding.key not in known]
        known |= {finding.key for finding in fixed}
        made.append(Step(message_of(_named(rule, findings), findings), changed))
        texts = after
    return made


def _ordered(fixed: Sequence[Finding]) -> list[str]:
    """Return the rules that fix something, those first that others require."""
    rules = sorted({finding.rule for finding in fixed}, key=lambda rule: (_ORDER.index(rule.partition("-")[0]), rule))
    required: dict[str, set[str]] = {rule: set() for rule in rules}
    for finding in fixed:
        required[finding.rule] |= {key.rule for key in finding.requires if key.rule in required} - {finding.rule}
    order: list[str] = []
    while ready := [rule for rule in rules if rule not in order and required[rule] <= {*order}]:
        order.append(ready[0])
    return order if len(order) == len(rules) else [*order, rules[-1]]  # who require each other are made at once


def _named(rule: str, findings: Sequence[Finding]) -> str:
    """Return the rule to name a commit by: the one whose turn it is, unless it waited for another one."""
    rules = sorted({finding.rule for finding in findings})
    return rule if rule in rules or not rules else rules[0]


def _texts(result: Result, root: Path) -> dict[str, bytes]:
    return {_path(change.source.path, root): change.source.encode(change.text) for change in result.changes}


def _path(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
