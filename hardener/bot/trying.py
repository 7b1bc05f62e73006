"""The trial of what a pull request changes, as Markdown for its text. Needs the container engine's library."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from contextlib import chdir, closing

from hardener.bot.groups import Group, place_of
from hardener.bot.hardening import Hardening
from hardener.engine import Result, State
from hardener.report.tables import cell
from hardener.report.trial import markdown
from hardener.runtime.client import Engine, EngineError
from hardener.runtime.trial.conduct import Asked, conduct

__all__ = ["EngineError", "tried"]

PATIENCE = 3600
"""Seconds that the trial of one file may take: nobody sits before it."""

_KEPT = (
    *("PATH", "HOME", "USERPROFILE", "APPDATA", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR"),
    *("DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION", "DOCKER_BUILDKIT"),
)
"""What Compose gets of our environment: a repository's files may name any variable, and a log show its value."""


def tried(hardening: Hardening, group: Group, result: Result, tell: Callable[[str], None]) -> str:
    """Return what services did before and after; of a file that cannot be tried, why. Raises EngineError.

    What is started is the base with the fixes of this group and no others.
    """
    shown = []
    with closing(Engine.connect()) as engine:
        for file, services in _subjects(result).items():
            path = hardening.root / file
            few = {name: os.environ[name] for name in _KEPT if name in os.environ}
            asked = Asked(file=path, services=tuple(sorted(services)), timeout=PATIENCE, environment=few)
            try:
                with chdir(hardening.root):
                    found = conduct(asked, engine, hardening.narrowed(group)(path.parent), tell)
                shown.append(f"`harden trial` on {cell(file)}:\n\n{markdown(found)}")
            except (EngineError, OSError) as error:
                shown.append(f"**Not run** for {cell(file)}: {cell(str(error))}.\n")
    return "\n".join(shown).rstrip("\n")


def _subjects(result: Result) -> dict[str, set[str]]:
    """Return the Compose files with their services that change, or where there are none the Dockerfiles."""
    fixed = [outcome.finding for outcome in result.outcomes if outcome.state is State.FIXED]
    composed: dict[str, set[str]] = defaultdict(set)
    for finding in fixed:
        if finding.rule.startswith("compose-"):
            composed[finding.file].add(place_of(finding))
    return composed or {finding.file: set() for finding in fixed if finding.rule.startswith("dockerfile-")}
