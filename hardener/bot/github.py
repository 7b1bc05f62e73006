"""GitHub and GitHub Enterprise: the only importer of PyGithub."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

try:
    import github
    import requests
    from github import Auth, GithubException
    from github.GithubRetry import GithubRetry
    from github.PullRequest import PullRequest
    from github.Repository import Repository
    from jwt.exceptions import PyJWTError
except ModuleNotFoundError as missing:  # an optional extra
    raise ImportError("the library for GitHub is not there: `pip install 'harden[pr]'`") from missing

from hardener import __version__
from hardener.bot.credentials import App, Secret
from hardener.bot.forge import AlreadyThereError, Attention, AttentionError, ForgeError, Pull, State, Suggestion
from hardener.bot.remote import Remote
from hardener.text.terminal import printable

T = TypeVar("T")

PATIENCE = 30
"""Seconds to wait for an answer."""
LONGEST_WAIT = 600
"""Seconds to wait for a rate limit to end."""
PAUSE = 1.0
"""Seconds between changes: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api."""
_TRIES = 5
_REPEATABLE = {"GET", "HEAD", "PUT", "PATCH", "DELETE"}


class _Retry(GithubRetry):
    """Tries again where that cannot make something twice: GitHub may have done what a failed POST asked for."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        if method.upper() == "POST":  # it did nothing where it came too early
            return status_code in (403, 429)
        return super().is_retry(method, status_code, has_retry_after)

    def get_retry_after(self, response: Any) -> float | None:
        """Return how long the server asks to wait, in seconds, as far as anybody would."""
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, LONGEST_WAIT)


class GitHub:
    """A repository there."""

    def __init__(self, remote: Remote, api: str, secret: Secret) -> None:
        """Ask the API at the URL `api` with a token."""
        self._remote, self._secret = remote, secret
        self._api = github.Github(**_settings(api), auth=Auth.Token(secret.password))
        self._known: Repository | None = None

    def default_branch(self) -> str:
        """Return the branch that pull requests are for where nobody says otherwise."""
        return self._repository().default_branch

    def pulls(self, branch: str = "") -> list[Pull]:
        """Return all pull requests from a branch of this repository, the newest first; else all open ones."""
        asked: dict[str, Any] = {"state": "open"}
        if branch:  # GitHub lists all of them where it cannot read `head`
            asked = {"state": "all", "head": f"{self._remote.owner}:{branch}"}
        found = self._ask(lambda: list(self._repository().get_pulls(sort="created", direction="desc", **asked)))
        return [_pull(each) for each in found if self._is_own(each) and branch in ("", each.head.ref)]

    def pull(self, number: int) -> Pull:
        """Return one pull request, also one from another repository."""
        return self._ask(lambda: _pull(self._pull(number)))

    def open(self, branch: str, base: str, title: str, body: str, *, draft: bool) -> Pull:
        """Open a pull request. Raises AlreadyThereError."""
        repository = self._repository()

        def create() -> PullRequest:
            try:
                return repository.create_pull(base, branch, title=title, body=body, draft=draft)
            except GithubException as error:
                if error.status == 422 and "already exists" in str(error.data):
                    raise AlreadyThereError(self._said(error)) from None
                raise

        return self._ask(lambda: _pull(create()))

    def update(self, number: int, *, title: str, body: str) -> None:
        """Change a pull request's title and text."""
        self._ask(lambda: self._pull(number).edit(title=title, body=body))

    def close(self, number: int, body: str) -> None:
        """Close a pull request, and change its text with that."""
        self._ask(lambda: self._pull(number).edit(body=body, state="closed"))

    def draw(self, number: int, attention: Attention) -> None:
        """Add labels, reviewers and assignees; those there stay. Raises AttentionError where any is refused."""
        pull = self._pull(number)
        teams = [name.partition("/")[2] for name in attention.reviewers if "/" in name]
        people = [name for name in attention.reviewers if "/" not in name]
        questions: list[Callable[[], object]] = []
        if attention.labels:
            asked = {"labels": list(attention.labels)}  # the library sends the bare list
            labels = f"{pull.issue_url}/labels"
            questions.append(lambda: pull.requester.requestJsonAndCheck("POST", labels, input=asked))
        if people or teams:
            questions.append(lambda: pull.create_review_request(people, teams))
        if attention.assignees:
            questions.append(lambda: pull.add_to_assignees(*attention.assignees))
        if refusals := [*filter(None, map(self._refusal, questions))]:
            raise AttentionError("; ".join(refusals))

    def patches(self, number: int) -> Mapping[str, str]:
        """Return what a pull request changes: hunks of a unified diff by path; empty where the forge shows none."""
        files = self._ask(lambda: list(self._pull(number).get_files()))
        return {file.filename: file.patch or "" for file in files}

    def comments(self, number: int) -> list[str]:
        """Return the texts of all comments on lines of a pull request, and of its reviews."""
        pull = self._pull(number)
        lines = self._ask(lambda: [comment.body for comment in pull.get_review_comments()])
        return [*lines, *self._ask(lambda: [review.body or "" for review in pull.get_reviews()])]

    def review(self, number: int, commit: str, body: str, suggestions: Sequence[Suggestion]) -> None:
        """Put suggestions on a pull request, all at once."""
        comments = [_comment(suggestion) for suggestion in suggestions]
        asked = {"commit_id": commit, "body": body, "event": "COMMENT", "comments": comments}
        pull = self._pull(number)  # create_review of the library would ask for the whole commit first
        self._ask(lambda: pull.requester.requestJsonAndCheck("POST", f"{pull.url}/reviews", input=asked))

    def _repository(self) -> Repository:
        if self._known is None:
            found = self._ask(lambda: self._api.get_repo(self._remote.slug))
            if not found.id:  # the library takes any answer below 400 for one, also what leads elsewhere
                raise ForgeError(f"GitHub tells nothing of {self._remote.slug}: is the server's name right?")
            self._known = found
        return self._known

    def _pull(self, number: int) -> PullRequest:
        return self._ask(lambda: self._repository().get_pull(number))

    def _is_own(self, pull: PullRequest) -> bool:
        """Whether its branch is in this repository; a fork that was removed is none."""
        return pull.head.repo is not None and pull.head.repo.id == self._repository().id

    def _refusal(self, question: Callable[[], object]) -> str:
        """Ask, and return why it is refused; empty where it is not."""
        try:
            self._ask(question)
        except ForgeError as error:
            return str(error)
        return ""

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except GithubException as error:
            raise ForgeError(self._said(error)) from None
        except requests.RequestException as error:
            raise ForgeError(self._unreachable(error)) from None
        except (RuntimeError, AssertionError) as error:  # how the library refuses to go to another server
            where = self._secret.removed_from(printable(str(error))).partition(", please")[0]
            raise ForgeError(f"GitHub names another server, which the token is not sent to ({where})") from None

    def _said(self, error: GithubException) -> str:
        return self._secret.removed_from(_said(error))

    def _unreachable(self, error: Exception) -> str:
        cause = self._secret.removed_from(printable(str(error)))
        return f"GitHub does not answer: {cause}"


def app_token(app: App, remote: Remote, api: str) -> Secret:
    """Return a token for a repository by a GitHub App's key; it holds for an hour. Raises ForgeError."""
    try:
        with _quiet():
            auth = Auth.AppAuth(app.id, app.key)
            integration = github.GithubIntegration(auth=auth, **_settings(api))
            number = app.installation or integration.get_repo_installation(remote.owner, remote.name).id
            return Secret(integration.get_access_token(number).token)
    except GithubException as error:
        raise ForgeError(_said(error)) from None
    except requests.RequestException as error:
        raise ForgeError(f"GitHub does not answer: {printable(str(error))}") from None
    except (PyJWTError, ValueError):  # its text can have parts of the key
        raise ForgeError("the App's private key cannot be used: GITHUB_APP_PRIVATE_KEY is to be a PEM") from None


def api_of(remote: Remote, named: str) -> str:
    """Return the URL of a server's API: the one that is `named` (GITHUB_API_URL), else as GitHub documents it."""
    if named:
        return named.rstrip("/")
    if remote.host == "github.com":
        return "https://api.github.com"
    if remote.host.endswith(".ghe.com"):
        return f"https://api.{remote.host}"
    return f"{remote.server}/api/v3"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from logging requests, which can have a key's signature."""
    logger = logging.getLogger("github")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _settings(api: str) -> dict[str, Any]:
    retry = _Retry(
        total=_TRIES,
        backoff_factor=PAUSE,
        allowed_methods=_REPEATABLE,
        status_forcelist=[429, *range(500, 600)],
        max_rate_limit_wait=LONGEST_WAIT,
        secondary_rate_wait=60 * PAUSE,
    )
    return {
        "base_url": api,
        "timeout": PATIENCE,
        "retry": retry,
        "per_page": 100,
        "user_agent": f"harden/{__version__}",
        "seconds_between_requests": PAUSE / 4,
        "seconds_between_writes": PAUSE,
    }


def _pull(found: PullRequest) -> Pull:
    state = State.OPEN if found.state == "open" else State.MERGED if found.merged_at else State.CLOSED
    body = (found.body or "").replace("\r\n", "\n")
    branches = found.head.ref, found.base.ref
    return Pull(found.number, found.html_url, state, found.title, body, *branches, found.head.sha)


def _comment(suggestion: Suggestion) -> dict[str, Any]:
    where = {"path": suggestion.path, "line": suggestion.last, "side": "RIGHT", "body": suggestion.body}
    several = {"start_line": suggestion.first, "start_side": "RIGHT"}
    return where | (several if suggestion.first != suggestion.last else {})


def _said(error: GithubException) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    message = printable(str(data.get("message") or error.message or "no reason"))
    reasons = [
        str(each.get("message") or each.get("code") or "")
        for each in data.get("errors") or []
        if isinstance(each, dict)
    ]
    more = f" ({printable('; '.join(filter(None, reasons)))})" if any(reasons) else ""
    hint = {
        401: ": is the token still valid?",
        403: ": may the token do this?",
        404: ": is it there, and may the token see it?",
    }
    return f"GitHub answers {error.status}: {message}{more}{hint.get(error.status, '')}"
