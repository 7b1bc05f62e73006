"""`harden pr`: pull requests with what can be hardened, opened and kept up to date."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hardener.cli.streams import put, say
from hardener.policy.config import ConfigError
from hardener.text.terminal import printable

if TYPE_CHECKING:
    from hardener.bot.conduct import Asked
    from hardener.bot.credentials import Secret, Taken
    from hardener.bot.forge import Forge
    from hardener.bot.remote import Remote
    from hardener.bot.suggest import Review

GROUPS = ("all", "service", "rule", "format")


class NoPullRequestError(click.ClickException):
    """There is no pull request, with the reason."""

    exit_code = 2


@click.command(short_help="Open pull requests with what can be hardened, and keep them up to date.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository [the origin of the clone at PATH].")
@click.option("--base", metavar="BRANCH", default="", help="What pull requests are for [the default branch].")
@click.option("--group", type=click.Choice(GROUPS), default="all", help="What goes into one pull request [all].")
@click.option("--trial", is_flag=True, help="Start services before and after; the text shows what they did.")
@click.option("--draft", is_flag=True, help="Open them as drafts.")
@click.option("--reopen", is_flag=True, help="Open again what somebody closed unmerged.")
@click.option(
    "--onboarding/--no-onboarding", default=True, help="Propose a configuration first where there is none [on]."
)
@click.option("--suggest", type=click.IntRange(1), metavar="NUMBER", help="Comment on this pull request instead.")
@click.option("--dry-run", is_flag=True, help="Print all of it and touch nothing.")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
def pr(*, repo: str | None, path: Path, suggest: int | None, trial: bool, **given: Any) -> None:
    """Open pull requests with what can be hardened in the repository that PATH (default: here) is a clone of.

    It works on what the server has, never in your clone: one commit for each rule, on branches `harden/...`. A branch
    that somebody else committed to is left alone, and a pull request that was closed unmerged stays closed. Labels,
    reviewers, assignees and how many may be open at once are in [pr] of the configuration.

    The token is that of GH_TOKEN or GITHUB_TOKEN (GH_ENTERPRISE_TOKEN on other servers), a GitHub App's by
    GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY, or what git's credential helper knows.

    \b
    Exit code:
      0  done; what was left alone is said
      2  wrong usage, or it could not be done
    """  # noqa: D301 - \b is click's
    from hardener.bot.credentials import take  # noqa: PLC0415 - no other command needs it

    taken = take(os.environ)  # first of all: nothing that is started later inherits it
    try:
        from hardener.bot.github import GitHub, api_of  # noqa: PLC0415 - its library is an extra
    except ImportError as error:
        raise NoPullRequestError(str(error)) from None
    from hardener.bot.conduct import NothingDoneError, conduct  # noqa: PLC0415 - as above
    from hardener.bot.forge import ForgeError  # noqa: PLC0415
    from hardener.bot.git import Git, GitError, identity  # noqa: PLC0415
    from hardener.bot.remote import RemoteError  # noqa: PLC0415
    from hardener.bot.suggest import review_of  # noqa: PLC0415

    try:
        with tempfile.TemporaryDirectory(prefix="harden-pr-") as made:
            work = Path(made).resolve()
            remote = _remote(repo, path, taken)
            api = api_of(remote, os.environ.get("GITHUB_API_URL", ""))
            secret = _secret(taken, remote, api, work)
            (work / "git").mkdir()
            (work / "files").mkdir()
            git = Git.make(work / "git", remote.url, secret, identity(path))
            forge = GitHub(remote, api, secret)
            if suggest:
                _suggest(review_of(suggest, git, forge, work / "files"), forge, dry_run=given["dry_run"])
            else:
                conduct(_asked(trial=trial, **given), git, forge, work / "files")
    except ConfigError as error:
        raise NoPullRequestError(f"the configuration of the repository: {error}") from None
    except (RemoteError, GitError, ForgeError, NothingDoneError) as error:
        raise NoPullRequestError(str(error)) from None


def _remote(repo: str | None, path: Path, taken: Taken) -> Remote:
    from hardener.bot.git import origin  # noqa: PLC0415 - as above
    from hardener.bot.remote import of_slug, of_url  # noqa: PLC0415

    return of_slug(repo, taken.server) if repo else of_url(origin(path))


def _secret(taken: Taken, remote: Remote, api: str, work: Path) -> Secret:
    """Return what to ask the server with."""
    from hardener.bot.credentials import Secret  # noqa: PLC0415 - as above
    from hardener.bot.git import helpers_secret  # noqa: PLC0415
    from hardener.bot.github import app_token  # noqa: PLC0415

    if token := taken.token_for(remote):
        return Secret(token)
    if taken.app and taken.is_for(remote):
        return app_token(taken.app, remote, api)
    if known := helpers_secret(remote.server, work):
        return known
    others = f"; the token is for {printable(taken.server)}" if taken.tokens or taken.app else ""
    raise NoPullRequestError(
        f"there is no token for {printable(remote.server)}{others}: `harden pr --help` says where it is looked for"
    )


def _suggest(review: Review, forge: Forge, *, dry_run: bool) -> None:
    count = len(review.suggestions)
    words = f"{count} suggestion{'' if count == 1 else 's'} on {review.pull.url}"
    if not count:
        _tell(f"{review.pull.url}: nothing to suggest that is not there")
        return
    if not dry_run:
        forge.review(review.pull.number, review.commit, review.body, review.suggestions)
        _tell(f"put {words}")
        return
    _tell(f"would put {words}")
    for each in review.suggestions:
        _show(f"{each.path}:{each.first}-{each.last}\n{each.body}")


def _asked(*, trial: bool, base: str, group: str, onboarding: bool, **given: bool) -> Asked:
    from hardener.bot.conduct import Asked  # noqa: PLC0415 - as above
    from hardener.bot.groups import Grouping  # noqa: PLC0415

    started = None
    if trial:
        try:
            from hardener.bot.trying import tried  # noqa: PLC0415 - its library is an extra
        except ImportError as error:
            raise NoPullRequestError(str(error)) from None

        def started(hardening: Any, of: Any, result: Any) -> str:
            return tried(hardening, of, result, _tell)

    return Asked(
        base=base, group=Grouping(group), onboard=onboarding, given={}, trial=started, tell=_tell, show=_show, **given
    )


def _tell(text: str) -> None:
    say(f"{printable(text)}\n")


def _show(text: str) -> None:
    put(f"{printable(text, keep=chr(10))}\n")
