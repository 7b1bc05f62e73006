"""What the configuration says about an image: its user, the capabilities it needs, the paths it writes to."""

from __future__ import annotations

import re
from typing import Any

from hardener.model.capabilities import NAMES, plain
from hardener.model.settings import ImageFact
from hardener.policy.identity import user_of
from hardener.policy.wrong import WrongError, hint, strings, table_of

CAPABILITIES = frozenset({"ALL", *NAMES})
"""capabilities(7) without the prefix CAP_; ALL is the engines' word for every one of them."""

_FOLDER = re.compile(r"(/[^/:,\s]+)+")
"""An absolute path that a `tmpfs` entry can name: no blanks, and neither `:` nor `,`, which start its options."""


def image_fact(value: object) -> ImageFact:
    """Return what a table of the configuration says about an image. Raises WrongError."""
    known: dict[str, Any] = {"user": user_of, "capabilities": _capabilities, "writable": _folders}
    return ImageFact(**table_of(value, known))


def _capabilities(value: object) -> tuple[str, ...]:
    names = tuple(map(plain, strings(value)))
    for name in names:
        if name not in CAPABILITIES:
            raise WrongError(f'unknown capability "{name}"{hint(name, CAPABILITIES)}')
    return names


def _folders(value: object) -> tuple[str, ...]:
    paths = strings(value)
    for path in paths:
        if not path.isprintable() or not _FOLDER.fullmatch(path) or ".." in path.split("/"):
            raise WrongError(f'"{path}" is no absolute path of a folder below /')
    return paths
