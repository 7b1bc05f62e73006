"""Pull requests and their branches, with the manners that people know from other bots.

What somebody else committed to is left alone; what was closed unmerged stays closed unless that is asked for; what has
become pointless is closed with a word; no more are open at once than wanted. Every run looks at what is there and does
what is missing, so that one that was killed is finished by the next, and a run with nothing new changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from hardener.bot.body import OPENING, with_trial_of
from hardener.bot.forge import AlreadyThereError, Attention, AttentionError, Forge, ForgeError, Pull, State
from hardener.bot.git import Git
from hardener.bot.groups import PREFIX
from hardener.bot.seal import is_ours, is_same

OBSOLETE = "<!-- harden: obsolete -->"
"""Stands in the text of a pull request that we closed ourselves: that one may come again."""
FIXED_ELSEWHERE = "Closed by `harden`: the base branch has all of this, or no rule asks for it any more."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request as it should be."""

    branch: str
    title: str
    body: str
    tip: str
    """The newest of its commits."""
    commits: int
    tried: bool = False
    """Whether the text has a trial of these commits."""
    failing: str = ""
    """What that trial showed to fail with them, for people: then nothing is opened, and one that is open says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where pull requests are made."""

    git: Git
    forge: Forge
    base: str
    base_commit: str
    there: Mapping[str, str]
    """Our branches on the server, each with its newest commit."""
    attention: Attention
    limit: int
    draft: bool
    reopen: bool
    dry_run: bool
    tell: Callable[[str], None]
    refused: dict[int, str] = field(default_factory=dict)
    """Which pull requests did not get all their labels, reviewers and assignees, and why."""

    def do(self, words: str, action: Callable[[], object]) -> None:
        """Say what is done, and do it unless this is a dry run."""
        self.tell(f"would {words}" if self.dry_run else words)
        if not self.dry_run:
            action()


def offer(desk: Desk, proposals: Iterable[Proposal]) -> None:
    """Make each pull request what it should be. Raises GitError and ForgeError.

    That nobody is there by a reviewer's name, say, is raised at the end: it is no reason not to make the other ones.
    """
    places = desk.limit - sum(pull.branch.startswith(PREFIX) for pull in desk.forge.pulls())
    for proposal in proposals:
        opened = _offer(desk, proposal, has_place=places > 0)
        places -= opened
    if desk.refused:
        why = "; ".join(dict.fromkeys(desk.refused.values()))
        raise ForgeError(f"labels, reviewers or assignees of [pr] in the configuration are refused: {why}")


def _offer(desk: Desk, proposal: Proposal, *, has_place: bool) -> bool:
    """Return whether a pull request was opened."""
    every = desk.forge.pulls(proposal.branch)
    if other := _serves_another(desk, every):
        desk.tell(f"{proposal.branch}: left alone, since {other.url} wants it merged into {other.base}")
        return False
    pulls = _for_base(desk, every)
    current = next((pull for pull in pulls if pull.state is State.OPEN), None)
    refusal = _refusal(desk, proposal, pulls, current, has_place=has_place)
    if refusal:
        desk.tell(f"{proposal.branch}: {refusal}")
        return False
    pushed = _push(desk, proposal)
    if current is not None:
        _update(desk, proposal, current, keep_trial=not (pushed or proposal.tried))
        return False
    words = "; ".join(filter(None, ["draft" if desk.draft else "", desk.attention.words]))
    more = f" ({words})" if words else ""
    desk.do(f"open a pull request from {proposal.branch}: {proposal.title}{more}", lambda: _open(desk, proposal))
    return True


def withdraw(desk: Desk, kept: Iterable[str]) -> None:
    """Close what is open from branches of ours other than those that are `kept`. Raises GitError and ForgeError."""
    wanted = set(kept)
    for branch, commit in desk.there.items():
        if branch in wanted:
            continue
        every = desk.forge.pulls(branch)
        if _serves_another(desk, every):
            continue
        pulls = _for_base(desk, every)
        current = next((pull for pull in pulls if pull.state is State.OPEN), None)
        if current is None and pulls and pulls[0].state is State.CLOSED and OBSOLETE not in pulls[0].body:
            continue  # somebody closed it: the branch stays, so that it can be opened again
        if not _is_ours(desk, branch, commit):
            desk.tell(f"{branch}: left alone, since somebody else committed to it")
            continue
        if current is not None:
            _close(desk, current)
        desk.do(f"remove the branch {branch}", partial(desk.git.delete, branch, commit))


def _refusal(desk: Desk, proposal: Proposal, pulls: list[Pull], current: Pull | None, *, has_place: bool) -> str:
    """Return why nothing is done about a proposal, in words; empty where something may be."""
    commit = desk.there.get(proposal.branch, "")
    if commit and not _is_ours(desk, proposal.branch, commit):
        return "left alone, since somebody else committed to it (remove the branch to have it made anew)"
    if current is not None:
        return ""
    last = pulls[0] if pulls else None
    if last and last.state is State.CLOSED and OBSOLETE not in last.body and not desk.reopen:
        return f"{last.url} was closed unmerged, so it is not opened again (--reopen does)"
    if proposal.failing:
        words = "not opened, since the trial shows that not all works as before"
        return f"{words} ({proposal.failing}): `harden trial --write-profile` records what is needed"
    return (
        "" if has_place else f"waits, since {desk.limit} pull requests are open (`limit` of [pr] in the configuration)"
    )


def _push(desk: Desk, proposal: Proposal) -> bool:
    """Put the branch where it should be; return whether it was not there."""
    there = desk.there.get(proposal.branch, "")
    if there:
        desk.git.fetch(f"refs/heads/{proposal.branch}", proposal.commits + 1)
        if is_same(desk.git, there, proposal.tip, desk.base_commit):
            return False
    commits = f"{proposal.commits} commit{'' if proposal.commits == 1 else 's'}"
    how = f"rewrite {proposal.branch} with" if there else f"push {proposal.branch} with"
    desk.do(f"{how} {commits}", lambda: desk.git.push(proposal.branch, proposal.tip, there))
    return True


def _open(desk: Desk, proposal: Proposal) -> None:
    """Open a pull request and give it what it should carry; the mark in its text goes when it has all of it."""
    try:
        text = _unfinished(proposal.body)
        made = desk.forge.open(proposal.branch, desk.base, proposal.title, text, draft=desk.draft)
    except AlreadyThereError:  # by another run, at the same moment: it cares for the rest
        desk.tell(f"{proposal.branch}: another run has just opened it")
        return
    desk.tell(f"opened {made.url}")
    _draw(desk, made)
    if made.number not in desk.refused:
        desk.forge.update(made.number, title=proposal.title, body=proposal.body)


def _update(desk: Desk, proposal: Proposal, current: Pull, *, keep_trial: bool) -> None:
    body = with_trial_of(proposal.body, current.body) if keep_trial else proposal.body
    if OPENING in current.body:
        desk.do(f"finish opening {current.url}", partial(_draw, desk, current))
        body = _unfinished(body) if current.number in desk.refused else body
    if (current.title, current.body.strip()) == (proposal.title, body.strip()):
        desk.tell(f"{current.url} is up to date")
        return
    update = partial(desk.forge.update, current.number, title=proposal.title, body=body)
    desk.do(f"update the text of {current.url}", update)


def _draw(desk: Desk, pull: Pull) -> None:
    try:
        desk.forge.draw(pull.number, desk.attention)
    except AttentionError as error:
        desk.refused[pull.number] = str(error)


def _unfinished(body: str) -> str:
    return f"{body}\n{OPENING}\n"


def _close(desk: Desk, current: Pull) -> None:
    body = f"> {FIXED_ELSEWHERE}\n\n{OBSOLETE}\n\n{current.body}"
    desk.do(f"close {current.url}, which has become pointless", lambda: desk.forge.close(current.number, body))


def _is_ours(desk: Desk, branch: str, commit: str) -> bool:
    fetched = desk.git.fetch(f"refs/heads/{branch}", 1)
    return fetched == commit and is_ours(desk.git, commit)


def _serves_another(desk: Desk, pulls: list[Pull]) -> Pull | None:
    """Return an open pull request from the same branch for another base."""
    return next((pull for pull in pulls if pull.state is State.OPEN and pull.base != desk.base), None)


def _for_base(desk: Desk, pulls: list[Pull]) -> list[Pull]:
    return [pull for pull in pulls if pull.base == desk.base]
