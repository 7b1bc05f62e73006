"""Standard output and standard error: bytes out, no complaint when the reader goes away."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer
from typing import TextIO

from hardener.cli.failed import FailedError
from hardener.text.terminal import printable

SLOW = 1.0
"""Seconds after which a person wonders whether something happens."""


def take() -> bytes:
    """Read standard input to its end."""
    return sys.stdin.buffer.read() if sys.stdin else b""


def put(content: bytes | str) -> None:
    """Write to standard output: bytes as they are, of text the characters that its encoding lacks as escapes.

    Raises FailedError, except where the reader has closed it.
    """
    _write(sys.stdout, content)


def say(text: str) -> None:
    """Write text that is safe to show to standard error."""
    _write(sys.stderr, text)


def tell(text: str) -> None:
    """Write a line to standard error, made safe to show."""
    say(f"{printable(text)}\n")


def is_watched() -> bool:
    """Return whether a person sees what standard error gets."""
    return bool(sys.stderr and sys.stderr.isatty())


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal, and only there, what takes longer than a second while it does."""
    if not is_watched() or os.environ.get("TERM") == "dumb":
        yield
        return
    said = Event()

    def speak() -> None:
        said.set()
        say(f"\r{what}…")

    timer = Timer(SLOW, speak)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if said.is_set():
            say(f"\r{' ' * (len(what) + 1)}\r")


def width(stream: TextIO | None, color: str) -> int | None:
    """Return how wide to write to `stream` for people; None where it gets plain lines, as pipes and editors do.

    `color` is `auto`, `always` or `never`.
    """
    shown = stream is not None and stream.isatty()
    if color != "always" and (not shown or os.environ.get("TERM") == "dumb"):
        return None
    return _columns(stream if shown else None)


def in_colour(color: str) -> bool:
    """Return whether what is written for people has colours; `auto` heeds NO_COLOR (no-color.org)."""
    return color == "always" or (color == "auto" and not os.environ.get("NO_COLOR"))


def _columns(terminal: TextIO | None) -> int:
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    try:
        return (terminal and os.get_terminal_size(terminal.fileno()).columns) or 80
    except OSError:
        return 80


def _write(stream: TextIO | None, content: bytes | str) -> None:
    if stream is None:  # closed by whoever started us
        return
    data = content if isinstance(content, bytes) else content.encode(stream.encoding or "utf-8", "backslashreplace")
    try:
        stream.buffer.write(data)
        stream.buffer.flush()
    except BrokenPipeError:
        _let_go(stream)
    except OSError as error:
        _let_go(stream)
        raise FailedError(f"cannot write the output ({error.strerror})") from None


def _let_go(stream: TextIO) -> None:
    """Lead what is still buffered nowhere: else the interpreter tries again at its end, and complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
