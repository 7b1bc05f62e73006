"""How pull requests are made: the table `[pr]` of the configuration.

[pr]
labels = ["security"]
reviewers = ["mona", "acme/platform"]     # people, and teams with their organization in front
assignees = ["mona"]
limit = 5                                 # how many may be open at once
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hardener.policy.wrong import WrongError, strings, table_of

LIMIT = 100
"""How many labels, people or open pull requests may be asked for."""

_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\[bot\])?", re.ASCII)
_TEAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class PullRequests:
    """What pull requests carry, and how many may be open."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """Names of people, and `organization/team`."""
    assignees: tuple[str, ...] = ()
    limit: int = 5


def pull_requests(value: object) -> PullRequests:
    """Return what the table says. Raises WrongError."""
    known: dict[str, Callable[[object], object]] = {
        "labels": _labels,
        "reviewers": lambda names: _all(names, (_LOGIN, _TEAM), "a person, or organization/team"),
        "assignees": lambda names: _all(names, (_LOGIN,), "a person"),
        "limit": _limit,
    }
    return PullRequests(**table_of(value, known))  # type: ignore[arg-type]  # each key's reader gives its own type


def _labels(value: object) -> tuple[str, ...]:
    labels = strings(value)
    if len(labels) > LIMIT or any(len(label) > 50 for label in labels):
        raise WrongError(f"expected at most {LIMIT} labels of at most 50 characters")
    return labels


def _all(value: object, forms: tuple[re.Pattern[str], ...], expected: str) -> tuple[str, ...]:
    names = strings(value)
    for name in names:
        if not any(form.fullmatch(name) for form in forms):
            raise WrongError(f'"{name}" is not the name of {expected}')
    return names[:LIMIT]


def _limit(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LIMIT:
        raise WrongError(f"expected a number from 1 to {LIMIT}")
    return value
