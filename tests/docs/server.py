"""A server for what the documentation shows of pull requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bot.standin import served
from tests.bot.state import SLUG, TOKEN, Forge, git

_OTHERS = ("GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_API_URL", "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY")


@contextmanager
def clone_of(folder: Path) -> Iterator[dict[str, str]]:
    """Make a repository the clone of one on a server, and yield the variables by which commands find that."""
    root = folder.with_name(f"{folder.name}-server")
    root.mkdir()
    forge = Forge(root)
    with served(forge) as url:
        git("remote", "add", "origin", f"{url}/{SLUG}.git", folder=folder)
        git("push", "--quiet", forge.bare.as_uri(), "HEAD:refs/heads/main", folder=folder)
        yield {**dict.fromkeys(_OTHERS, ""), "GITHUB_SERVER_URL": url, "GITHUB_TOKEN": TOKEN}
