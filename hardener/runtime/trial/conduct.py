"""A trial from what was asked for to what was found."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

from hardener.engine import clock, project_root
from hardener.model.settings import Settings
from hardener.runtime.client import Engine, EngineError
from hardener.runtime.trial.checks import Check, target_of
from hardener.runtime.trial.composetool import ComposeTool, services_of
from hardener.runtime.trial.isolation import Isolation
from hardener.runtime.trial.leftovers import LABEL, owner, workplace
from hardener.runtime.trial.needless import with_needless
from hardener.runtime.trial.profile import write_profiles
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.subject import compose_file_of, subject_of
from hardener.runtime.trial.trial import Trialled, tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to try, and how; either a file or an image."""

    file: Path | None = None
    """A Compose file or a Dockerfile."""
    image: str | None = None
    services: tuple[str, ...] = ()
    """Empty for all."""
    checks: tuple[str, ...] = ()
    """Commands, `SERVICE=` before them where several services are tried, and URLs."""
    workload: Path | None = None
    settle: float = 10
    """Seconds of quiet that count as ready; `timeout` is in seconds too."""
    timeout: float = 600
    max_runs: int = 30
    network: bool = False
    secrets: bool = False
    keep: bool = False
    write_profile: bool = False
    """Whether facts go to `.harden/images`: of an image those of the current folder's project."""
    environment: Mapping[str, str] = field(default_factory=os.environ.copy, repr=False)
    """What Compose is given of ours: whatever is in it, a Compose file can hand to a container."""


def conduct(asked: Asked, engine: Engine, settings: Settings, tell: Callable[[str], None]) -> list[Trialled]:
    """Start what is asked for before and after hardening and return what each service showed.

    All that was made is removed again, unless it is to be kept. Raises EngineError, and OSError where a profile cannot
    be written.
    """
    end = time.monotonic() + asked.timeout
    tool = ComposeTool.find(engine.address, asked.environment)
    with workplace(engine, keep=asked.keep) as work:
        compose = compose_file_of(asked.file, asked.image, work)
        subject = subject_of(compose, settings, tool, work, asked.timeout)
        there = services_of(subject.before)
        if missing := [name for name in asked.services if name not in there]:
            raise EngineError(f"no such service: {', '.join(missing)}; there are {', '.join(there)}")
        starter = Starter(
            engine=engine,
            tool=tool,
            how=Isolation(
                (LABEL, owner(keep=asked.keep)), f"harden-trial-{token_hex(4)}", asked.network, asked.secrets
            ),
            work=work,
            settle=asked.settle,
            end=end,
            max_runs=asked.max_runs,
            checks=[_check(text, asked.services or tuple(there), there) for text in asked.checks],
            workload=asked.workload,
            tell=tell,
            keep=asked.keep,
        )
        found = list(with_needless(tried(subject, asked.services, starter), subject, settings.exceptions, starter))
        if asked.write_profile:
            root = project_root(asked.file.resolve().parent if asked.file else Path.cwd())
            for path in write_profiles(subject, found, engine, root, clock.today()):
                tell(f"wrote {path}")
        return found


def _check(text: str, tried: Sequence[str], services: Mapping[str, Mapping[str, Any]]) -> Check:
    """Return the check that a text asks for. Raises EngineError where it is not told of whom."""
    check = Check.parse(text, services)
    if check.url is not None and target_of(check, services) is None:
        raise EngineError(f"--check {text}: no service is called like that or publishes that port")
    if check.url is None and not check.service and len(tried) > 1:
        raise EngineError(f"--check {text}: say of which service: NAME={text}")
    return check if check.url is not None or check.service else replace(check, service=tried[0])
