"""The Docker engine, by its command line; everything made here carries a label and is removed again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LABEL = "harden.engine-test"
"""Carried by what a test makes; the value is the process that made it."""

PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

_SYNTAX = re.compile(rb"\A(?:\xef\xbb\xbf)?#[ \t]*syntax[ \t]*=[^\n]*\n", re.IGNORECASE)


class EngineError(Exception):
    """A command of the engine failed; the message is what it printed."""


@cache
def client() -> str | None:
    """Return the first `docker` on the PATH that builds with BuildKit and whose engine answers, else None."""
    for folder in os.get_exec_path():
        path = shutil.which("docker", path=folder)
        if path is not None and _answers(path) and _has_buildkit(path):
            return path
    return None


def _answers(path: str) -> bool:
    return subprocess.run([path, "version"], capture_output=True, check=False).returncode == 0


def _has_buildkit(path: str) -> bool:
    """Whether the client brings BuildKit itself (before 23.0) or has the plugin for it."""
    version = subprocess.run([path, "version", "-f", "{{.Client.Version}}"], capture_output=True, text=True, check=True)
    major = int(version.stdout.partition(".")[0])
    plugin = subprocess.run([path, "buildx", "version"], capture_output=True, check=False)
    return major < 23 or plugin.returncode == 0


class Docker:
    """One test process's use of the engine."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.label = f"{LABEL}={os.getpid()}"

    def __call__(self, *arguments: str, stdin: bytes = b"", buildkit: bool = True, merge: bool = False) -> str:
        """Run one command and return what it prints, stripped, with its errors if `merge`; raises EngineError."""
        environment = {**os.environ, "DOCKER_BUILDKIT": "1" if buildkit else "0", "DOCKER_CLI_HINTS": "false"}
        done = subprocess.run(
            [self.path, *arguments], input=stdin, capture_output=True, check=False, env=environment, timeout=600
        )
        printed = (done.stdout + done.stderr if merge else done.stdout).decode(errors="replace").strip()
        if done.returncode != 0:
            raise EngineError(f"docker {' '.join(arguments)}\n{(done.stdout + done.stderr).decode(errors='replace')}")
        return printed

    def build(
        self, context: Path, dockerfile: str, *, arguments: Mapping[str, str] | None = None, buildkit: bool = True
    ) -> str:
        """Build an image and return its id.

        The Dockerfile goes in without a `# syntax=` line, which would make BuildKit ask a registry for its parser.
        """
        text = _SYNTAX.sub(b"", (context / dockerfile).read_bytes())
        options = [f"--build-arg={name}={value}" for name, value in (arguments or {}).items()]
        options += [f"--build-arg={name}" for name in PROXIES if name in os.environ]
        return self(
            "build", "-q", "--label", self.label, *options, "-f", "-", str(context), stdin=text, buildkit=buildkit
        )

    def start(self, image: str, options: Sequence[str] = (), command: Sequence[str] = ()) -> str:
        """Start a container in the background and return its id."""
        return self("run", "-d", "--label", self.label, *options, image, *command)

    def inspect(self, name: str) -> dict[str, Any]:
        """Return what the engine knows about a container or an image."""
        [found] = json.loads(self("inspect", name))
        return dict(found)

    def clean(self) -> None:
        """Remove the containers, networks and images that this process made, or one that has ended without doing so."""
        for kind, remove in (("container", ("rm", "-fv")), ("network", ("rm",)), ("image", ("rmi", "-f"))):
            listed = self(kind, "ls", "-q", "--filter", f"label={LABEL}", *(["-a"] if kind == "container" else []))
            left = [name for name in sorted(set(listed.split())) if self._is_left(name)]
            if not left:
                continue
            try:
                self(*([kind] if kind == "network" else []), *remove, *left)
            except EngineError:
                if any(map(self._is_left, left)):
                    raise  # else another process was at it at the same time

    def _is_left(self, name: str) -> bool:
        try:
            found = self.inspect(name)
        except EngineError:
            return False  # another process has removed it meanwhile
        owner = (found.get("Labels") or found["Config"]["Labels"])[LABEL]
        return owner == str(os.getpid()) or not Path(f"/proc/{owner}").exists()
