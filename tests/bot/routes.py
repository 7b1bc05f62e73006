"""How the stand-in answers each request of GitHub's API, and what it refuses as GitHub does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from tests.bot import records
from tests.bot.state import API, SLUG, TOKEN, Forge, RefusalError, git

LIMIT = 65_536
"""Characters of a pull request's text."""

Answer = tuple[int, Any, dict[str, str]]
"""Status, body, headers."""


def answer(forge: Forge, method: str, path: str, query: str, body: Any) -> Answer:
    """Return the right answer to a request. Raises RefusalError."""
    for pattern, known, handle in ROUTES:
        match = re.fullmatch(pattern, path)
        if match and known == method:
            return handle(forge, *match.groups(), query=parse_qs(query), body=body)
    raise RefusalError(404, "Not Found")


def _listed(forge: Forge, _slug: str, *, query: dict[str, list[str]], body: Any) -> Answer:
    state, head = query.get("state", ["open"])[0], query.get("head", [""])[0]
    wanted = [pull for pull in reversed(forge.pulls) if state in ("all", pull["state"])]
    wanted = [pull for pull in wanted if not head or head == f"acme:{pull['head']}"]
    number = int(query.get("page", ["1"])[0])
    size = min(forge.page, int(query.get("per_page", ["30"])[0]))
    shown = wanted[(number - 1) * size : number * size]
    following = f"{forge.url}{API}/repos/{SLUG}/pulls?state={state}&head={head}&page={number + 1}"
    headers = {"Link": f'<{following}>; rel="next"'} if number * size < len(wanted) else {}
    return 200, [forge.record(pull) for pull in shown], headers


def opened(forge: Forge, _slug: str, *, query: Any, body: Any) -> Answer:
    sha = forge.head(body["head"])
    if not sha or not forge.head(body["base"]):
        raise RefusalError(422, "Validation Failed", [{"resource": "PullRequest", "field": "head", "code": "invalid"}])
    if any(pull["head"] == body["head"] and pull["base"] == body["base"] for pull in forge.open_pulls()):
        words = f"A pull request already exists for acme:{body['head']}."
        raise RefusalError(422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": words}])
    _require_short(body["body"])
    pull = {"number": len(forge.pulls) + 1, "state": "open", "merged_at": None, "labels": [], "sha": sha}
    pull |= {"reviewers": [], "assignees": [], "draft": body.get("draft", False)}
    forge.pulls.append(pull | {name: body[name] for name in ("head", "base", "title", "body")})
    git("update-ref", f"refs/pull/{pull['number']}/head", sha, folder=forge.bare)
    return 201, forge.record(forge.pulls[-1]), {}


def _edited(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    pull = forge.find(number)
    _require_short(body.get("body", ""))
    pull |= {**body, "sha": forge.head(pull["head"]) or pull["sha"]}
    return 200, forge.record(pull), {}


def _require_short(text: str) -> None:
    if len(text) > LIMIT:
        raise RefusalError(
            422, "Validation Failed", [{"field": "body", "code": "custom", "message": "body is too long"}]
        )


def _shown(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    return 200, forge.record(forge.find(number)), {}


def _repository(forge: Forge, slug: str, *, query: Any, body: Any) -> Answer:
    if slug != SLUG:
        raise RefusalError(404, "Not Found")
    return 200, {**records.repository(f"{forge.url}{API}", forge.url, slug)}, {}


def _labelled(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    pull = forge.find(number)
    known = {label["name"] for label in pull["labels"]}
    names = body["labels"] if isinstance(body, dict) else body
    pull["labels"] += [records.label(f"{forge.url}{API}", name) for name in names if name not in known]
    return 200, pull["labels"], {}


def _requested(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    pull = forge.find(number)
    asked = [*body.get("reviewers", []), *(f"team:{team}" for team in body.get("team_reviewers", []))]
    pull["reviewers"] = list(dict.fromkeys([*pull["reviewers"], *asked]))
    return 201, forge.record(pull), {}


def _assigned(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    pull = forge.find(number)
    pull["assignees"] = list(dict.fromkeys([*pull["assignees"], *body["assignees"]]))
    api = f"{forge.url}{API}"
    return 201, records.issue(f"{api}/repos/{SLUG}", int(number), records.user(api, "mona")), {}


def _files(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    pull = forge.find(number)
    span = f"{pull['base']}...{pull['sha']}"
    files = []
    for name in git("diff", "--name-only", "-z", span, folder=forge.bare).split("\0")[:-1]:
        whole = git("diff", span, "--", name, folder=forge.bare)
        patch = whole[whole.find("@@") :].removesuffix("\n") if "@@" in whole else None
        about = {"sha": "0" * 40, "filename": name, "status": "modified", "additions": 1, "deletions": 1, "changes": 2}
        urls = records.links(f"{forge.url}/{SLUG}", ["blob", "contents", "raw"])
        files.append({**about, **urls, **({"patch": patch} if patch else {})})
    return 200, files, {}


def _comments(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    api = f"{forge.url}{API}"
    author = records.user(api, "harden-bot")
    found = [(each, review["commit_id"]) for review in forge.reviews for each in review["comments"]]
    return 200, [records.comment(f"{api}/repos/{SLUG}", int(number), author, *each) for each in found], {}


def _reviews(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> Answer:
    api = f"{forge.url}{API}"
    author = records.user(api, "harden-bot")
    url = f"{api}/repos/{SLUG}"
    return (
        200,
        [records.review(url, int(number), author, each["body"], each["commit_id"]) for each in forge.reviews],
        {},
    )


def _reviewed(forge: Forge, slug: str, number: str, *, query: Any, body: Any) -> Answer:
    shown = {file["filename"]: file.get("patch", "") for file in _files(forge, slug, number, query=query, body=body)[1]}
    for each in body["comments"]:
        lines = _right_side(shown.get(each["path"], ""))
        if not {each.get("start_line", each["line"]), each["line"]} <= lines:
            raise RefusalError(422, "Unprocessable Entity", [{"message": "Line could not be resolved"}])
    forge.reviews.append(body)
    return 200, _reviews(forge, slug, number, query=query, body=body)[1][-1], {}


def _right_side(patch: str) -> set[int]:
    """Return the lines of the new side that a patch shows."""
    lines: set[int] = set()
    number = 0
    for line in patch.split("\n"):
        if match := re.match(r"@@ -\S+ \+(\d+)", line):
            number = int(match[1])
        elif line[:1] in (" ", "+"):
            lines.add(number)
            number += 1
    return lines


def _installation(forge: Forge, slug: str, *, query: Any, body: Any) -> Answer:
    url = f"{forge.url}{API}/app/installations/7"
    more = {"id": 7, "app_id": 3, "app_slug": "harden", "target_id": 1, "target_type": "Organization", "events": []}
    more |= {
        "single_file_name": None,
        "repository_selection": "all",
        "account": records.user(f"{forge.url}{API}", "acme"),
    }
    more |= {"permissions": {}, "created_at": records.NOW, "updated_at": records.NOW}
    more |= {"suspended_by": None, "suspended_at": None, "html_url": url, "client_id": "x"}
    return 200, {**more, "access_tokens_url": f"{url}/access_tokens", "repositories_url": f"{url}/repositories"}, {}


def _token(forge: Forge, number: str, *, query: Any, body: Any) -> Answer:
    return 201, {"token": TOKEN, "expires_at": "2099-01-01T00:00:00Z", "permissions": {}}, {}


_REPO = r"/repos/([^/]+/[^/]+)"
ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    (_REPO, "GET", _repository),
    (rf"{_REPO}/pulls", "GET", _listed),
    (rf"{_REPO}/pulls", "POST", opened),
    (rf"{_REPO}/pulls/(\d+)", "GET", _shown),
    (rf"{_REPO}/pulls/(\d+)", "PATCH", _edited),
    (rf"{_REPO}/issues/(\d+)/labels", "POST", _labelled),
    (rf"{_REPO}/pulls/(\d+)/requested_reviewers", "POST", _requested),
    (rf"{_REPO}/issues/(\d+)/assignees", "POST", _assigned),
    (rf"{_REPO}/pulls/(\d+)/files", "GET", _files),
    (rf"{_REPO}/pulls/(\d+)/comments", "GET", _comments),
    (rf"{_REPO}/pulls/(\d+)/reviews", "GET", _reviews),
    (rf"{_REPO}/pulls/(\d+)/reviews", "POST", _reviewed),
    (rf"{_REPO}/installation", "GET", _installation),
    (r"/app/installations/(\d+)/access_tokens", "POST", _token),
]
