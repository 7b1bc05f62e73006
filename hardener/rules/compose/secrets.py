"""Keep passwords, tokens and keys out of the file.

A Compose file is committed, copied and pasted, and what stands under `environment` also shows in `docker inspect`, in
crash reports and to every process of the container. A secret that stood there once is known to whoever has the history.

This is only reported, because the value has to go somewhere else and be changed. `secrets:` mounts a file under
/run/secrets, which most images read by a variable that ends in `_FILE`; `${NAME:?}` takes the value from an `.env` file
that is not committed. To check: `docker inspect --format '{{json .Config.Env}}' CONTAINER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.service import Service
from hardener.model.credentials import is_secret, literal
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="keep passwords, tokens and keys out of the file",
    references=("https://docs.docker.com/compose/how-tos/use-secrets/",),
    level="baseline",
)
_ADVICE = "give it by `secrets:` or as `${NAME:?}` from an .env file that is not committed, and change it"


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        names = [name for name, value in _settings(service) if _is_secret(name, value)]
        if names:
            yield service.finding(
                f"has a secret in plain text: {', '.join(names)}",
                verdict=Verdict(Safety.HELD, _ADVICE),
                span=service.span("environment"),
            )


def _settings(service: Service) -> Iterator[tuple[str, str]]:
    """Yield the names and values that stand under `environment`, in either form."""
    environment = service.own("environment")
    if environment is None:
        return
    for item in environment.elements():
        name, _, value = (item.text or "").partition("=")
        yield name, value
    for name, cursor in environment.entries():
        if cursor.text is not None:
            yield name, cursor.text


def _is_secret(name: str, value: str) -> bool:
    plain = value.replace("$$", "")
    return is_secret(name, plain) or bool(literal(plain))
