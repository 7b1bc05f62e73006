"""What the stand-in remembers: pull requests and reviews; objects and branches are git's."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

from tests.bot import records

TOKEN = "ghs_0123456789abcdefSECRET"
SLUG = "acme/shop"
API = "/api/v3"


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
    patience: float = 0
    """Seconds that the answer waits for `released`."""
    released: Event = field(default_factory=Event)


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
