"""Look-alikes on which a hardening made wrong on purpose fails: the tests of services would see a wrong fix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hardener.model.settings import Settings
from tests.conftest import harden, write
from tests.engine.docker import Docker, EngineError
from tests.engine.hardening import REFUSED
from tests.engine.program import NotReadyError
from tests.engine.project import Services
from tests.engine.services import Tried


def _without(key: str) -> Callable[[Services], None]:
    return lambda services: services["service"].pop(key)


def _as_nobody(services: Services) -> None:
    services["service"]["user"] = "65534:65534"


DENIED = "Operation not permitted|Permission denied|operation not permitted"
WRONG = {
    "postgres without its capabilities": ("postgres", _without("cap_add"), DENIED),
    "postgres without its tmpfs": ("postgres", _without("tmpfs"), REFUSED),
    "postgres as somebody else": ("postgres", _as_nobody, DENIED),
    "redis without its capabilities": ("redis", _without("cap_add"), DENIED),
    "nginx without its capabilities": ("nginx", _without("cap_add"), DENIED),
    "nginx without its tmpfs": ("nginx", _without("tmpfs"), REFUSED),
}


@pytest.mark.parametrize(("name", "spoil", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_hardening_is_seen(
    docker: Docker, isolated: Path, name: str, spoil: Callable[[Services], None], said: str
) -> None:
    tried = Tried(docker, name, isolated)
    write(isolated, harden(isolated, Settings()))
    with tried.project.kept(), pytest.raises((NotReadyError, EngineError), match=said):
        _put_and_get(tried, spoil)


def _put_and_get(tried: Tried, spoil: Callable[[Services], None]) -> None:
    with tried.project.up(adapt=spoil) as running:
        tried.put(running, "kept")
        assert tried.get(running) == ["kept"]
