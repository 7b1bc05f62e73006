from collections.abc import Sequence

import pytest

from hardener.runtime.client import Engine


class Answers(Engine):
    """An engine that answers what a test lays down."""

    def __init__(self) -> None:
        self.code = 0
        self.printed = b""

    def execute(self, container: str, command: Sequence[str], user: str = "") -> tuple[int, bytes]:
        return self.code, self.printed


@pytest.fixture
def engine() -> Answers:
    return Answers()
