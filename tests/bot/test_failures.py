"""What a forge or a network does wrong: said in words, nothing lost or doubled, and finished by the next run."""

from __future__ import annotations

import time

import pytest

from hardener.bot import github
from hardener.bot.git import Git, GitError, Identity
from tests.bot.conftest import Shop
from tests.bot.state import SLUG, TOKEN, Fault, git


def whole(shop: Shop) -> None:
    """Check that there is one open pull request with all that it should carry, and that one more run adds nothing."""
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    (pull,) = shop.forge.open_pulls()
    assert [label["name"] for label in pull["labels"]] == ["security"]
    assert (pull["reviewers"], pull["assignees"]) == (["mona", "team:platform"], ["hubot"])
    assert "<!-- harden: opening -->" not in pull["body"]
    asked = len(shop.forge.changes)
    shop.run()
    assert shop.forge.changes[asked:] == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("GET", "/pulls", 401, 9, message="Bad credentials"), "is the token still valid?"),
        (Fault("POST", "/pulls", 403, 9, message="Resource not accessible"), "may the token do this?"),
        (Fault("POST", "/pulls", 404, 9, message="Not Found"), "404: Not Found"),
        (Fault("POST", "/labels", 422, 9, message="Validation Failed"), "422: Validation Failed"),
        (Fault("PATCH", "/1", 409, 9, message="Conflict"), "409: Conflict"),
        (Fault("GET", "/pulls", 502, 99, message="Bad Gateway"), "GitHub"),
        (Fault("POST", "/pulls", 500, 9, message="boom", after=True), "500: boom"),
        (Fault("POST", "/requested_reviewers", 500, 9, after=True), "500"),
    ],
)
def test_what_is_refused_is_said_and_the_next_run_finishes_it(shop: Shop, fault: Fault, said: str) -> None:
    shop.forge.faults = [fault]
    done = shop.run()
    assert done.exit_code == 2
    assert said in done.stderr
    shop.forge.faults = []
    whole(shop)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("GET", "/pulls", 502, 2),
        Fault("PATCH", "/1", 503, 2, after=True),
        Fault("POST", "/pulls", 429, 1, {"Retry-After": "0"}),
        Fault("POST", "/labels", 403, 1, {"Retry-After": "0"}, "You have exceeded a secondary rate limit"),
        Fault("GET", "/pulls", 403, 1, {"X-RateLimit-Remaining": "0"}, "API rate limit exceeded for user ID 1."),
    ],
)
def test_what_passes_is_waited_for(shop: Shop, fault: Fault) -> None:
    shop.forge.faults = [fault]
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    assert fault.times == 0
    assert len(shop.forge.pulls) == 1
    shop.forge.faults = []
    whole(shop)


def test_a_limit_that_lasts_too_long_is_not_waited_for(shop: Shop) -> None:
    reset = str(int(time.time()) + 3600)
    headers = {"X-RateLimit-Reset": reset, "X-RateLimit-Remaining": "0"}
    shop.forge.faults = [Fault("GET", "/pulls", 403, 9, headers, "API rate limit exceeded for user ID 1.")]
    done = shop.run()
    assert done.exit_code == 2
    assert "rate limit" in done.stderr


def test_an_answer_that_does_not_come(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.forge.faults = [fault := Fault("POST", "/pulls", 201, 1, after=True, patience=600)]
    with monkeypatch.context() as patched:
        patched.setattr(github, "PATIENCE", 3)
        done = shop.run()
    fault.released.set()
    assert done.exit_code == 2
    assert "GitHub does not answer" in done.stderr
    assert len(shop.forge.pulls) == 1
    whole(shop)


@pytest.mark.parametrize("step", ["open", "draw", "update"])
def test_a_run_that_was_killed_is_finished_by_the_next(shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    class KilledError(BaseException):
        pass

    def killed(*_arguments: object, **_options: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(github.GitHub, step, killed)
        with pytest.raises(KilledError):
            shop.run()
    assert "harden/all" in shop.forge.branches
    whole(shop)


@pytest.mark.parametrize(("second", "exit_code"), [(1, 2), (0, 0)], ids=["the lease has gone", "the same commits"])
def test_two_runs_at_once_double_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, second: int, exit_code: int
) -> None:
    """The other run does all that it does while this one is about to push.

    Commits made in the same second are the same ones: then there is nothing to push, and nothing to refuse.
    """
    push, environment = Git.push, Identity().environment
    now = {"second": 0}
    others: list[int] = []

    def dated(_self: Identity) -> dict[str, str]:
        date = f"2026-11-22T12:00:0{now['second']}Z"
        return {**environment, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}

    def late_push(self: Git, *arguments: str) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Git, "push", push)
            now["second"] = second
            others.append(shop.run().exit_code)
        push(self, *arguments)

    monkeypatch.setattr(Identity, "environment", property(dated))
    monkeypatch.setattr(Git, "push", late_push)
    assert shop.run().exit_code == exit_code
    assert others == [0]
    assert len(shop.forge.pulls) == 1
    monkeypatch.setattr(Git, "push", push)
    whole(shop)


def test_an_open_pull_request_that_appears_meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = github.GitHub.open

    def late(self: github.GitHub, *arguments: str, **options: bool) -> object:
        opened(self, *arguments, **options)
        return opened(self, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(github.GitHub, "open", late)
        done = shop.run()
    assert "another run has just opened it" in done.stderr
    whole(shop)


def test_a_protected_branch_refuses(shop: Shop) -> None:
    hook = shop.forge.bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)
    done = shop.run()
    assert done.exit_code == 2
    assert "GH006: Protected branch update failed" in done.stderr
    assert shop.forge.pulls == []
    hook.unlink()
    whole(shop)


def test_a_branch_of_the_name_that_ours_begin_with(shop: Shop) -> None:
    git("branch", "harden", "main", folder=shop.forge.bare)
    done = shop.run()
    assert done.exit_code == 2
    assert "Error: it has a branch called harden, beside which git can have none called harden/" in done.stderr
    assert shop.forge.changes == []


def test_a_reviewer_that_is_none_keeps_no_other_pull_request_from_being_opened(shop: Shop) -> None:
    words = "Reviews may only be requested from collaborators."
    shop.forge.faults = [Fault("POST", "/requested_reviewers", 422, 99, message=words)]
    done = shop.run("--group", "format")
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(shop.forge.pulls) == 2
    for pull in shop.forge.pulls:
        assert ([label["name"] for label in pull["labels"]], pull["assignees"]) == (["security"], ["hubot"])
    assert shop.run("--group", "format").exit_code == 2, "until it is put right"


@pytest.mark.parametrize("place", ["https://evil.example/x", "http://evil.example/x", "//evil.example/x"])
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_way_to_another_server_is_not_gone(shop: Shop, place: str, status: int) -> None:
    shop.forge.faults = [Fault("GET", f"/repos/{SLUG}", status, 9, {"Location": place})]
    done = shop.run()
    assert done.exit_code == 2
    said = (
        "names another server, which the token is not sent to" if status == 301 else "GitHub tells nothing of acme/shop"
    )
    assert said in done.stderr
    assert len(shop.forge.asked) == 1


def test_a_wrong_token(shop: Shop) -> None:
    done = shop.run(token="ghp_wrongSECRET")
    assert done.exit_code == 2
    assert "401" in done.stderr
    assert "ghp_wrongSECRET" not in done.output + done.stderr


def test_many_open_ones_are_all_counted(shop: Shop) -> None:
    shop.forge.page = 1
    shop.commit({".harden.toml": "[pr]\nlimit = 3\n"})
    shop.run("--group", "rule")
    shop.run("--group", "rule")
    assert len(shop.forge.open_pulls()) == 3


def test_git_says_what_is_wrong_without_the_secret(shop: Shop) -> None:
    from hardener.bot.credentials import Secret  # noqa: PLC0415 - beside what uses it

    secret = Secret(TOKEN)
    assert TOKEN not in repr(secret)
    shown = secret.removed_from(f"fatal: {TOKEN} {secret.header}")
    assert TOKEN not in shown
    assert secret.header.split()[-1] not in shown
    with pytest.raises(GitError, match="not found"):
        Git(shop.clone / ".git", f"{shop.forge.url}/acme/none.git", secret).branches("main")


def test_a_server_that_is_not_there(shop: Shop) -> None:
    shop.monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1/api")
    done = shop.run()
    assert done.exit_code == 2
    assert "GitHub does not answer" in done.stderr
