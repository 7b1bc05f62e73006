"""That the stand-in holds requests and answers to GitHub's description, where HARDEN_GITHUB_OPENAPI names it."""

from __future__ import annotations

import pytest

from tests.bot.conftest import Shop
from tests.bot.contract import BrokenContractError, Contract, contract
from tests.bot.state import SLUG
from tests.bot.test_suggest import QUEUE, propose

pytestmark = pytest.mark.forge

PULLS = f"/repos/{SLUG}/pulls"


@pytest.fixture
def described() -> Contract:
    found = contract()
    assert found is not None, "HARDEN_GITHUB_OPENAPI names no file"
    return found


@pytest.mark.parametrize(
    ("request_line", "body", "said"),
    [
        (f"POST {PULLS}", {"base": "main", "head": "x", "titel": "y"}, "has no titel"),
        (f"POST {PULLS}", {"base": "main"}, "'head' is a required property"),
        (f"POST {PULLS}", {"base": "main", "head": "x", "draft": "yes"}, "draft"),
        (f"GET {PULLS}?sorted=created", None, "no parameter sorted"),
        (f"GET {PULLS}?state=closd", None, "closd"),
        (f"PUT {PULLS}", {}, "there is no PUT"),
        ("GET /repos/a/b/pulled", None, "there is no GET"),
        (f"POST {PULLS}/1/reviews", {"event": "LIKE"}, "LIKE"),
    ],
)
def test_a_wrong_request(described: Contract, request_line: str, body: object, said: str) -> None:
    method, _, place = request_line.partition(" ")
    path, _, query = place.partition("?")
    with pytest.raises(BrokenContractError, match=said):
        described.request(method, path, query, body)


def test_a_wrong_answer(described: Contract) -> None:
    with pytest.raises(BrokenContractError, match="never answers 204"):
        described.answer("POST", PULLS, 204, None)
    with pytest.raises(BrokenContractError, match="required property"):
        described.answer("POST", PULLS, 201, {"number": 1})


def test_everything_that_is_asked_was_held_to_it(shop: Shop) -> None:
    shop.run()
    shop.run("--suggest", str(propose(shop, {"queue.compose.yaml": QUEUE})))
    assert shop.forge.checked == {
        "repos/get",
        "pulls/list",
        "pulls/create",
        "pulls/get",
        "pulls/update",
        "issues/add-labels",
        "pulls/request-reviewers",
        "issues/add-assignees",
        "pulls/list-files",
        "pulls/list-review-comments",
        "pulls/list-reviews",
        "pulls/create-review",
    }
