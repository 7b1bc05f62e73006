"""Harden Dockerfiles, Compose files and Kubernetes manifests by rewriting them.

    from hardener import fix_text

    result = fix_text(text, "Dockerfile")
    for change in result.changes:
        print(change.text)

Importing this loads nothing yet; the parsers come with the first call.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardener.api import fix_text, fix_tree
    from hardener.engine import Result
    from hardener.model.finding import Finding

__version__ = "0.1.0"
__all__ = ["Finding", "Result", "__version__", "fix_text", "fix_tree"]

_HOMES = {
    "Finding": "hardener.model.finding",
    "Result": "hardener.engine",
    "fix_text": "hardener.api",
    "fix_tree": "hardener.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
