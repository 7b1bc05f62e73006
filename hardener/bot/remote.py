"""Which repository on which server: from `OWNER/NAME`, or from the URL that a clone has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_NAME = r"[A-Za-z0-9._-]+"
_SLUG = re.compile(rf"({_OWNER})/({_NAME})", re.ASCII)
_SCP = re.compile(r"(?:[^@/:]+@)?([A-Za-z0-9.-]+):(?![/:])(.+)", re.ASCII)


class RemoteError(Exception):
    """A repository that cannot be worked on; the message is a sentence for people, without what was secret in a URL."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository on a server."""

    server: str
    """`https://github.com`, with a port where it has one."""
    owner: str
    name: str

    @property
    def slug(self) -> str:
        """`OWNER/NAME`."""
        return f"{self.owner}/{self.name}"

    @property
    def host(self) -> str:
        """The server's name without its port."""
        return urlsplit(self.server).hostname or ""

    @property
    def url(self) -> str:
        """Where git fetches and pushes; there is never a secret in it."""
        return f"{self.server}/{self.slug}.git"


def of_slug(text: str, server: str) -> Remote:
    """Return the repository `OWNER/NAME` on a server. Raises RemoteError."""
    match = _SLUG.fullmatch(text.removesuffix(".git"))
    if match is None or match[2].strip(".") == "":
        raise RemoteError("a repository is named OWNER/NAME")
    return Remote(required_private(server, "GITHUB_SERVER_URL"), match[1], match[2])


def of_url(url: str) -> Remote:
    """Return the repository that a clone's URL names, by HTTPS whatever the URL's scheme. Raises RemoteError."""
    scp = _SCP.fullmatch(url) if "://" not in url else None
    if scp is not None:
        return of_slug(scp[2].strip("/"), f"https://{scp[1]}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RemoteError("the URL of the clone's origin cannot be read") from None
    if parts.scheme not in ("https", "http", "ssh") or not parts.hostname:
        raise RemoteError("the clone's origin is on no server that is asked by HTTPS or SSH")
    if parts.scheme == "ssh":
        return of_slug(parts.path.strip("/"), f"https://{parts.hostname}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return of_slug(parts.path.strip("/"), f"{parts.scheme}://{host}{f':{port}' if port else ''}")


def required_private(url: str, name: str) -> str:
    """Return a server's URL, which stands in the variable `name`, unless a token can be read on the way to it.

    Raises RemoteError.
    """
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        where = "the repository" if name == "GITHUB_SERVER_URL" else f"the server of {name}"
        raise RemoteError(f"{where} is reached by http://, where others can read the token: use https://")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise RemoteError(f"{name} is no https:// URL")
    if "@" in parts.netloc:  # the URL is an argument of git, which everybody on the machine can see
        raise RemoteError(f"{name} has a name or a password in it")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
