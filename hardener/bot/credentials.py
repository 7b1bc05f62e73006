"""Who asks the forge: a token from the environment, a GitHub App, or what git's credential helper knows.

What is taken from the environment is removed from it, so that no process started later inherits it: not git, not a
trial's containers, whose Compose file could ask for it by name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hardener.bot.remote import Remote, required_private

FROM_TOKEN = "x-access-token"  # noqa: S105 - the name that GitHub documents for any token in place of a user's
_CLOUD = ("GH_TOKEN", "GITHUB_TOKEN")
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
_APP_ID, _APP_KEY, _APP_INSTALLATION = "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY", "GITHUB_APP_INSTALLATION_ID"


class SecretError(Exception):
    """A secret that cannot be one; the message does not show it."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A name and a password or token, which `repr` does not show. Raises SecretError where it can be in no header."""

    password: str = field(repr=False)
    username: str = FROM_TOKEN

    def __post_init__(self) -> None:
        """Refuse what the HTTP library would refuse with the header, and so the token, in its words (RFC 6750, 2.1)."""
        if not re.fullmatch("[!-~]+", self.password):
            raise SecretError("the token has characters that no token has: is it a line too long?")

    @property
    def header(self) -> str:
        """The HTTP header that git sends (RFC 7617)."""
        return f"Authorization: Basic {self._encoded}"

    def removed_from(self, text: str) -> str:
        """Return a text without the secret, as it is and as the header has it."""
        for hidden in (self.password, self._encoded):
            text = text.replace(hidden, "***") if hidden else text
        return text

    @property
    def _encoded(self) -> str:
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App, which gets tokens for one installation by its private key."""

    id: str
    key: str = field(repr=False)
    """PEM."""
    installation: int | None
    """None: the one of the repository."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the environment had."""

    tokens: dict[str, str] = field(repr=False)
    app: App | None
    server: str
    """The forge that GITHUB_TOKEN and the App are for."""
    api: str
    """Where its API is said to be; empty where nothing is said."""

    def token_for(self, remote: Remote) -> str:
        """Return the token that belongs to a repository's server; empty where none does.

        The names mean what they mean to `gh`: https://cli.github.com/manual/gh_help_environment. A workflow's token is
        for the server that GITHUB_SERVER_URL names, and where that is an own one for no other.
        """
        cloud = _is_cloud(remote.host)
        its_own = self.is_for(remote) or (cloud and _is_cloud(urlsplit(self.server).hostname or ""))
        names = (*(_CLOUD if its_own else ()), *(() if cloud else _ENTERPRISE))
        return next((self.tokens[name] for name in names if name in self.tokens), "")

    def api_for(self, remote: Remote) -> str:
        """Return where the API of a repository's server is said to be; empty where nothing is said of that server.

        Raises hardener.bot.remote.RemoteError.
        """
        return required_private(self.api, "GITHUB_API_URL") if self.api and self.is_for(remote) else ""

    def is_for(self, remote: Remote) -> bool:
        """Return whether a repository is on the server that the workflow's secrets are for."""
        return remote.server == self.server


def _is_cloud(host: str) -> bool:
    return host == "github.com" or host.endswith(".ghe.com")


def take(environment: MutableMapping[str, str]) -> Taken:
    """Return the tokens and the App that an environment holds, and remove them from it."""
    found = {name: environment.pop(name, "").strip() for name in (*_CLOUD, *_ENTERPRISE)}
    app_id, key = environment.pop(_APP_ID, ""), environment.pop(_APP_KEY, "")
    installation = environment.get(_APP_INSTALLATION, "")
    app = App(app_id, key, int(installation) if installation.isdecimal() else None) if app_id and key else None
    server = environment.get("GITHUB_SERVER_URL") or "https://github.com"
    tokens = {name: token for name, token in found.items() if token}
    return Taken(tokens, app, server.rstrip("/"), environment.get("GITHUB_API_URL", "").rstrip("/"))
