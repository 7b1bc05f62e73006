"""Suggestions on somebody's own pull request."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.bot.conftest import COMPOSE, Shop
from tests.bot.routes import opened
from tests.bot.state import Forge

QUEUE = """\
services:
  queue:
    image: postgres:17-alpine
    volumes:
      - q:/var/lib/postgresql/data
volumes:
  q:
"""


def propose(shop: Shop, files: dict[str, str | None]) -> int:
    """Let somebody open a pull request with files, and return its number."""
    shop.commit({}, branch="main")
    head = shop.forge.head("main")
    from tests.bot.state import git  # noqa: PLC0415 - beside what uses it

    git("update-ref", "refs/heads/feature", head, folder=shop.forge.bare)
    shop.commit(files, branch="feature")
    about: dict[str, Any] = {"head": "feature", "base": "main", "title": "A queue", "body": "mine"}
    return int(opened(shop.forge, "acme/shop", query={}, body=about)[1]["number"])


def applied(text: str, forge: Forge, path: str) -> str:
    """Return a file with every suggestion taken, from the last one to the first."""
    lines = text.split("\n")
    comments = [each for review in forge.reviews for each in review["comments"] if each["path"] == path]
    for each in sorted(comments, key=lambda comment: -comment["line"]):
        new = re.search(r"^(`{3,})suggestion\n(.*)\n\1$", each["body"], re.DOTALL | re.MULTILINE)
        assert new
        lines[each.get("start_line", each["line"]) - 1 : each["line"]] = new[2].split("\n")
    return "\n".join(lines)


def test_all_of_them_taken_are_what_write_makes(shop: Shop) -> None:
    number = propose(shop, {"queue.compose.yaml": QUEUE})
    done = shop.run("--suggest", str(number))
    assert done.exit_code == 0, done.stderr
    assert len(shop.forge.reviews) == 1
    taken = applied(QUEUE, shop.forge, "queue.compose.yaml")
    assert "cap_drop:" in taken
    shop.forge.pulls[0]["state"] = "closed"
    shop.commit({"queue.compose.yaml": QUEUE})
    shop.run()
    assert shop.files("harden/all")["queue.compose.yaml"].decode() == taken


def test_a_second_run_says_nothing_twice(shop: Shop) -> None:
    number = propose(shop, {"queue.compose.yaml": QUEUE})
    shop.run("--suggest", str(number))
    done = shop.run("--suggest", str(number))
    assert "nothing to suggest that is not there" in done.stderr
    assert len(shop.forge.reviews) == 1


def test_lines_that_the_pull_request_does_not_show_are_left_to_others(shop: Shop) -> None:
    long = COMPOSE.replace("build: .\n    ", "") + "".join(f"# {number}\n" for number in range(30))
    shop.commit({"compose.yaml": long})
    number = propose(shop, {"compose.yaml": long + "# last\n"})
    done = shop.run("--suggest", str(number))
    assert "nothing to suggest" in done.stderr
    assert shop.forge.reviews == []


def test_a_dry_run_shows_them(shop: Shop) -> None:
    number = propose(shop, {"queue.compose.yaml": QUEUE})
    done = shop.run("--suggest", str(number), "--dry-run")
    assert "would put" in done.stderr
    assert "```suggestion" in done.stdout
    assert shop.forge.reviews == []


def test_text_with_fences_and_line_ends_of_its_own(shop: Shop) -> None:
    fenced = QUEUE.replace("    image", "    # ```\n    # ````suggestion\n    image")
    number = propose(shop, {"queue.compose.yaml": fenced, "crlf.compose.yaml": QUEUE.replace("\n", "\r\n")})
    shop.run("--suggest", str(number))
    assert {each["path"] for each in shop.forge.reviews[0]["comments"]} == {"queue.compose.yaml"}
    assert "other lines" in shop.forge.reviews[0]["body"]
    assert "cap_drop:" in applied(fenced, shop.forge, "queue.compose.yaml")


def test_a_file_without_a_last_line_end(shop: Shop) -> None:
    short = "services:\n  queue:\n    image: redis:7\n  cache:\n    image: redis:7"
    number = propose(shop, {"queue.compose.yaml": short})
    shop.run("--suggest", str(number))
    taken = applied(short, shop.forge, "queue.compose.yaml")
    assert taken.startswith("services:\n  queue:\n    image: redis:7\n    cap_drop:")
    assert taken.count("image: redis:7\n    cap_drop:") == taken.count("image:") == 2
    assert not taken.endswith("\n")


@pytest.mark.parametrize("option", ["--trial", "--draft", "--reopen", "--group=rule", "--base=main", "--no-onboarding"])
def test_what_is_for_pull_requests_of_its_own_is_refused(shop: Shop, option: str) -> None:
    done = shop.run("--suggest", "1", option)
    assert done.exit_code == 2
    assert f"{option.partition('=')[0]} is not for --suggest" in done.stderr
    assert shop.forge.asked == []


def test_one_that_is_closed_gets_none(shop: Shop) -> None:
    number = propose(shop, {"queue.compose.yaml": QUEUE})
    shop.forge.pulls[0]["state"] = "closed"
    done = shop.run("--suggest", str(number))
    assert done.exit_code == 0
    assert "is closed: nothing is suggested" in done.stderr
    assert shop.forge.reviews == []


def test_one_that_is_not_there(shop: Shop) -> None:
    done = shop.run("--suggest", "99")
    assert done.exit_code == 2
    assert "404" in done.stderr
