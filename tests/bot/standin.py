"""A forge on loopback: bare repositories by `git http-backend`, and GitHub's API for pull requests behind its contract.

It remembers pull requests, labels and reviews, refuses what GitHub refuses, and can be told to fail.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

from tests.bot import githttp, records
from tests.bot.contract import BrokenContractError, contract

TOKEN = "ghs_0123456789abcdefSECRET"
SLUG = "acme/shop"
API = "/api/v3"
LIMIT = 65_536


@dataclass
class Fault:
    """An answer in place of the right one."""

    method: str
    path: str
    """A regular expression for the end of it."""
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "no"
    after: bool = False
    """Whether what was asked for is done all the same."""
    seconds: float = 0


@dataclass
class RefusalError(Exception):
    status: int
    message: str
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        more = {"errors": self.errors} if self.errors else {}
        return {"message": self.message, "documentation_url": "https://docs.github.com/rest", **more}


class Forge:
    """What the server knows; the repository's objects and branches are git's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bare = root / f"{SLUG}.git"
        self.url = ""
        self.pulls: list[dict[str, Any]] = []
        self.reviews: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        """Every request to the API: method, path and query."""
        self.checked: set[str] = set()
        """The operations that were held to GitHub's description."""
        self.broken: list[str] = []
        self.page = 100
        self.lock = Lock()
        git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), folder=root)

    def head(self, branch: str) -> str:
        """Return a branch's newest commit; empty where there is none."""
        return git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}", folder=self.bare).strip()

    @property
    def branches(self) -> dict[str, str]:
        lines = git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads", folder=self.bare)
        return dict(line.split(" ", 1) for line in lines.split("\n") if line)

    @property
    def changes(self) -> list[str]:
        """Every request that was to change something."""
        return [asked for asked in self.asked if not asked.startswith("GET ")]

    def open_pulls(self) -> list[dict[str, Any]]:
        return [pull for pull in self.pulls if pull["state"] == "open"]

    def answer(self, method: str, path: str, query: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        """Return the status, the body and headers for a request to the API."""
        for pattern, known, handle in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and known == method:
                return handle(self, *match.groups(), query=parse_qs(query), body=body)
        raise RefusalError(404, "Not Found")

    def record(self, pull: dict[str, Any]) -> dict[str, Any]:
        url, api = f"{self.url}{API}/repos/{SLUG}", f"{self.url}{API}"
        repository = records.repository(api, self.url, SLUG)
        sha = self.head(pull["head"]) or pull["sha"]
        base = {
            "ref": pull["base"],
            "sha": self.head(pull["base"]),
            "label": f"acme:{pull['base']}",
            "repo": repository,
        }
        head = {"ref": pull["head"], "sha": sha, "label": f"acme:{pull['head']}", "repo": repository}
        user = records.user(api, "harden-bot")
        about = {"title": pull["title"], "body": pull["body"], "state": pull["state"], "draft": pull["draft"]}
        about |= {"merged_at": pull["merged_at"], "closed_at": None, "labels": pull["labels"], "user": user}
        about |= {"merged": bool(pull["merged_at"])}
        return records.pull(
            url, pull["number"], {**about, "base": {**base, "user": user}, "head": {**head, "user": user}}
        )

    def find(self, number: str) -> dict[str, Any]:
        for pull in self.pulls:
            if pull["number"] == int(number):
                return pull
        raise RefusalError(404, "Not Found")

    def merge(self, number: int) -> None:
        """Merge a pull request as the button does: a merge commit on its base."""
        pull = self.find(str(number))
        base, head = self.head(pull["base"]), self.head(pull["head"])
        tree = git("rev-parse", f"{head}^{{tree}}", folder=self.bare).strip()
        merged = git("commit-tree", tree, "-p", base, "-p", head, "-m", "Merge", folder=self.bare).strip()
        git("update-ref", f"refs/heads/{pull['base']}", merged, folder=self.bare)
        pull |= {"state": "closed", "merged_at": records.NOW, "sha": head}


def git(*arguments: str, folder: Path, stdin: bytes = b"") -> str:
    """Run git as somebody who is not the bot."""
    who = ["-c", "user.name=Mona", "-c", "user.email=mona@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def _listed(forge: Forge, _slug: str, *, query: dict[str, list[str]], body: Any) -> tuple[int, Any, dict[str, str]]:
    state, head = query.get("state", ["open"])[0], query.get("head", [""])[0]
    wanted = [pull for pull in reversed(forge.pulls) if state in ("all", pull["state"])]
    wanted = [pull for pull in wanted if not head or head == f"acme:{pull['head']}"]
    number = int(query.get("page", ["1"])[0])
    size = min(forge.page, int(query.get("per_page", ["30"])[0]))
    shown = wanted[(number - 1) * size : number * size]
    following = f"{forge.url}{API}/repos/{SLUG}/pulls?state={state}&head={head}&page={number + 1}"
    headers = {"Link": f'<{following}>; rel="next"'} if number * size < len(wanted) else {}
    return 200, [forge.record(pull) for pull in shown], headers


def _opened(forge: Forge, _slug: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
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


def _edited(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    pull = forge.find(number)
    _require_short(body.get("body", ""))
    pull |= {**body, "sha": forge.head(pull["head"]) or pull["sha"]}
    return 200, forge.record(pull), {}


def _require_short(text: str) -> None:
    if len(text) > LIMIT:
        raise RefusalError(
            422, "Validation Failed", [{"field": "body", "code": "custom", "message": "body is too long"}]
        )


def _shown(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    return 200, forge.record(forge.find(number)), {}


def _repository(forge: Forge, slug: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    if slug != SLUG:
        raise RefusalError(404, "Not Found")
    return 200, {**records.repository(f"{forge.url}{API}", forge.url, slug)}, {}


def _labelled(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    pull = forge.find(number)
    known = {label["name"] for label in pull["labels"]}
    names = body["labels"] if isinstance(body, dict) else body
    pull["labels"] += [records.label(f"{forge.url}{API}", name) for name in names if name not in known]
    return 200, pull["labels"], {}


def _requested(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    pull = forge.find(number)
    asked = [*body.get("reviewers", []), *(f"team:{team}" for team in body.get("team_reviewers", []))]
    pull["reviewers"] = list(dict.fromkeys([*pull["reviewers"], *asked]))
    return 201, forge.record(pull), {}


def _assigned(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    pull = forge.find(number)
    pull["assignees"] = list(dict.fromkeys([*pull["assignees"], *body["assignees"]]))
    api = f"{forge.url}{API}"
    return 201, records.issue(f"{api}/repos/{SLUG}", int(number), records.user(api, "mona")), {}


def _files(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
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


def _comments(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    api = f"{forge.url}{API}"
    author = records.user(api, "harden-bot")
    found = [(each, review["commit_id"]) for review in forge.reviews for each in review["comments"]]
    return 200, [records.comment(f"{api}/repos/{SLUG}", int(number), author, *each) for each in found], {}


def _reviews(forge: Forge, _slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    api = f"{forge.url}{API}"
    author = records.user(api, "harden-bot")
    url = f"{api}/repos/{SLUG}"
    return (
        200,
        [records.review(url, int(number), author, each["body"], each["commit_id"]) for each in forge.reviews],
        {},
    )


def _reviewed(forge: Forge, slug: str, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
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


def _installation(forge: Forge, slug: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
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


def _token(forge: Forge, number: str, *, query: Any, body: Any) -> tuple[int, Any, dict[str, str]]:
    return 201, {"token": TOKEN, "expires_at": "2099-01-01T00:00:00Z", "permissions": {}}, {}


_REPO = r"/repos/([^/]+/[^/]+)"
ROUTES: list[tuple[str, str, Callable[..., tuple[int, Any, dict[str, str]]]]] = [
    (_REPO, "GET", _repository),
    (rf"{_REPO}/pulls", "GET", _listed),
    (rf"{_REPO}/pulls", "POST", _opened),
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


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def handle_any(self) -> None:
        forge = self.server.forge
        if githttp.is_git(self.path):
            githttp.serve(self, forge.root, TOKEN)
            return
        path, _, query = self.path.removeprefix(API).partition("?")
        raw = githttp.body_of(self)
        body = json.loads(raw) if raw else None
        with forge.lock:
            forge.asked.append(f"{self.command} {path}{'?' if query else ''}{query}")
            status, answer, headers = self._answer(forge, path, query, body)
        self._send(status, json.dumps(answer).encode(), headers)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names

    def _answer(self, forge: Forge, path: str, query: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        described = contract()
        try:
            if described:
                forge.checked.add(described.request(self.command, path, query, body))
            status, answer, headers, is_fault = self._right(forge, path, query, body)
            if described and not is_fault:
                described.answer(self.command, path, status, answer)
        except BrokenContractError as broken:
            forge.broken.append(str(broken))
            return 500, RefusalError(500, str(broken)).body, {}
        return status, answer, headers

    def _right(self, forge: Forge, path: str, query: str, body: Any) -> tuple[int, Any, dict[str, str], bool]:
        """Return the answer, and whether it is one that was asked for in place of the right one."""
        if "/app/" not in path and not path.endswith("/installation") and not self._is_known():
            return 401, RefusalError(401, "Bad credentials").body, {}, False
        fault = next(
            (f for f in forge.faults if f.times and f.method == self.command and re.search(f.path + "$", path)), None
        )
        try:
            if fault is None or fault.after:
                answer = forge.answer(self.command, path, query, body)
        except RefusalError as refusal:
            return refusal.status, refusal.body, {}, False
        if fault is None:
            return *answer, False
        fault.times -= 1
        time.sleep(fault.seconds)
        return fault.status, RefusalError(fault.status, fault.message).body, fault.headers, True

    def _is_known(self) -> bool:
        return self.headers.get("Authorization", "").partition(" ")[2] == TOKEN

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    forge: Forge


@contextmanager
def served(forge: Forge) -> Iterator[str]:
    """Serve a forge and yield its URL."""
    server = Server(("127.0.0.1", 0), Handler)
    server.forge = forge
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield forge.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
