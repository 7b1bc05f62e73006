"""What the configuration says about an image: its user, the capabilities it needs, the paths it writes to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hardener.model.capabilities import NAMES, plain
from hardener.model.images.profiles import ImageName
from hardener.model.settings import ImageFact
from hardener.policy.identity import USER
from hardener.policy.kinds import Key, Kind, either, mapping, names, table
from hardener.policy.wrong import WrongError, hint

CAPABILITIES = frozenset({"ALL", *NAMES})
"""capabilities(7) without the prefix CAP_; ALL is the engines' word for every one of them."""

_FOLDER = re.compile(r"(/[^/:,\s]+)+")
"""An absolute path that a `tmpfs` entry can name: no blanks, and neither `:` nor `,`, which start its options."""
_TAGGED = re.compile(r"[:@][^/]*$")
"""What stands behind the name, also of a glob."""


def _capabilities(written: Iterable[str]) -> tuple[str, ...]:
    found = tuple(map(plain, written))
    for name in found:
        if name not in CAPABILITIES:
            raise WrongError(f'unknown capability "{name}"{hint(name, CAPABILITIES)}')
    return found


def _folders(paths: tuple[str, ...]) -> tuple[str, ...]:
    for path in paths:
        if not path.isprintable() or not _FOLDER.fullmatch(path) or ".." in path.split("/"):
            raise WrongError(f'"{path}" is no absolute path of a folder below /')
    return paths


_IMAGE = table(
    {
        "user": Key(USER, "Who it runs as."),
        "capabilities": Key(
            names(_capabilities, **either(*sorted(CAPABILITIES), pattern="^[A-Za-z_]+$")),
            "The capabilities that it needs when it starts as its user; an empty list says that it needs none.",
        ),
        "writable": Key(
            names(_folders, pattern=f"^{_FOLDER.pattern}$"),
            "Folders that it writes to besides /tmp; an empty list says that there are none.",
        ),
    },
    ImageFact,
)
"""What is known of an image."""


def _named(facts: dict[str, ImageFact]) -> dict[str, ImageFact]:
    for written in facts:
        name = ImageName.parse(written)
        plain_name = name.familiar if name else _TAGGED.sub("", written)
        if plain_name != written:
            words = f'write "{plain_name}": names here have neither tag nor digest, nor docker.io or library in front'
            raise WrongError(words, written)
    return facts


_ALL = mapping(_IMAGE)
IMAGES = Kind(lambda value: _named(_ALL.read(value)), _ALL.schema)
"""What is known of images, by their familiar names or globs of them."""
