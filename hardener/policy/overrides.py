"""Settings for a part of the files, or for some services: `[[overrides]]`, which may stand several times."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardener.model.settings import Override
from hardener.policy.exclusion import PATTERNS
from hardener.policy.kinds import Key, Kind, names, table
from hardener.policy.level import LEVEL
from hardener.policy.selection import rules
from hardener.policy.wrong import WrongError

Unrooted = Callable[[Path], Override]
"""An override that waits for the folder of its configuration."""


def overrides() -> Kind[Unrooted]:
    """Return the kind of one override."""
    kind: Kind[Unrooted] = table(
        {
            "files": Key(PATTERNS, "Files that it is about: .gitignore's patterns, relative to the configuration."),
            "services": Key(names(), "Compose services that it is about, by name; * stands for anything."),
            "level": Key(LEVEL, "How much is asked for there."),
            "select": Key(rules(), "Only these rules apply there."),
            "ignore": Key(rules(), "These rules do not apply there either."),
        },
        _override,
    )
    places = [{"required": ["files"]}, {"required": ["services"]}]
    return Kind(kind.read, {**kind.schema, "anyOf": places})


def _override(**said: Any) -> Unrooted:
    if not said.get("files") and not said.get("services"):
        raise WrongError("names no place: files or services is missing")
    return lambda root: Override(root, **said)
