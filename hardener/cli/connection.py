"""A container engine for as long as a command asks it something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from hardener.cli.failed import FailedError

if TYPE_CHECKING:
    from hardener.runtime.client import Engine


@contextmanager
def connected(host: str | None) -> Iterator[Engine]:
    """Give the engine at an address (None: at the usual one).

    Raises FailedError where there is none or its library is missing, and for what the engine refuses meanwhile.
    """
    try:
        from hardener.runtime.client import Engine, EngineError  # noqa: PLC0415 - its library is an extra
    except ImportError as error:
        raise FailedError(str(error)) from None
    try:
        with closing(Engine.connect(host)) as engine:
            yield engine
    except EngineError as error:
        raise FailedError(str(error)) from None
