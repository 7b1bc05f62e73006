from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result as Run

from hardener.bot import github
from hardener.cli import harden
from tests.bot.standin import served
from tests.bot.state import SLUG, TOKEN, Forge, git

DOCKERFILE = """\
FROM python:3.13-slim
WORKDIR /app
COPY . /app
EXPOSE 8080
ENTRYPOINT ["python", "-m", "shop"]
"""
COMPOSE = """\
services:
  # the shop itself
  web:
    build: .
    image: acme/web:1
  db:
    image: postgres:17-alpine
    volumes:
      - data:/var/lib/postgresql/data

volumes:
  data:
"""
CONFIG = (
    'level = "baseline"\n[pr]\nlabels = ["security"]\nreviewers = ["mona", "acme/platform"]\nassignees = ["hubot"]\n'
)
SHOP = {
    "Dockerfile": DOCKERFILE,
    "compose.yaml": COMPOSE,
    "shop/__main__.py": "import http.server\n",
    ".harden.toml": CONFIG,
}


@dataclass
class Shop:
    """A repository on the stand-in, and somebody's clone of it."""

    forge: Forge
    clone: Path
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments: str, token: str = TOKEN) -> Run:
        """Run `harden pr` as a workflow on this server does; what it prints is what it says besides `output`."""
        self.monkeypatch.setenv("GITHUB_SERVER_URL", self.forge.url)
        self.monkeypatch.setenv("GITHUB_TOKEN", token)
        done = CliRunner().invoke(harden, ["pr", *arguments, str(self.clone)], catch_exceptions=False)
        assert not self.forge.broken, self.forge.broken
        assert TOKEN not in done.output + done.stderr
        return done

    def commit(self, files: dict[str, str | None], branch: str = "main", message: str = "Change") -> str:
        """Commit files as somebody else, push, and return the commit."""
        url = self.forge.bare.as_uri()
        git("fetch", "--quiet", url, branch, folder=self.clone)
        git("checkout", "--quiet", "-B", branch, "FETCH_HEAD", folder=self.clone)
        for name, text in files.items():
            path = self.clone / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_bytes(text.encode())
        git("add", "--all", folder=self.clone)
        git("commit", "--quiet", "--allow-empty", "-m", message, folder=self.clone)
        git("push", "--quiet", url, f"HEAD:refs/heads/{branch}", folder=self.clone)
        return git("rev-parse", "HEAD", folder=self.clone).strip()

    def files(self, commit: str) -> dict[str, bytes]:
        """Return the files of a commit on the server."""
        names = git("ls-tree", "-r", "-z", "--name-only", commit, folder=self.forge.bare).split("\0")[:-1]
        return {name: git("show", f"{commit}:{name}", folder=self.forge.bare).encode() for name in names}

    def log(self, branch: str) -> list[str]:
        """Return the commits of a branch that main lacks, the oldest first."""
        listed = git("rev-list", "--reverse", f"main..{branch}", folder=self.forge.bare)
        return listed.split()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in ("GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_API_URL", "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setattr(github, "PAUSE", 0.01)
    (tmp_path / "server").mkdir()
    forge = Forge(tmp_path / "server")
    with served(forge) as url:
        clone = tmp_path / "clone"
        git("init", "--quiet", "--initial-branch=main", str(clone), folder=tmp_path)
        git("remote", "add", "origin", f"{url}/{SLUG}.git", folder=clone)
        git("commit", "--quiet", "--allow-empty", "-m", "Begin", folder=clone)
        git("push", "--quiet", forge.bare.as_uri(), "HEAD:refs/heads/main", folder=clone)
        made = Shop(forge, clone, monkeypatch)
        made.commit(dict(SHOP))
        yield made
