"""`harden pr`: pull requests with what can be hardened, opened and kept up to date."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from hardener.bot.conduct import Asked, NothingDoneError, Trial, Tried, conduct
from hardener.bot.credentials import Secret, SecretError, Taken, take
from hardener.bot.forge import Forge, ForgeError, State
from hardener.bot.git import Git, GitError, helpers_secret, identity, origin
from hardener.bot.groups import Group, Grouping
from hardener.bot.hardening import Hardening
from hardener.bot.remote import Remote, RemoteError, of_slug, of_url
from hardener.bot.suggest import Review, review_of
from hardener.cli.failed import FailedError
from hardener.cli.streams import put, tell
from hardener.engine import Result
from hardener.policy.config import ConfigError
from hardener.text.terminal import printable


@click.command(short_help="Open pull requests with what can be hardened, and keep them up to date.")
@click.option("--repo", metavar="OWNER/NAME", help="The repository [the origin of the clone at PATH].")
@click.option("--base", metavar="BRANCH", default="", help="What pull requests are for [the default branch].")
@click.option(
    "--group",
    type=click.Choice([each.value for each in Grouping]),
    default="all",
    help="What goes into one pull request [all].",
)
@click.option(
    "--trial",
    is_flag=True,
    help="Start services before and after; the text shows it, and what breaks one is not opened.",
)
@click.option("--draft", is_flag=True, help="Open them as drafts.")
@click.option("--reopen", is_flag=True, help="Open again what somebody closed unmerged.")
@click.option(
    "--onboarding/--no-onboarding", default=True, help="Propose a configuration first where there is none [on]."
)
@click.option("--suggest", type=click.IntRange(1), metavar="NUMBER", help="Comment on this pull request instead.")
@click.option("--dry-run", is_flag=True, help="Print all of it and touch nothing.")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.pass_context
def pr(
    context: click.Context, /, *, repo: str | None, path: Path, suggest: int | None, trial: bool, **given: Any
) -> None:
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
    if suggest:
        _require_only_suggest(context)
    taken = take(os.environ)  # first of all: nothing that is started later inherits it
    _require_library()
    try:
        with tempfile.TemporaryDirectory(prefix="harden-pr-") as made:
            work = Path(made).resolve()
            files, objects = work / "files", work / "git"
            files.mkdir()
            objects.mkdir()
            remote = of_slug(repo, taken.server) if repo else of_url(origin(path))
            secret, forge = _entered(taken, remote, work)
            git = Git.make(objects, remote.url, secret, identity(path))
            if suggest:
                _suggest(review_of(suggest, git, forge, files), forge, dry_run=given["dry_run"])
            else:
                conduct(_asked(trial=trial, **given), git, forge, files)
    except ConfigError as error:
        raise FailedError(f"the configuration of the repository: {error}") from None
    except (RemoteError, SecretError, GitError, ForgeError, NothingDoneError) as error:
        raise FailedError(str(error)) from None


def _require_only_suggest(context: click.Context) -> None:
    for option in context.command.params:
        given = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if given and option.name not in ("suggest", "repo", "path", "dry_run"):
            raise click.UsageError(f"{'/'.join([*option.opts, *option.secondary_opts])} is not for --suggest", context)


def _require_library() -> None:
    try:
        import hardener.bot.github  # noqa: F401, PLC0415 - whether it is there is the question
    except ImportError as error:
        raise FailedError(str(error)) from None


def _entered(taken: Taken, remote: Remote, work: Path) -> tuple[Secret, Forge]:
    """Return what to ask the server with, and what to ask."""
    from hardener.bot import github  # noqa: PLC0415 - its library is an extra

    api = github.api_of(remote, taken.api_for(remote))
    if token := taken.token_for(remote):
        secret = Secret(token)
    elif taken.app and taken.is_for(remote):
        secret = github.app_token(taken.app, remote, api)
    elif known := helpers_secret(remote.server, work):
        secret = known
    else:
        others = f" (there is one for {taken.server})" if taken.tokens or taken.app else ""
        raise FailedError(f"no token for {remote.server}{others}: `harden pr --help` says where they are looked for")
    return secret, github.GitHub(remote, api, secret)


def _suggest(review: Review, forge: Forge, *, dry_run: bool) -> None:
    if review.pull.state is not State.OPEN:
        tell(f"{review.pull.url} is {review.pull.state}: nothing is suggested")
        return
    count = len(review.suggestions)
    words = f"{count} suggestion{'' if count == 1 else 's'} on {review.pull.url}"
    if not count:
        tell(f"{review.pull.url}: nothing to suggest that is not there")
        return
    if not dry_run:
        forge.review(review.pull.number, review.commit, review.body, review.suggestions)
        tell(f"put {words}")
        return
    tell(f"would put {words}")
    for each in review.suggestions:
        _show(f"{each.path}:{each.first}-{each.last}\n{each.body}")


def _asked(*, trial: bool, base: str, group: str, onboarding: bool, **given: bool) -> Asked:
    tried = _trial() if trial else None
    return Asked(base=base, group=Grouping(group), onboard=onboarding, trial=tried, tell=tell, show=_show, **given)


def _trial() -> Trial:
    try:
        from hardener.bot.trying import EngineError, tried  # noqa: PLC0415 - its library is an extra
    except ImportError as error:
        raise FailedError(str(error)) from None

    def trial(hardening: Hardening, group: Group, result: Result) -> Tried:
        try:
            return tried(hardening, group, result, tell)
        except EngineError as error:
            raise FailedError(str(error)) from None

    return trial


def _show(text: str) -> None:
    put(f"{printable(text, keep=chr(10))}\n")
