"""A container engine for as long as a command asks it something."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from hardener.cli.failed import FailedError

if TYPE_CHECKING:
    from hardener.runtime.client import Engine


class EndedError(click.ClickException):
    """Somebody ended a command while it had to do with an engine; the command exits with 2."""

    exit_code = 2


@contextmanager
def connected(host: str | None) -> Iterator[Engine]:
    """Give the engine at an address (None: at the usual one).

    Raises FailedError where there is none or its library is missing, and for what the engine refuses meanwhile;
    EndedError at Ctrl-C and at the signals that end a program.
    """
    try:
        from hardener.runtime.client import Engine, EngineError  # noqa: PLC0415 - its library is an extra
    except ImportError as error:
        raise FailedError(str(error)) from None
    try:
        with _ended_by_signals(), closing(Engine.connect(host)) as engine:
            yield engine
    except EngineError as error:
        raise FailedError(str(error)) from None
    except KeyboardInterrupt:
        raise EndedError("interrupted; what was started is removed again") from None


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """End as by Ctrl-C on SIGTERM and SIGHUP too, so that what was started is removed; not by what nohup ignores."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
