from __future__ import annotations

from pathlib import Path

import pytest

from hardener.policy.config import ConfigError, parse
from hardener.policy.pullrequests import PullRequests


def asked(text: str) -> PullRequests:
    return parse(text, Path(".harden.toml")).pull_requests


def test_what_the_table_says() -> None:
    text = '[pr]\nlabels = ["security"]\nreviewers = ["mona", "acme/platform"]\nassignees = ["hubot"]\nlimit = 2\n'
    assert asked(text) == PullRequests(("security",), ("mona", "acme/platform"), ("hubot",), 2)
    assert asked("") == PullRequests()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('repository = "evil/other"', 'unknown key "repository"'),
        ('command = "curl evil"', 'unknown key "command"'),
        ('label = ["x"]', 'did you mean "labels"?'),
        ("limit = 0", "pr.limit: expected a number from 1 to 100"),
        ("limit = true", "expected a number"),
        ('reviewers = ["--help"]', '"--help" is not the name of a person, or organization/team'),
        ('assignees = ["acme/platform"]', "is not the name of a person"),
        (f'labels = ["{"x" * 51}"]', "at most 50 characters"),
    ],
)
def test_what_it_may_not_say(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"^\.harden\.toml:2: ") as refused:
        asked(f"[pr]\n{line}\n")
    assert said in str(refused.value)
