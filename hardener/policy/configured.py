"""Which configuration holds where: each file's is the nearest one above it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hardener.model.settings import Override
from hardener.policy import accepted
from hardener.policy.config import NAME, PYPROJECT, ConfigError, Loaded, read
from hardener.policy.exceptions.inforce import with_exceptions
from hardener.policy.exceptions.reading import read as read_exceptions
from hardener.text.find import nearest


class Configured:
    """The configurations of a run, each read once.

    In a folder `.harden.toml` goes before `[tool.harden]` in pyproject.toml; the nearest folder upwards that has one of
    them decides alone. An `explicit` file is the configuration of all files. `given` replaces what a configuration says
    of a setting, its overrides included, except that what these ignore stays ignored. Above the `top` none is looked
    for. The justified exceptions and the findings that are accepted are those of the nearest `.harden/exceptions.yaml`
    and `.harden/accepted.yaml`, whatever the configuration.
    """

    def __init__(
        self, explicit: Path | None = None, given: Mapping[str, Any] | None = None, top: Path | None = None
    ) -> None:
        self._top = top and top.resolve()
        self._given = dict(given or {})
        self._explicit = None if explicit is None else self._with_given(_named(explicit))
        self._known: dict[Path, Loaded] = {}
        self._asked: dict[Path, Loaded] = {}
        self._exceptions = cache(read_exceptions)
        self._records = cache(accepted.read)

    def of(self, place: Path) -> Loaded:
        """Return what holds for a file, or for the files in a folder. Raises ConfigError."""
        here = Path.cwd() / place
        folder = here if here.is_dir() else here.parent
        if folder not in self._asked:
            loaded = self._explicit or self._in(folder)
            settings = with_exceptions(loaded.settings, folder, self._exceptions)
            path = nearest(folder, accepted.NAME)
            settings = replace(settings, recorded=self._records(path) if path else {})
            self._asked[folder] = replace(loaded, settings=settings)
        return self._asked[folder]

    def _in(self, folder: Path) -> Loaded:
        if folder not in self._known:
            found, above = _inside(folder), folder.resolve().parent
            is_top = found is not None or folder.resolve() in (above, self._top)
            self._known[folder] = self._with_given(found or Loaded()) if is_top else self._in(above)
        return self._known[folder]

    def _with_given(self, loaded: Loaded) -> Loaded:
        settings = replace(loaded.settings, **self._given)
        if "exclude" in self._given:
            settings = replace(settings, exclude_from=None)
        settings = replace(settings, overrides=tuple(map(self._without_given, settings.overrides)))
        origins = {**loaded.origins, **{key: f"--{key}" for key in self._given}}
        return replace(loaded, settings=settings, origins=origins)

    def _without_given(self, override: Override) -> Override:
        override = replace(override, level=None) if "level" in self._given else override
        return replace(override, select=None) if "select" in self._given else override


def _named(path: Path) -> Loaded:
    loaded = read(path)
    if loaded is None:
        raise ConfigError(path, None, "has no [tool.harden]")
    return loaded


def _inside(folder: Path) -> Loaded | None:
    """Return the configuration that stands in a folder; None where none does."""
    own, project = folder / NAME, folder / PYPROJECT
    if not os.path.lexists(own):
        return read(project) if project.is_file() else None
    loaded = read(own)
    try:
        passed_over = project if loaded and project.is_file() and read(project) else None
    except ConfigError:  # it does not count, whatever it says
        passed_over = project
    return loaded and replace(loaded, passed_over=passed_over)
