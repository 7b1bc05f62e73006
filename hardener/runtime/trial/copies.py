"""Copies of what services may write to: a trial never has the user's own data before it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardener.runtime.client import Engine, MissingError
from hardener.runtime.trial.composetool import Model, services_of
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
    labels: Mapping[str, str]
    folder: Path
    limit: int = 512 * MEBIBYTE
    """Bytes that a copy may take."""
    made: dict[str, Path] = field(default_factory=dict)
    """By what is copied: two services share a copy as they share the original."""

    def measured(self, mount: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a mount as it is, if it can be copied. Raises EngineError."""
        source = mount.get("source", "")
        if mount["type"] == "bind":
            self._refuse_elsewhere(source)
            if _is_copied(mount):
                self._measure(_original(mount))
        elif mount["type"] == "volume" and source and (data := self._data_of(source)):
            self._measure(data)
        return mount

    def mount(self, mount: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is mounted in place of a mount of the user's. Raises EngineError."""
        self.measured(mount)
        source = mount.get("source", "")
        if mount["type"] == "bind" and _is_copied(mount):
            return {**mount, "source": str(self._of_folder(_original(mount)))}
        if mount["type"] == "volume" and source:
            self._of_volume(source)
            return {key: value for key, value in mount.items() if key != "volume"}
        return mount

    def original(self, mount: Mapping[str, Any]) -> Path | None:
        """Return what of the user's a mount leads to on this host; None where there is nothing yet."""
        source = mount.get("source", "")
        found = self._data_of(source) if mount["type"] == "volume" and source else None
        found = _original(mount) if mount["type"] == "bind" else found
        return found if found is not None and found.exists() else None

    def _of_folder(self, source: Path) -> Path:
        """Return a copy of a file or folder; of one that is not there an empty folder, as the engine makes it.

        It lies in the copy of what is mounted around it, so that what is written to one is seen in the other.
        """
        outermost = self._outermost(source)
        if str(outermost) not in self.made:
            copy = self.folder / str(len(self.made)) / (outermost.name or "root")
            copy.parent.mkdir(parents=True)
            if outermost.exists():
                _copy(outermost, copy)
            self.made[str(outermost)] = copy
        place = self.made[str(outermost)] / source.relative_to(outermost)
        if not place.exists():
            place.mkdir(parents=True)
        return place

    def _outermost(self, source: Path) -> Path:
        """Return the outermost of the project's copied mounts that a path lies in, unless that one is too big."""
        mounts = (mount for service in services_of(self.model).values() for mount in service.get("volumes") or ())
        copied = {_original(mount) for mount in mounts if mount["type"] == "bind" and _is_copied(mount)}
        around = [path for path in copied if path in source.parents and _fits(path, self.limit)]
        return min(around, key=lambda path: len(path.parts), default=source)

    def _of_volume(self, name: str) -> None:
        """Lay down a volume of the trial's that holds what the user's holds; one that is not there starts empty."""
        data = self._data_of(name)
        if name in self.made or data is None:
            return
        self.made[name] = Path(self.engine.create_volume(f"{self.project}_{name}", self.labels)["Mountpoint"])
        _copy(f"{data}/.", self.made[name])

    def _data_of(self, name: str) -> Path | None:
        """Return where a volume of the user's has its data; None where there is none yet."""
        declared = (self.model.get("volumes") or {}).get(name) or {}
        own = declared.get("name") or f"{self.model['name']}_{name}"
        if declared.get("external") is True and "name" not in declared:
            own = name
        try:
            volume = self.engine.volume(own)
        except MissingError:
            return None
        if volume["Driver"] != "local" or (volume.get("Options") or {}).get("device", "tmpfs") != "tmpfs":
            raise NotTriedError(f"the volume {own} is a mount of something else, which cannot be copied")
        data = Path(volume["Mountpoint"])
        if not os.access(data, os.R_OK | os.X_OK):
            raise NotTriedError(f"the volume {own} cannot be read to copy it: run as root on the engine's host")
        return data

    def _refuse_elsewhere(self, source: str) -> None:
        if not self.engine.address.startswith(("unix:", "npipe:")):
            raise NotTriedError(f"{source} is a folder of the host of {self.engine.address}: run the trial there")

    def _measure(self, source: Path) -> None:
        if not _fits(source, self.limit):
            raise NotTriedError(f"{source} has more than {self.limit // MEBIBYTE} MiB: too much to copy for a trial")


def _is_copied(mount: Mapping[str, Any]) -> bool:
    """Return whether what a bind mount leads to is copied: all but what is there and cannot be written."""
    return not (mount.get("read_only") and Path(mount["source"]).exists())


def _original(mount: Mapping[str, Any]) -> Path:
    """Return what a bind mount leads to: the engine follows links, and a copy of a link leads to the original."""
    return Path(os.path.realpath(mount["source"]))


def _copy(source: Path | str, to: Path) -> None:
    done = subprocess.run(["cp", "-a", "--", str(source), str(to)], capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().split("\n")[-1]
        raise NotTriedError(f"{source} cannot be copied: {said}")


def _fits(path: Path, limit: int) -> bool:
    return not path.exists() or _size(path, limit) <= limit


def _size(path: Path, limit: int) -> int:
    """Return the bytes of a file, or of all files of a folder as far as they pass the limit."""
    if not path.is_dir():
        return path.lstat().st_size
    size = 0
    for folder, _, files in os.walk(path):
        for name in files:
            with suppress(FileNotFoundError):  # what is in use makes files and removes them meanwhile
                size += os.lstat(Path(folder) / name).st_size
        if size > limit:
            break
    return size
