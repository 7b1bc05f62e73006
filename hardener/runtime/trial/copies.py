"""Copies of what services may write to: a trial never has the user's own data before it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardener.runtime.client import Engine, MissingError
from hardener.runtime.trial.composetool import Model
from hardener.runtime.trial.isolation import NotTriedError

MEBIBYTE = 1 << 20


@dataclass(slots=True)
class Copies:
    """The copies of one start, in a folder and in volumes of its own."""

    engine: Engine
    model: Model
    """The user's project, resolved: it names the volumes."""
    project: str
    """The trial's project, with which the names of its volumes begin."""
    label: tuple[str, str]
    folder: Path
    limit: int = 512 * MEBIBYTE
    """Bytes that a copy may take."""
    made: dict[str, Path] = field(default_factory=dict)
    """By what is copied: two services share a copy as they share the original."""

    def mount(self, mount: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is mounted in place of a mount of the user's. Raises NotTriedError and EngineError."""
        source = mount.get("source", "")
        if mount["type"] == "bind" and not (mount.get("read_only") and Path(source).exists()):
            return {**mount, "source": str(self._of_folder(Path(source)))}
        if mount["type"] == "volume" and source:
            self._of_volume(source)
            return {key: value for key, value in mount.items() if key != "volume"}
        return mount

    def _of_folder(self, source: Path) -> Path:
        """Return a copy of a file or folder; of one that is not there an empty folder, as the engine makes it."""
        if str(source) not in self.made:
            copy = self.folder / str(len(self.made)) / (source.name or "root")
            copy.parent.mkdir(parents=True)
            if source.exists():
                self._copy(source, copy)
            else:
                copy.mkdir()
            self.made[str(source)] = copy
        return self.made[str(source)]

    def _of_volume(self, name: str) -> None:
        """Lay down a volume of the trial's that holds what the user's holds; one that is not there starts empty."""
        if name in self.made:
            return
        declared = (self.model.get("volumes") or {}).get(name) or {}
        own = declared.get("name") or f"{self._own_project()}_{name}"
        self.made[name] = Path()
        try:
            data = Path(self.engine.volume(own)["Mountpoint"])
        except MissingError:
            return
        if not os.access(data, os.R_OK | os.X_OK):
            raise NotTriedError(f"the volume {own} cannot be read to copy it: run as root on the engine's host")
        copy = Path(self.engine.create_volume(f"{self.project}_{name}", dict([self.label]))["Mountpoint"])
        for entry in sorted(data.iterdir()):
            self._copy(entry, copy / entry.name)

    def _own_project(self) -> str:
        return str(self.model.get("name") or "")

    def _copy(self, source: Path, to: Path) -> None:
        size = _size(source, self.limit)
        if size > self.limit:
            raise NotTriedError(f"{source} has more than {self.limit // MEBIBYTE} MiB: too much to copy for a trial")
        done = subprocess.run(["cp", "-a", "--", str(source), str(to)], capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().split("\n")[-1]
            raise NotTriedError(f"{source} cannot be copied: {said}")


def _size(path: Path, limit: int) -> int:
    """Return the bytes of a file, or of all files of a folder as far as they pass the limit."""
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_size
    size = 0
    for folder, _, files in os.walk(path):
        size += sum(os.lstat(Path(folder) / name).st_size for name in files)
        if size > limit:
            break
    return size
