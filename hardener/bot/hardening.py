"""Runs over the base that a pull request is for, with all rules or with some."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import chdir
from dataclasses import replace
from functools import partial
from pathlib import Path

from hardener import engine
from hardener.bot.commits import Step, steps
from hardener.bot.groups import EVERYTHING, Group
from hardener.engine import Result, State
from hardener.model.settings import Settings, SettingsOf
from hardener.policy.config import Loaded
from hardener.policy.configured import Configured
from hardener.rules import catalog


class Hardening:
    """Runs over the files in a folder, by the configurations that are in it and none above it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._configured = Configured(top=root)
        self._whole: Result | None = None

    def loaded(self) -> Loaded:
        """Return what holds at the root. Raises ConfigError."""
        with chdir(self.root):
            return self._configured.of(self.root)

    @property
    def whole(self) -> Result:
        """What a run with all rules does."""
        if self._whole is None:
            with chdir(self.root):
                self._whole = engine.run([Path()], self._configured_settings, root=self.root)
        return self._whole

    def result(self, group: Group) -> Result:
        """Return what is done for a group, and what is left alone of what it is about."""
        if group == EVERYTHING:
            return self.whole
        found = self._run(group, group.rules)
        left = (
            outcome
            for outcome in self.whole.outcomes
            if outcome.state is not State.FIXED
            and group.has(outcome.finding)
            and (outcome.finding.rule in group.rules or not group.rules)
        )
        return replace(found, outcomes=(*found.outcomes, *left))

    def steps(self, group: Group, whole: Result) -> list[Step]:
        """Return the commits that make what a `whole` run does for a group."""
        return steps(partial(self._run, group), whole, self.root)

    def _run(self, group: Group, rules: Sequence[str]) -> Result:
        """Return what a run does with some rules; never more than the whole one does.

        What is right for an image as it stands can be wrong for what another pull request makes of it.
        """
        fixed = {outcome.finding.key for outcome in self.whole.outcomes if outcome.state is State.FIXED}
        with chdir(self.root):
            return engine.run(
                [Path()],
                self.narrowed(group, rules),
                root=self.root,
                only=lambda finding: finding.key in fixed and group.has(finding),
            )

    def _configured_settings(self, folder: Path) -> Settings:
        return self._configured.of(folder).settings

    def narrowed(self, group: Group, rules: Sequence[str] = ()) -> SettingsOf:
        """Return each folder's settings with all rules ignored but some of a group's, or all of those.

        They are ignored, not left unselected: what an override selects comes after what is selected everywhere.
        """
        wanted = set(rules or group.rules or catalog())
        others = tuple(rule for rule in catalog() if rule not in wanted)

        def settings(folder: Path) -> Settings:
            found = self._configured_settings(folder)
            return replace(found, ignore=(*found.ignore, *others))

        return settings
