"""Realistic Dockerfiles of several stages, as found before hardening and after."""

from __future__ import annotations

from benchmarks.writing import Author

_LANGUAGES = {
    "python": (
        "python:3.12-slim",
        "pip install --no-cache-dir --prefix=/install -r requirements.txt",
        "requirements.txt",
    ),
    "node": ("node:22-bookworm-slim", "npm ci --omit=dev && npm cache clean --force", "package.json package-lock.json"),
    "ruby": ("ruby:3.3-slim-bookworm", "bundle install --jobs 4 --retry 3", "Gemfile Gemfile.lock"),
}
_PACKAGES = ("build-essential", "ca-certificates", "curl", "git", "gnupg", "libffi-dev", "libpq-dev", "tzdata", "unzip")

_USER = (
    "RUN groupadd --gid 10001 app \\",
    "    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin app",
    "",
)
_HEALTH = ("HEALTHCHECK --interval=30s --timeout=3s \\", "  CMD curl -fsS http://localhost:8080/health || exit 1")
_ENTRYPOINT = ("COPY --chown=10001:10001 --chmod=755 entrypoint.sh /entrypoint.sh", 'ENTRYPOINT ["/entrypoint.sh"]')
ENTRYPOINT = '#!/bin/sh\nset -eu\nexport APP_HOME=/app\nexec "$@"\n'
"""The script that some of them copy from their context."""


def dockerfile(author: Author, *, clean: bool) -> str:
    """Return the text of a Dockerfile with a build stage and a stage that runs."""
    base, install, manifests = _LANGUAGES[author.random.choice(sorted(_LANGUAGES))]
    owned = "--chown=10001:10001 " if clean else ""
    lines = [
        "# syntax=docker/dockerfile:1",
        f"# {author.remark()}",
        f"FROM {base} AS build",
        "WORKDIR /src",
        *_packages(author),
        f"COPY {manifests} ./",
        f"RUN {install}",
        "COPY . .",
        "",
        f"FROM {base}",
        *_list("LABEL", author.variables(1, 20)),
        *_list("ENV", author.variables(2, 60), author),
        "WORKDIR /app",
        *_packages(author),
        *(_USER if clean else ()),
        f"COPY {owned}--from=build /src/dist ./dist",
        f"# {author.remark()}",
        f"COPY {owned}config ./config",
        f"copy {owned}public/ ./public/" if author.chance(0.1) else f"COPY {owned}public/ ./public/",
        *(_HEALTH if author.chance(0.5) else ()),
        "EXPOSE 8080",
        *(("USER 10001:10001",) if clean else ()),
        *(_ENTRYPOINT if author.chance(0.2) else ()),
        f'CMD ["/app/dist/{author.name()}", "--port", "8080"]',
    ]
    return "".join(f"{line}\n" for line in lines)


def _packages(author: Author) -> list[str]:
    packages = sorted(author.random.sample(_PACKAGES, author.random.randint(2, 9)))
    remark = [f"        # {author.remark()}"] if author.chance(0.3) else []
    names = [f"        {name} \\" for name in packages]
    return [
        "RUN apt-get update && apt-get install -y --no-install-recommends \\",
        *remark,
        *names,
        "    && rm -rf /var/lib/apt/lists/*",
        "",
    ]


def _list(keyword: str, values: dict[str, str], author: Author | None = None) -> list[str]:
    """Return an instruction over several lines, or one instruction for each value."""
    if author and author.chance(0.5):
        return [f"{keyword} {name}={value}" for name, value in values.items()]
    pairs = [f"{name}={value}" for name, value in values.items()]
    return [
        f"{keyword} {pairs[0]}" + (" \\" if pairs[1:] else ""),
        *(f"    {pair} \\" for pair in pairs[1:-1]),
        *(f"    {pair}" for pair in pairs[1:][-1:]),
    ]
