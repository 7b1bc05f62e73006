"""Stages that the configuration says are built by name, besides the last one of their file."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile
    from hardener.model.settings import Settings


def configured_targets(settings: Settings, dockerfile: Dockerfile) -> Iterator[str]:
    """Yield the stages that the configuration names for a file, in every pattern that its path matches."""
    for pattern, names in settings.targets.items():
        if fnmatchcase(dockerfile.file, pattern):
            yield from names


def missing_target(settings: Settings, dockerfile: Dockerfile) -> str:
    """Return which stage the configuration names for just this file, which has none such; empty where none is missing.

    A pattern speaks of stages wherever a file has them.
    """
    for name in settings.targets.get(glob.escape(dockerfile.file), ()):
        if dockerfile.stage(name) is None:
            known = ", ".join(stage.name for stage in dockerfile.stages if stage.name)
            return f'the configuration says that stage "{name}" is built, and it has {known or "none with a name"}'
    return ""
