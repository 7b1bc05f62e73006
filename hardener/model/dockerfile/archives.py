"""What an ADD does beyond a COPY: it fetches, and it unpacks a file that is a tar archive, compressed or not.

As BuildKit does it: what a file holds decides, not its name; a folder is copied as it is, archives in it too
(https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.text.source import UnreadableError

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile
    from hardener.model.project import Project

_REMOTE = re.compile(r"(?:https?|ftp|git|ssh)://|git@|github\.com/|[\w.-]+@[\w.-]+:", re.IGNORECASE)
_ARCHIVE = re.compile(
    r"\.(?:tar|tar\.\w+|t[gbx]z2?|txz|tzst|tlz|gz|bz2|xz|zst|lzma|gem|crate|apk|ova|box)$", re.IGNORECASE
)
_OTHER = re.compile(
    r"""\.(?:
      bash|bat|c|cc|cer|cert|cfg|cjs|cnf|conf|config|cpp|cs|csproj|css|csv|deb|dll|env|exe|fish|go|gpg|gradle|graphql
      |h|hbs|html?|ico|ini|j2|jar|java|jinja2?|jpe?g|js|json5?|jsx|key|kts?|list|lock|lua|map|md|mjs|mod|mustache|pem|php
      |pl|png|pom|properties|proto|ps1|pub|py|pyi|r|rb|repo|rpm|rs|rst|rules|scala|scss|service|sh|sln|so|sql|sum|svg
      |template|tf|timer|tmpl|toml|tpl|tsx?|ttf|txt|vcl|vue|war|whl|woff2?|xml|xsd|ya?ml|zip|zsh
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Names of files that are no tar archives; jar, war, whl and zip are archives that ADD does not unpack."""

_KNOWN_NAMES = re.compile(
    r"(?:Makefile|Gemfile|Rakefile|Procfile|Pipfile|Dockerfile|LICENSE|README|VERSION|crontab|gradlew|mvnw|artisan"
    r"|\.[a-z]+(?:rc|ignore)|\.env)$"
)

_MAGIC = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x5d\x00\x00")
"""How gzip, bzip2, xz, zstd and lzma begin."""

_TAR_AT = 257
"""Where a tar archive says `ustar`."""


def is_fetched(source: str) -> bool:
    """Whether ADD takes the source from the network."""
    return _REMOTE.match(source) is not None


def is_named_archive(source: str) -> bool:
    """Whether the source's name is that of an archive that ADD unpacks."""
    return _ARCHIVE.search(source) is not None


def is_archive(project: Project, dockerfile: Dockerfile, source: str) -> bool | None:
    """Return whether ADD would unpack something of the source; None where that cannot be told."""
    name = source.rstrip("/").rpartition("/")[2]
    path = Path(project.context_of(dockerfile)) / source.lstrip("/")
    if not any(sign in source for sign in "*?["):
        if project.reader.is_file(path):
            return _looks_like_archive(project, path)
        if project.reader.exists(path):
            return False
    if source.endswith("/") or name in (".", ".."):
        return False
    return False if _OTHER.search(name) or _KNOWN_NAMES.fullmatch(name) else None


def _looks_like_archive(project: Project, path: Path) -> bool | None:
    try:
        raw = project.reader.read_bytes(path)
    except UnreadableError:
        return None
    return raw.startswith(_MAGIC) or raw.startswith(b"ustar", _TAR_AT)
