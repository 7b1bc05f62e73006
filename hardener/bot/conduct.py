"""From a repository to its pull requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from hardener.bot import onboarding
from hardener.bot.body import body
from hardener.bot.commits import Step
from hardener.bot.forge import Attention, Forge
from hardener.bot.git import Git, GitError
from hardener.bot.groups import PREFIX, Group, Grouping, groups_of
from hardener.bot.hardening import Hardening
from hardener.bot.message import title_of
from hardener.bot.pull import Desk, Proposal, offer, withdraw
from hardener.bot.seal import sealed
from hardener.bot.snapshot import lay_out
from hardener.engine import Result
from hardener.text.diff import unified


class Tried(NamedTuple):
    """What a trial showed of a pull request."""

    text: str = ""
    """Markdown; empty where none ran."""
    failing: str = ""
    """Which services do not work as before, and why, for people; empty where all that were started do."""


Trial = Callable[[Hardening, Group, Result], Tried]
"""Starts what a group changes, before and after."""


class NothingDoneError(Exception):
    """No pull request can be made; the message is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How pull requests are to be made."""

    base: str
    """Empty: the repository's default branch."""
    group: Grouping
    draft: bool
    reopen: bool
    dry_run: bool
    onboard: bool
    trial: Trial | None
    """None: nothing is tried."""
    tell: Callable[[str], None]
    show: Callable[[str], None]
    """Puts out what a dry run has made: commits with their diffs, and texts."""


def conduct(asked: Asked, git: Git, forge: Forge, work: Path) -> None:
    """Make a repository's pull requests what they should be; `work` is an empty folder for its files.

    Raises NothingDoneError, GitError, ForgeError and hardener.policy.config.ConfigError.
    """
    base, there = _base(asked, git, forge)
    commit = git.fetch(f"refs/heads/{base}", 1)
    lay_out(git, commit, work)
    hardening = Hardening(work)
    wanted = hardening.loaded().pull_requests
    desk = Desk(
        git=git,
        forge=forge,
        base=base,
        base_commit=commit,
        there=there,
        attention=Attention(wanted.labels, wanted.reviewers, wanted.assignees),
        limit=wanted.limit,
        draft=asked.draft,
        reopen=asked.reopen,
        dry_run=asked.dry_run,
        tell=asked.tell,
    )
    whole = hardening.whole
    _require_readable(whole)
    for notice in whole.skipped:
        asked.tell(f"{notice.path}: {notice.message}")
    groups = groups_of(whole.outcomes, asked.group)
    if groups and asked.onboard and hardening.loaded().path is None:
        first = onboarding.step()
        if asked.dry_run:
            asked.show("".join(_shown([first], [onboarding.diff(first)])))
        made = _made(git, commit, [first])
        proposals = [Proposal(onboarding.BRANCH, onboarding.TITLE, onboarding.body(groups, whole), made, 1)]
    else:
        proposals = list(_proposals(asked, desk, hardening, groups))
        withdraw(desk, [proposal.branch for proposal in proposals])
    if not proposals:
        asked.tell("there is nothing to propose")
    for proposal in proposals if asked.dry_run else ():
        asked.show(f"{proposal.branch}: {proposal.title}\n\n{proposal.body}\n")
    offer(desk, proposals)


def _base(asked: Asked, git: Git, forge: Forge) -> tuple[str, dict[str, str]]:
    """Return the branch that pull requests are for, and ours, each with its newest commit."""
    base = asked.base or forge.default_branch()
    try:
        git.run("check-ref-format", f"refs/heads/{base}")
    except GitError:
        raise NothingDoneError(f"no branch can be called {base!r}") from None
    folder = PREFIX.rstrip("/")
    there = git.branches(base, folder, f"{PREFIX}*")
    if folder in there:
        raise NothingDoneError(
            f"it has a branch called {folder}, beside which git can have none called {PREFIX}…: rename that one"
        )
    if base not in there:
        raise NothingDoneError(f"it has no branch {base}" if asked.base else "the repository is empty")
    return base, {name: at for name, at in there.items() if name.startswith(PREFIX) and name != base}


def _require_readable(whole: Result) -> None:
    """Nothing is proposed on half a picture: a file that cannot be read may be what another one depends on."""
    for error in whole.errors[:1]:
        place = error.path if error.line is None else f"{error.path}:{error.line}"
        raise NothingDoneError(f"{place}: {error.message}; leave it out with `exclude`, or mend it first")


def _proposals(asked: Asked, desk: Desk, hardening: Hardening, groups: Sequence[Group]) -> Iterator[Proposal]:
    for group in groups:
        result = hardening.result(group)
        commits = hardening.steps(group, result)
        if not commits:  # what it would do another group's rules do, or needs them
            continue
        if asked.dry_run:
            diffs = [unified(change.source, change.edits, change.text) for change in result.changes]
            asked.show("".join(_shown(commits, diffs)))
        text, failing = asked.trial(hardening, group, result) if asked.trial else Tried()
        tip = _made(desk.git, desk.base_commit, commits)
        made = Proposal(group.branch, title_of(group), body(result, text), tip, len(commits))
        yield replace(made, tried=bool(text), failing=failing)


def _made(git: Git, base: str, commits: Sequence[Step]) -> str:
    """Make the commits, one on the other, and return the last one."""
    tip = base
    for step in commits:
        tree = git.tree(tip, step.files)
        tip = git.commit(tree, tip, sealed(tree, tip, step.message, is_last=step is commits[-1]))
    return tip


def _shown(commits: Sequence[Step], diffs: Sequence[str]) -> Iterator[str]:
    for number, step in enumerate(commits, 1):
        yield f"commit {number} of {len(commits)}: {step.message}\n"
    yield from diffs
