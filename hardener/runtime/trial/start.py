"""One start of a project in a place of its own: bring it up, watch it, remove it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hardener.runtime.client import Engine, MissingError
from hardener.runtime.trial.checks import Check
from hardener.runtime.trial.composetool import ComposeError, ComposeTool, Model, services_of, write_model
from hardener.runtime.trial.copies import Copies
from hardener.runtime.trial.isolation import Isolation, NotTriedError, isolated
from hardener.runtime.trial.leftovers import PROJECT, take_down
from hardener.runtime.trial.watch import GRACE, OutOfTimeError, Seen, Watch


@dataclass(slots=True)
class Starter:
    """Starts projects one after the other, each under a name of its own, and counts."""

    engine: Engine
    tool: ComposeTool
    how: Isolation
    work: Path
    """A folder of the trial's own."""
    settle: float
    """Seconds that a service without a health check must stay as it is until it counts as ready."""
    end: float
    """Until when it may take, by `time.monotonic`."""
    max_runs: int
    """How often one service may be started in all: with the others, and alone."""
    checks: Sequence[Check] = ()
    workload: Path | None = None
    tell: Callable[[str], None] = lambda _text: None
    keep: bool = False
    """Whether what was started stays."""
    runs: int = field(default=0, init=False)
    """How often anything was started."""
    _together: int | None = field(default=None, init=False)
    """How many of the starts were of all services; None until the first search begins."""
    _of_others: int = field(default=0, init=False)
    """How many were in other services' searches."""
    _built: set[str] = field(default_factory=set, init=False)
    _longest: float = field(default=0, init=False)
    """Seconds that Compose needed to start a project as it is: it waits for the health of what others depend on."""

    def run(
        self, model: Model, services: Sequence[str], expected: Seen | None = None, *, restart: bool = False
    ) -> list[Seen]:
        """Start services with what they need and return what they do; once more after a restart where asked.

        `expected` is what they did before. Without it, a project of which nothing can be started is an error; with it,
        a service that was not started is one that fails. Raises EngineError.
        """
        with self._up(model, services, patient=expected is None) as (project, file, refusal):
            watch = Watch(
                self.engine,
                project,
                services_of(model),
                self.checks,
                self.workload,
                self.settle,
                self._left,
                refusal,
            )
            seen = [watch.until_ready(services, expected)]
            if restart and not refusal:
                self.tool.restart(project, file, self._left())
                seen.append(watch.until_ready(services, expected))
            return seen

    @property
    def used(self) -> int:
        """How many starts count for the service that is tried now."""
        return self.runs - self._of_others

    def begin_search(self) -> None:
        """Turn to one service: what was started for others alone does not count for it."""
        if self._together is None:
            self._together = self.runs
        self._of_others = self.runs - self._together

    def check(self, model: Model, service: str) -> None:
        """Raise NotTriedError where a service cannot be started in a place of its own, or an image is not there."""
        found = isolated(model, [service], self.how, self.copies(model).measured)
        for name, part in services_of(found).items():
            if not part.get("build"):
                try:
                    self.engine.image(part["image"])
                except MissingError as error:
                    raise NotTriedError(str(error) if name == service else f"it needs {name}: {error}") from None

    @contextmanager
    def _up(self, model: Model, services: Sequence[str], *, patient: bool) -> Iterator[tuple[str, Path, str]]:
        """Start a project and give its name, its file and why not all of it was started."""
        self._count()
        project = f"{self.how.name}-{self.runs}"
        file = self.work / f"{project}.json"
        try:
            alone = isolated(model, services, self.how, self.copies(model, project).mount)
            write_model(alone, file)
            yield project, file, self._start(project, file, alone, patient=patient)
        finally:
            if not self.keep:
                take_down(self.engine, project)

    def _count(self) -> None:
        if self.used >= self.max_runs:
            raise OutOfTimeError(f"not found within {self.max_runs} starts: allow more with --max-runs")
        self.runs += 1

    def copies(self, model: Model, project: str = "") -> Copies:
        """Return what copies the user's data for a project of the trial's; without one, it only tells of it."""
        labels = dict([self.how.label, (PROJECT, project)])
        return Copies(self.engine, model, project, labels, self.work / project)

    def _start(self, project: str, file: Path, model: Model, *, patient: bool) -> str:
        """Build and start a project; return why not all of it was started."""
        try:
            self._build(project, file, model)
            self._bring_up(project, file, patient=patient)
        except ComposeError as error:
            if patient and not self.engine.project(project):
                raise
            return str(error)
        return ""

    def _bring_up(self, project: str, file: Path, *, patient: bool) -> None:
        """Start a project, as long as that takes if it is `patient`, else not much longer. Raises ComposeError."""
        began = time.monotonic()
        try:
            self.tool.up(project, file, self._left() if patient else min(self._left(), 3 * self._longest + GRACE))
        finally:
            if patient:  # what is refused in the end took its time too
                self._longest = max(self._longest, time.monotonic() - began)

    def _build(self, project: str, file: Path, model: Model) -> None:
        """Build the images that no earlier start has built."""
        images = {service["image"] for service in services_of(model).values() if service.get("build")}
        if not images <= self._built:
            self.tool.build(project, file, self._left())
            self._built |= images

    def _left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise OutOfTimeError("not found in the time that it may take: allow more with --timeout")
        return left
