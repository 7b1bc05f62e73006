"""The first pull request of a repository: a configuration, and what will come when it is merged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardener import __version__
from hardener.bot.body import environment
from hardener.bot.commits import Step
from hardener.bot.groups import PREFIX, Group
from hardener.bot.message import title_of
from hardener.engine import Result, State
from hardener.policy.config import NAME

BRANCH = f"{PREFIX}configure"
TITLE = "chore: configure harden"


def step() -> Step:
    """Return the commit that adds a configuration."""
    text = environment().get_template("onboarding.toml").render(version=__version__)
    why = "It says what is asked for and how pull requests are made. Without it nothing else is proposed."
    return Step(f"{TITLE}\n\n{why}\n", {NAME: text.encode()})


def diff(added: Step) -> str:
    """Return what a commit of new files adds, for `git apply`."""
    return "".join(_diff(path, content.decode().split("\n")[:-1]) for path, content in added.files.items())


def body(groups: Sequence[Group], whole: Result) -> str:
    """Return the text of the pull request."""
    count = {state.value: sum(outcome.state is state for outcome in whole.outcomes) for state in State}
    files = len(whole.changes)
    planned = [{"branch": group.branch, "title": title_of(group)} for group in groups]
    template = environment().get_template("onboarding.md")
    text = template.render(version=__version__, count=count, files=files, planned=planned[:50], more=len(planned) - 50)
    return re.sub(r"\n{3,}", "\n\n", text)


def _diff(path: str, lines: Sequence[str]) -> str:
    head = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{len(lines)} @@\n"
    return head + "".join(f"+{line}\n" for line in lines)
