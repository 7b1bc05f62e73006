"""Runs over the base that a pull request is for, with all rules or with some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from hardener import engine
from hardener.bot.commits import Step, steps
from hardener.bot.groups import Group
from hardener.engine import Result
from hardener.model.settings import Settings, SettingsOf
from hardener.policy.config import Loaded
from hardener.policy.configured import Configured
from hardener.rules import catalog


class Hardening:
    """Runs over the files in a folder, by the configurations that are in it and none above it."""

    def __init__(self, root: Path, given: Mapping[str, Any]) -> None:
        self.root = root
        self._configured = Configured(given=given, top=root)

    def loaded(self) -> Loaded:
        """Return what holds at the root. Raises ConfigError."""
        with chdir(self.root):
            return self._configured.of(self.root)

    def result(self, group: Group, rules: Sequence[str] = ()) -> Result:
        """Return what a run does for a group, with some of its rules or with all."""
        with chdir(self.root):
            return engine.run([Path()], self.narrowed(group, rules), root=self.root, only=group.has)

    def steps(self, group: Group, whole: Result) -> list[Step]:
        """Return the commits that make what a `whole` run does for a group."""
        return steps(partial(self.result, group), whole, self.root)

    def narrowed(self, group: Group, rules: Sequence[str] = ()) -> SettingsOf:
        """Return each folder's settings with all rules ignored but some of a group's, or all of those.

        They are ignored, not left unselected: what an override selects comes after what is selected everywhere.
        """
        wanted = set(rules or group.rules or catalog())
        others = tuple(rule for rule in catalog() if rule not in wanted)

        def settings(folder: Path) -> Settings:
            found = self._configured.of(folder).settings
            return replace(found, ignore=(*found.ignore, *others))

        return settings
