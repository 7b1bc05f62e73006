"""How much memory a service visibly asks for, in bytes.

Sizes: https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-byte-values
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardener.model.kubernetes.fields import value_at
from hardener.text.yamlcursor import Cursor

if TYPE_CHECKING:
    from hardener.model.compose.service import Service

_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?) *(?P<unit>[kmgt]?)i?b?", re.IGNORECASE)
_HEAP = re.compile(r"-Xm[sx](\d+[kmgt]?)\b", re.IGNORECASE)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def size_of(text: str) -> int | None:
    """Return how many bytes `512m`, `1.5GB` or `1024` are; None for anything else."""
    found = _SIZE.fullmatch(text.strip())
    return int(float(found["number"]) * _UNITS[found["unit"].lower()]) if found else None


def asks_for_more(service: Service, limit: int) -> str:
    """Return what in a service shows that it needs more than `limit` bytes, as it stands there; empty for nothing."""
    return next((words for words, size in _demands(service) if size is not None and size > limit), "")


def _demands(service: Service) -> Iterator[tuple[str, int | None]]:
    """Yield what it reserves, shares and gives to Java's heap, with its size."""
    for key in ("mem_reservation", "memswap_limit", "shm_size"):
        text = service.text(key)
        if text is not None:
            yield f"{key}: {text}", size_of(text)
    for layer, deploy in service.said("deploy"):
        memory = value_at(deploy, "resources", "reservations", "memory")
        text = layer.plain(memory) if memory is not None else None
        if text is not None:
            yield f"reservations: memory: {text}", size_of(text)
    for key in ("environment", "command"):
        for text in (text for _, value in service.said(key) for text in _texts(value)):
            yield from ((found[0], size_of(found[1])) for found in _HEAP.finditer(text))


def _texts(value: Cursor) -> Iterator[str]:
    items = [value, *value.elements(), *(entry for _, entry in value.entries())]
    yield from (item.text for item in items if item.text is not None)
