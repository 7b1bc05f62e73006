"""How pull requests are made: the table `[pr]` of the configuration.

[pr]
labels = ["security"]
reviewers = ["mona", "acme/platform"]     # people, and teams with their organization in front
assignees = ["mona"]
limit = 5                                 # how many may be open at once
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hardener.policy.kinds import Key, Kind, names, number, table
from hardener.policy.wrong import WrongError

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


def _labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    if len(labels) > LIMIT or any(len(label) > 50 for label in labels):
        raise WrongError(f"expected at most {LIMIT} labels of at most 50 characters")
    return labels


def _people(*forms: re.Pattern[str], expected: str) -> Kind[tuple[str, ...]]:
    def check(people: tuple[str, ...]) -> tuple[str, ...]:
        for name in people:
            if not any(form.fullmatch(name) for form in forms):
                raise WrongError(f'"{name}" is not the name of {expected}')
        if len(people) > LIMIT:
            raise WrongError(f"expected at most {LIMIT} names")
        return people

    return names(check, pattern=f"^(?:{'|'.join(form.pattern for form in forms)})$")


PULL_REQUESTS = table(
    {
        "labels": Key(names(_labels, maxLength=50), "Labels that a pull request gets.", []),
        "reviewers": Key(
            _people(_LOGIN, _TEAM, expected="a person, or organization/team"),
            "Who is asked to review: people, and teams with their organization in front.",
            [],
        ),
        "assignees": Key(_people(_LOGIN, expected="a person"), "Who a pull request is assigned to.", []),
        "limit": Key(number(1, LIMIT), "How many may be open at once.", PullRequests().limit),
    },
    PullRequests,
)
"""How pull requests are made."""
