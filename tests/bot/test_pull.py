"""Pull requests on a forge: what one run makes, and what the next one leaves."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import Mock

import pytest

from hardener.bot import trying
from hardener.bot.body import NOT_RUN
from hardener.bot.conduct import Tried
from hardener.runtime.trial import conduct
from tests.bot.conftest import SHOP, Shop
from tests.bot.state import git
from tests.conftest import harden as fixed
from tests.conftest import write


def test_a_run_opens_one_with_all_that_it_should_carry(shop: Shop) -> None:
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    (pull,) = shop.forge.pulls
    assert (pull["head"], pull["base"], pull["title"]) == ("harden/all", "main", "fix: harden containers")
    assert [label["name"] for label in pull["labels"]] == ["security"]
    assert pull["reviewers"] == ["mona", "team:platform"]
    assert pull["assignees"] == ["hubot"]
    assert "<!-- harden: opening -->" not in pull["body"]
    assert "**Not run.**" in pull["body"]


def test_a_second_run_changes_nothing(shop: Shop) -> None:
    shop.run()
    asked, branches, pulls = len(shop.forge.changes), shop.forge.branches, [dict(pull) for pull in shop.forge.pulls]
    done = shop.run()
    assert "is up to date" in done.stderr
    assert shop.forge.changes[asked:] == []
    assert (shop.forge.branches, shop.forge.pulls) == (branches, pulls)


def test_the_branch_has_what_write_makes(shop: Shop) -> None:
    shop.run()
    from hardener.policy.configured import Configured  # noqa: PLC0415 - beside what uses it

    write(shop.clone, fixed(shop.clone, Configured().of(shop.clone).settings))
    by_hand = {path: (shop.clone / path).read_bytes() for path in shop.files("main")}
    assert shop.files("harden/all") == by_hand
    assert by_hand["compose.yaml"] != shop.files("main")["compose.yaml"]


def test_a_dry_run_prints_all_of_it_and_touches_nothing(shop: Shop) -> None:
    before = shop.forge.branches
    done = shop.run("--dry-run")
    assert done.exit_code == 0
    assert "would open a pull request from harden/all" in done.stderr
    assert "+USER 10001:10001" in done.stdout
    assert "## What changes, and why" in done.stdout
    assert (shop.forge.branches, shop.forge.changes) == (before, [])


def test_a_dry_run_says_who_would_be_asked(shop: Shop) -> None:
    done = shop.run("--dry-run", "--draft")
    asked = "labels: security; reviewers: mona, acme/platform; assignees: hubot"
    assert f"would open a pull request from harden/all: fix: harden containers (draft; {asked})\n" in done.stderr


def test_a_dry_run_prints_the_configuration_that_it_would_propose(shop: Shop) -> None:
    shop.commit({".harden.toml": None})
    shown = shop.run("--dry-run").stdout
    assert "commit 1 of 1: chore: configure harden\n" in shown
    diff = shown[shown.index("--- /dev/null") : shown.index("harden/configure: ")]
    git("apply", folder=shop.clone, stdin=diff.encode())
    shop.run()
    assert (shop.clone / ".harden.toml").read_bytes() == shop.files("harden/configure")[".harden.toml"]


def test_a_branch_that_somebody_else_committed_to_is_left_alone(shop: Shop) -> None:
    shop.run()
    theirs = shop.commit({"compose.yaml": "services: {}\n"}, branch="harden/all")
    shop.commit({"shop/other.py": "x = 1\n"})
    done = shop.run()
    assert done.exit_code == 0
    assert "harden/all: left alone, since somebody else committed to it" in done.stderr
    assert shop.forge.branches["harden/all"] == theirs


def test_a_branch_that_somebody_took_commits_from_is_left_alone(shop: Shop) -> None:
    shop.run()
    *_, before_last, _last = shop.log("harden/all")
    git("update-ref", "refs/heads/harden/all", before_last, folder=shop.forge.bare)
    done = shop.run()
    assert "harden/all: left alone" in done.stderr
    assert shop.forge.branches["harden/all"] == before_last


def test_an_amended_commit_is_somebody_elses(shop: Shop) -> None:
    shop.run()
    url = shop.forge.bare.as_uri()
    git("fetch", "--quiet", url, "harden/all", folder=shop.clone)
    git("checkout", "--quiet", "FETCH_HEAD", folder=shop.clone)
    (shop.clone / "note").write_text("mine")
    git("add", "note", folder=shop.clone)
    git("commit", "--quiet", "--amend", "--no-edit", folder=shop.clone)
    git("push", "--quiet", "--force", url, "HEAD:refs/heads/harden/all", folder=shop.clone)
    theirs = shop.forge.branches["harden/all"]
    shop.commit({"shop/other.py": "x = 1\n"})
    assert "left alone" in shop.run().stderr
    assert shop.forge.branches["harden/all"] == theirs


def test_a_branch_follows_its_base(shop: Shop) -> None:
    shop.run()
    old = shop.forge.branches["harden/all"]
    base = shop.commit({"shop/other.py": "x = 1\n"})
    done = shop.run()
    assert "rewrite harden/all" in done.stderr
    assert shop.forge.branches["harden/all"] != old
    assert git("merge-base", "main", "harden/all", folder=shop.forge.bare).strip() == base
    assert len(shop.forge.pulls) == 1


def test_a_base_that_changed_the_same_lines_is_no_conflict(shop: Shop) -> None:
    shop.run()
    shop.commit(
        {"compose.yaml": SHOP["compose.yaml"].replace("17-alpine\n", "17-alpine\n    read_only: false  # it writes\n")}
    )
    assert shop.run().exit_code == 0
    text = shop.files("harden/all")["compose.yaml"].decode()
    assert "read_only: false" in text
    assert "cap_drop:" in text


def test_a_trial_stands_in_the_text_until_the_commits_change(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    table = "| Service | |\n|---|---|\n| db | before |"
    with monkeypatch.context() as patched:
        patched.setattr(trying, "tried", lambda *_: Tried(table))
        shop.run("--trial")
    assert table in shop.forge.pulls[0]["body"]
    asked = len(shop.forge.changes)
    shop.run()
    assert shop.forge.changes[asked:] == []
    shop.commit({"shop/other.py": "x = 1\n"})
    shop.run()
    assert table not in shop.forge.pulls[0]["body"]
    assert NOT_RUN in shop.forge.pulls[0]["body"]


def test_a_trial_gets_no_variable_that_a_file_of_the_repository_could_ask_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tool := tmp_path / "docker-compose").write_text(f"#!/bin/sh\nexport -p >{tmp_path}/given\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DEPLOY_PASSWORD", "correct horse")
    monkeypatch.setattr("shutil.which", lambda name, **_: str(tool) if name == "docker-compose" else None)
    monkeypatch.setattr(trying.Engine, "connect", lambda: Mock(address="unix:///nowhere"))
    monkeypatch.setattr(conduct, "workplace", lambda *_, **__: nullcontext(tmp_path))
    shop.run("--trial")
    given = (tmp_path / "given").read_text()
    assert "DEPLOY_PASSWORD" not in given
    assert "PATH=" in given
    assert "unix:///nowhere" in given
    assert "**Not run** for" in shop.forge.pulls[0]["body"]


def test_an_exception_in_the_repository_holds(shop: Shop) -> None:
    accepted = "    # harden: ignore[compose-drop-capabilities] it is on its way out\n"
    shop.commit({"compose.yaml": SHOP["compose.yaml"].replace("  db:\n", f"{accepted}  db:\n")})
    shop.run()
    text = shop.files("harden/all")["compose.yaml"].decode()
    assert "cap_drop:" not in text.partition("  db:\n")[2]
    assert "no-new-privileges" in text.partition("  db:\n")[2]


def test_one_for_another_base_is_left_alone(shop: Shop) -> None:
    shop.run()
    before = shop.forge.branches["harden/all"]
    git("update-ref", "refs/heads/next", shop.forge.head("main"), folder=shop.forge.bare)
    shop.commit({"Dockerfile": None, "compose.yaml": None}, branch="next")
    shop.run("--base", "next")
    shop.commit({"compose.yaml": SHOP["compose.yaml"]}, branch="next")
    done = shop.run("--base", "next")
    assert "wants it merged into main" in done.stderr
    assert shop.forge.branches["harden/all"] == before
    assert [pull["base"] for pull in shop.forge.open_pulls()] == ["main"]


def test_one_that_was_closed_unmerged_stays_closed(shop: Shop) -> None:
    shop.run()
    shop.forge.pulls[0]["state"] = "closed"
    done = shop.run()
    assert "was closed unmerged, so it is not opened again" in done.stderr
    assert len(shop.forge.pulls) == 1
    shop.run("--reopen")
    assert [pull["state"] for pull in shop.forge.pulls] == ["closed", "open"]


def test_a_merged_one_leaves_nothing_to_propose(shop: Shop) -> None:
    shop.run()
    shop.forge.merge(1)
    done = shop.run()
    assert "nothing to propose" in done.stderr
    assert shop.forge.open_pulls() == []
    assert set(shop.forge.branches) == {"main"}


def test_one_that_became_pointless_is_closed_with_a_word_and_may_come_again(shop: Shop) -> None:
    shop.run()
    shop.commit({"Dockerfile": None, "compose.yaml": None})
    shop.run()
    (pull,) = shop.forge.pulls
    assert pull["state"] == "closed"
    assert pull["body"].startswith("> Closed by `harden`")
    assert set(shop.forge.branches) == {"main"}
    asked = len(shop.forge.changes)
    shop.run()
    assert shop.forge.changes[asked:] == []
    shop.commit({"Dockerfile": 'FROM alpine:3.22\nRUN adduser -D app\nCMD ["top"]\n'})
    shop.run()
    assert [pull["state"] for pull in shop.forge.pulls] == ["closed", "open"]


def test_no_more_are_open_than_the_configuration_says(shop: Shop) -> None:
    shop.commit({".harden.toml": "[pr]\nlimit = 2\n"})
    done = shop.run("--group", "rule")
    assert len(shop.forge.open_pulls()) == 2
    assert "waits, since 2 pull requests are open" in done.stderr
    shop.run("--group", "rule")
    assert len(shop.forge.open_pulls()) == 2


def test_another_grouping_takes_the_place_of_the_first(shop: Shop) -> None:
    shop.run()
    shop.run("--group", "service")
    first, *others = [(pull["head"], pull["state"]) for pull in shop.forge.pulls]
    assert first == ("harden/all", "closed")
    assert others == [("harden/dockerfile-dd2c0eb6", "open"), ("harden/db", "open")]


def test_the_first_run_proposes_a_configuration(shop: Shop) -> None:
    shop.commit({".harden.toml": None})
    shop.run()
    (pull,) = shop.forge.pulls
    assert pull["head"] == "harden/configure"
    assert "fix: harden containers" in pull["body"]
    assert set(shop.files("harden/configure")) - set(shop.files("main")) == {".harden.toml"}
    shop.forge.merge(1)
    shop.run()
    assert [pull["head"] for pull in shop.forge.open_pulls()] == ["harden/all"]


def test_a_repository_with_a_configuration_of_its_own_gets_none(shop: Shop) -> None:
    shop.commit({".harden.toml": None, "pyproject.toml": "[tool.harden.pr]\nlabels = ['python']\n"})
    shop.run()
    (pull,) = shop.forge.pulls
    assert (pull["head"], [label["name"] for label in pull["labels"]]) == ("harden/all", ["python"])


def test_no_configuration_is_proposed_where_nothing_would_come_of_it(shop: Shop) -> None:
    shop.commit({".harden.toml": None, "Dockerfile": None, "compose.yaml": None})
    assert "nothing to propose" in shop.run().stderr
    assert shop.forge.pulls == []


def test_who_does_not_want_a_configuration_gets_nothing(shop: Shop) -> None:
    shop.commit({".harden.toml": None})
    shop.run()
    shop.forge.pulls[0]["state"] = "closed"
    shop.run()
    assert shop.forge.open_pulls() == []
    shop.run("--no-onboarding")
    assert [pull["head"] for pull in shop.forge.open_pulls()] == ["harden/all"]
