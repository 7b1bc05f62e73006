"""An engine and its base images for the tests of this folder; without one they are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.engine.bases import make_bases
from tests.engine.docker import Docker, client

NO_ENGINE = (
    "no Docker engine with BuildKit answers here. On Debian: `apt-get install docker.io debootstrap docker-compose`, "
    "start `dockerd`, and run as root"
)

LONGEST = ("test_readme_trial", "test_compose_ecommerce", "test_derive", "test_checkers", "test_trial")
"""Modules whose tests go first: short ones fill what time is left on other workers in the end."""


@pytest.fixture(scope="session")
def docker() -> Iterator[Docker]:
    """Return the engine, with the base images on it; what tests leave behind is removed in the end."""
    path = client()
    if path is None or shutil.which("debootstrap") is None or os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail(NO_ENGINE)
        pytest.skip(NO_ENGINE)
    engine = Docker(path)
    engine.clean()
    make_bases(engine)
    try:
        yield engine
    finally:
        engine.clean()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start containers, so that a plain `pytest` leaves them out, and put long ones first."""
    for item in items:
        if "docker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables of what was seen."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "table":
                terminalreporter.write_line(f"\n{value}")
