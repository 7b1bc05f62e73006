"""POST appends the body to a file, GET answers with the file."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

KEPT = Path("/data/kept")


def application(request: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    if request["REQUEST_METHOD"] == "POST":
        with KEPT.open("ab") as kept:
            kept.write(request["wsgi.input"].read() + b"\n")
        return []
    return [KEPT.read_bytes()]
