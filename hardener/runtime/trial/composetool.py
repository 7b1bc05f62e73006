"""Docker Compose by its command line: it reads a project as its user's own tool does, builds, starts and removes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

from hardener.runtime.client import EngineError
from hardener.runtime.trial.programs import completed
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

Model = Mapping[str, Any]
"""A project as Compose resolves it: https://github.com/compose-spec/compose-spec/blob/main/spec.md."""

_EVERY = "*"
"""Every profile: https://docs.docker.com/compose/how-tos/profiles/. The plugin is silent about services of others."""
_SHOWN = 12
"""Lines of what a failed command printed, from its end."""


class ComposeError(EngineError):
    """Compose is not there, or refuses a project; the message is what it said."""


@dataclass(frozen=True, slots=True)
class ComposeTool:
    """One of Compose's two command lines, for one engine."""

    command: tuple[str, ...]
    host: str
    """The engine's address."""
    environment: Mapping[str, str] = field(repr=False)
    """What it is given, and with it every variable that a project may name."""

    @classmethod
    def find(cls, host: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Return Docker's plugin, else the older docker-compose. Raises ComposeError where there is neither."""
        docker = shutil.which("docker")
        if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
            return cls((docker, "compose"), host, environment)
        old = shutil.which("docker-compose")
        if old is None:
            raise ComposeError("neither `docker compose` nor docker-compose is there: install one of them")
        return cls((old,), host, environment)

    @property
    def is_old(self) -> bool:
        """Whether it is docker-compose 1.x or its successor as a program of its own."""
        return len(self.command) == 1

    @property
    def _tidy(self) -> tuple[str, ...]:
        """What makes the older one remove the container of a step that fails; the plugin's builder leaves none."""
        return ("--force-rm",) if self.is_old else ()

    def resolved(self, files: Sequence[Path], folder: Path, timeout: float) -> Model:
        """Return the project of some files, with `folder` as the one that its paths start at. Raises ComposeError."""
        named = [word for file in files for word in ("-f", str(file))]
        printed = self._run([*named, "--project-directory", str(folder)], ["config"], folder, timeout)
        try:
            root = parse(printed).root(0)
        except UnparsableError as error:
            raise ComposeError(f"Compose printed what cannot be read: {error.reason}") from None
        return cast(Model, to_python(root)) if root is not None else {}

    def build(self, project: str, model: Path, timeout: float) -> None:
        """Build what the services build. Raises ComposeError."""
        self._run(["-p", project, "-f", str(model)], ["build", *self._tidy], model.parent, timeout)

    def up(self, project: str, model: Path, timeout: float) -> None:
        """Start the services in the background. Raises ComposeError."""
        self._run(["-p", project, "-f", str(model)], ["up", "-d"], model.parent, timeout)

    def restart(self, project: str, model: Path, timeout: float) -> None:
        """Stop and start the containers of a project again. Raises ComposeError."""
        self._run(["-p", project, "-f", str(model)], ["restart", "-t", "5"], model.parent, timeout)

    def _run(self, files: Sequence[str], action: Sequence[str], folder: Path, timeout: float) -> str:
        environment = {**self.environment, "DOCKER_HOST": self.host, "COMPOSE_PROFILES": _EVERY}
        try:
            done = completed([*self.command, *files, *action], environment, max(timeout, 1), folder)
        except subprocess.TimeoutExpired:
            late = f"Compose's {action[0]} did not end in the time that it may take"
            raise ComposeError(f"{late}: allow more with --timeout") from None
        if done.returncode:
            said = (done.stderr or done.stdout).decode(errors="replace").strip().split("\n")
            raise ComposeError("\n".join(said[-_SHOWN:]))
        return done.stdout.decode(errors="replace")


def write_model(model: Model, file: Path) -> None:
    """Write a project for Compose to read again; `$` is escaped in it, as Compose printed it, but not in paths."""
    services = {name: _with_paths_escaped(service) for name, service in model["services"].items()}
    file.write_text(json.dumps({**model, "services": services}, indent=1), encoding="utf-8")


def _with_paths_escaped(service: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(service)
    build = found.get("build")
    if build and build["context"].startswith("/"):
        found["build"] = {**build, **{key: _escaped(build[key]) for key in ("context", "dockerfile") if key in build}}
    if mounts := found.get("volumes"):
        found["volumes"] = [
            {**mount, "source": _escaped(mount["source"])} if "source" in mount else mount for mount in mounts
        ]
    return found


def _escaped(path: str) -> str:
    return path.replace("$", "$$")


def services_of(model: Model) -> Mapping[str, Mapping[str, Any]]:
    """Return the services of a project, by name."""
    return cast(Mapping[str, Mapping[str, Any]], model.get("services") or {})
