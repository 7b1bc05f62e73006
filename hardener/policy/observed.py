"""What `harden verify --format json` saw, read back from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

_STATUSES = ("passed", "failed", "unknown", "justified")


class ObservedError(Exception):
    """A file is not what `harden verify --format json` writes."""


class Observed(NamedTuple):
    """One check of one container."""

    container: str
    """Its name, with the service that it runs."""
    rule: str
    status: str
    """`passed`, `failed`, `unknown` or `justified`: it would have failed, and an exception accepts that."""
    message: str


def read(file: Path) -> tuple[Observed, ...]:
    """Return every check of every container in a saved report. Raises ObservedError."""
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise ObservedError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise ObservedError(f"{file}: is no JSON") from None
    try:
        if data["version"] != 1:
            raise ObservedError(f"{file}: is of version {data['version']}, and only 1 is known")
        return tuple(_observed(seen, check) for seen in data["containers"] for check in seen["checks"])
    except (KeyError, TypeError, ValueError):
        raise ObservedError(f"{file}: is not what `harden verify --format json` writes") from None


def _observed(container: Any, check: Any) -> Observed:
    service = container["service"]
    name = f"{container['name']} (service {service})" if service else container["name"]
    found = Observed(name, check["rule"], check["status"], check["message"])
    if not all(isinstance(text, str) for text in found) or found.status not in _STATUSES:
        raise ValueError(found)
    return found
