"""The trial of what a pull request changes, as Markdown for its text. Needs the container engine's library."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import chdir, closing
from dataclasses import replace
from pathlib import Path

from hardener.bot.conduct import Tried
from hardener.bot.groups import Group, place_of
from hardener.bot.hardening import Hardening
from hardener.engine import Result, State, clock
from hardener.model.recorded import Recorded, print_of
from hardener.model.settings import Settings
from hardener.report.tables import cell
from hardener.report.trial import markdown
from hardener.runtime.client import Engine, EngineError
from hardener.runtime.trial.conduct import Asked, conduct
from hardener.runtime.trial.trial import Outcome, Trialled

__all__ = ["EngineError", "tried"]

PATIENCE = 3600
"""Seconds that the trial of one file may take: nobody sits before it."""

_KEPT = (
    *("PATH", "HOME", "USERPROFILE", "APPDATA", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR"),
    *("DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION", "DOCKER_BUILDKIT"),
)
"""What Compose gets of our environment: a repository's files may name any variable, and a log show its value."""


def tried(hardening: Hardening, group: Group, result: Result, tell: Callable[[str], None]) -> Tried:
    """Return what services did before and after; of a file that cannot be tried, why. Raises EngineError.

    What is started is the base with the fixes of this group and no others.
    """
    shown: list[str] = []
    failing: list[Trialled] = []
    told: set[Path] = set()
    with closing(Engine.connect()) as engine:
        for file, services in _subjects(result).items():
            path = hardening.root / file
            few = {name: os.environ[name] for name in _KEPT if name in os.environ}
            asked = Asked(file=path, services=tuple(sorted(services)), timeout=PATIENCE, environment=few)
            told.add(path)
            try:
                with chdir(hardening.root):
                    found = conduct(asked, engine, _settings(hardening, group, path.parent), tell)
            except (EngineError, OSError) as error:
                shown.append(f"**Not run** for {cell(file)}: {cell(str(error))}.\n")
                continue
            told |= {path for each in found if each.subject for path in each.subject.fixers.dockerfiles.values()}
            failed = [each for each in found if each.outcome in (Outcome.RELAXED, Outcome.FAILED)]
            failing += failed
            shown.append(f"`harden trial` on {cell(file)}:\n\n{_warning(failed)}{markdown(found)}")
    others = [change.source.name for change in result.changes if change.source.path not in told]
    if shown and others:
        shown.append(f"**Not run** for {', '.join(map(cell, others))}: nothing that was started is made from that.\n")
    return Tried("\n".join(shown).rstrip("\n"), "; ".join(f"{each.service}: {each.reason}" for each in failing))


def _settings(hardening: Hardening, group: Group, folder: Path) -> Settings:
    """Return settings with which a trial takes all that is held for accepted: it would try that too."""
    recorded: dict[Path, tuple[Recorded, ...]] = defaultdict(tuple)
    for outcome in hardening.whole.outcomes:
        if outcome.state is State.HELD:
            path = hardening.whole.sources[outcome.finding.file].path
            recorded[path] += (Recorded(print_of(outcome.finding, path), clock.today(), path),)
    return replace(hardening.narrowed(group)(folder), recorded=recorded)


def _warning(failing: Iterable[Trialled]) -> str:
    names = ", ".join(cell(each.service) for each in failing)
    return f"**With all of this, {names} does not work as before**; the outcome below says why.\n\n" if names else ""


def _subjects(result: Result) -> dict[str, set[str]]:
    """Return the Compose files with their services that change, or where there are none the Dockerfiles."""
    fixed = [outcome.finding for outcome in result.outcomes if outcome.state is State.FIXED]
    composed: dict[str, set[str]] = defaultdict(set)
    for finding in fixed:
        if finding.rule.startswith("compose-"):
            composed[finding.file].add(place_of(finding))
    return composed or {finding.file: set() for finding in fixed if finding.rule.startswith("dockerfile-")}
