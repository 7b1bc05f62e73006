"""What somebody who runs commands in a container tries: to become root, to change its program, to reach the host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.engine.docker import Docker, EngineError

SETUID = "/planted/busybox"
"""Where a container has the program that `planted` makes; it shows what a setuid program of an image could do."""

TO_ROOT = (("sudo", "-i", "id", "-u"), ("su", "-c", "id -u"), (SETUID, "id", "-u"))
TO_HOST = ("/host", "/var/run/docker.sock", "/run/docker.sock")


@contextmanager
def planted(docker: Docker) -> Iterator[str]:
    """Give the mount of a program that belongs to root and is setuid; it needs nothing of the image it runs in."""
    volume = docker("volume", "create", "--label", docker.label)
    try:
        copy = f"cp /bin/busybox {SETUID} && chmod 4755 {SETUID}"
        docker("run", "--rm", "--label", docker.label, "-v", f"{volume}:/planted", "alpine:3.20", "sh", "-c", copy)
        yield f"{docker('volume', 'inspect', '-f', '{{.Mountpoint}}', volume)}:/planted:ro"
    finally:
        docker("volume", "rm", volume)


def succeeded(docker: Docker, name: str, code: Sequence[str] = (), own: Sequence[str | Path] = ()) -> list[str]:
    """Return what can be done in a running container as whom it runs.

    `code` are files of its program; `own` are the folders of the host that it may have. Raises EngineError where
    nothing can be run in it.
    """
    docker("exec", name, "ls", "/")
    found = [" ".join(attempt) for attempt in TO_ROOT if _said(docker, name, *attempt) == "0"]
    found += [f"touch {file}" for file in code if _said(docker, name, "touch", file) is not None]
    found += [f"ls {path}" for path in TO_HOST if _said(docker, name, "ls", path) is not None]
    sources = [mount["Source"] for mount in docker.inspect(name)["Mounts"] if mount["Type"] == "bind"]
    return found + [f"read {path}" for path in sources if not any(Path(path).is_relative_to(folder) for folder in own)]


def _said(docker: Docker, name: str, *command: str) -> str | None:
    """Return what a command prints; None where it fails."""
    try:
        return docker("exec", name, *command)
    except EngineError:
        return None
