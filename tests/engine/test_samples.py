"""The samples' images start and answer after `harden` as they did before, as the user that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

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


def _backend(*command: str) -> Program:
    return Program(
        f"{SHOP}/backend/Dockerfile.production",
        arguments={"VERSION": "1.8.0"},
        command=command,
        port=8000,
        ready="/health/",
        probes=("/health/", "/api/products/"),
    )


COLLECT = "python manage.py collectstatic && exec python manage.py serve --port 8000"
OF_AI = ("/app/logs", "/app/models", "/app/tmp")

CASES = {
    "backend": Case("ecommerce", _backend(), "1000:1000", ("/app/logs", "/app/staticfiles", "/app/media")),
    "backend as Compose starts it": Case("ecommerce", _backend("sh", "-c", COLLECT), "1000:1000", ("/app/media",)),
    "pricing": Case("ecommerce", _ai("pricing", b'{"price": 10, "demand": 50}'), "1001:1001", OF_AI),
    "search": Case("ecommerce", _ai("search", b'{"query": "enamel mug"}'), "1001:1001", OF_AI),
    "gateway": Case(
        "ecommerce", Program(f"{SHOP}/api-gateway/Dockerfile", probes=("/health", "/metrics", "/none")), "1000:1000", ()
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
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_answers_and_writes_as_before(docker: Docker, isolated: Path, case: Case) -> None:
    """The chatbot's image is changed with unsafe fixes only: its Compose file binds a folder of the host."""
    settings = copy(case.sample, isolated, unsafe_fixes=case.sample == "chatbot")
    before = observe(docker, isolated, case.program, writable=case.writable)
    assert before.ids == "0:0"
    write(isolated, harden(isolated, settings))
    after = observe(docker, isolated, case.program, CONFINED, writable=case.writable)
    assert after.ids == case.ids
    assert after.answers == before.answers
