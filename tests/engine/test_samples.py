"""The samples' images start and answer after `harden` as they did before, as the user that was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from hardener.model.settings import Level, Settings
from tests.conftest import harden, write
from tests.engine.docker import Docker
from tests.engine.program import CONFINED, Program, observe
from tests.samples.reading import copy

SHOP = "deploy/docker/images"


def _ai(service: str, request: bytes) -> Program:
    return Program(
        f"{SHOP}/ai-services/Dockerfile.template",
        arguments={"SERVICE_NAME": service},
        port=8000,
        probes=("/health", ("/predict", request)),
    )


class Case(NamedTuple):
    """A service of a sample, and as whom it shall run."""

    sample: str
    program: Program
    ids: str
    writable: tuple[str, ...]
    """Folders that it wrote to before."""
    code: tuple[str, ...]
    """Files that it must not change at level restricted."""


def _backend(*command: str) -> Program:
    return Program(
        f"{SHOP}/backend/Dockerfile.production",
        arguments={"VERSION": "1.8.0"},
        command=command,
        port=8000,
        ready="/health/",
        probes=("/health/", "/api/products/"),
    )


OF_BACKEND = ("/app/manage.py", "/opt/venv/pyvenv.cfg")
COLLECT = "python manage.py collectstatic && exec python manage.py serve --port 8000"
OF_AI = ("/app/logs", "/app/models", "/app/tmp"), ("/app/main.py",)

CASES = {
    "backend": Case("ecommerce", _backend(), "1000:1000", ("/app/logs", "/app/staticfiles", "/app/media"), OF_BACKEND),
    "backend as Compose starts it": Case(
        "ecommerce", _backend("sh", "-c", COLLECT), "1000:1000", ("/app/media",), OF_BACKEND
    ),
    "pricing": Case("ecommerce", _ai("pricing", b'{"price": 10, "demand": 50}'), "1001:1001", *OF_AI),
    "search": Case("ecommerce", _ai("search", b'{"query": "enamel mug"}'), "1001:1001", *OF_AI),
    "gateway": Case(
        "ecommerce",
        Program(f"{SHOP}/api-gateway/Dockerfile", probes=("/health", "/metrics", "/none")),
        "1000:1000",
        (),
        ("/app/gateway/__main__.py",),
    ),
    "nginx": Case(
        "ecommerce",
        Program(
            f"{SHOP}/nginx/Dockerfile",
            options=("--add-host", "backend:127.0.0.1", "--add-host", "api-gateway:127.0.0.1"),
            ready="/healthz",
            probes=("/healthz", "/assets/shop.css", ("/assets/shop.css", b"x" * 100_000)),
        ),
        "101:101",
        ("/var/run/nginx", "/var/cache/nginx"),
        ("/etc/nginx/nginx.conf", "/usr/share/nginx/html/assets/shop.css"),
    ),
    "chatbot": Case(
        "chatbot",
        Program(
            probes=(
                ("/chat", b'{"message": "My cat is called Tom."}'),
                ("/chat", b'{"message": "How is my cat called?"}'),
            )
        ),
        "10001:10001",
        ("/data", "/var/run/app"),
        ("/app/personal_chatbot/main.py",),
    ),
}


RESTRICTED = ("backend", "pricing", "gateway", "nginx")
"""Tried at that level too; the chatbot has it by its own configuration."""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_answers_and_writes_as_before(docker: Docker, isolated: Path, case: Case) -> None:
    """The chatbot's image is changed with unsafe fixes only: its Compose file binds a folder of the host."""
    _check(docker, isolated, case, copy(case.sample, isolated, unsafe_fixes=case.sample == "chatbot"))


@pytest.mark.parametrize("name", RESTRICTED)
def test_cannot_change_its_code_at_restricted(docker: Docker, isolated: Path, name: str) -> None:
    settings = copy(CASES[name].sample, isolated, unsafe_fixes=False)
    _check(docker, isolated, CASES[name], replace(settings, level=Level.RESTRICTED))


def _check(docker: Docker, folder: Path, case: Case, settings: Settings) -> None:
    before = observe(docker, folder, case.program, writable=case.writable)
    assert before.ids == "0:0"
    write(folder, harden(folder, settings))
    code = case.code if settings.level is Level.RESTRICTED else ()
    after = observe(docker, folder, case.program, CONFINED, writable=case.writable, code=code)
    assert after.ids == case.ids
    assert after.answers == before.answers
