"""Hardened copies of the samples, read by parsers that are not ours: PyYAML and BuildKit's."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import yaml

from hardener.engine import Result, State, clock
from hardener.model.settings import Settings
from hardener.policy.configured import Configured
from tests.conftest import harden, snapshot, unsafe, write

SAMPLES = Path(__file__).parents[2] / "samples"
DAY = date(2026, 12, 1)
"""A day on which the samples' exceptions count."""
TMP = "/tmp:rw,nosuid,nodev,noexec,size=64m"


def owned_tmpfs(path: str, uid: int | str, gid: int | str) -> str:
    """What stands in place of a folder that a user writes to; a cache may hold more."""
    return f"{path}:rw,nosuid,nodev,noexec,size={'1g' if 'cache' in path else '64m'},uid={uid},gid={gid}"


@dataclass(frozen=True)
class Hardened:
    """A sample before and after `--write`, and what a run says then."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    result: Result
    again: Result

    def text(self, name: str) -> str:
        return self.after[name].decode()

    def services(self, name: str) -> dict[str, Any]:
        services: dict[str, Any] = yaml.safe_load(self.text(name))["services"]
        return services

    def reason(self, rule: str, subject: str, state: State = State.HELD) -> str:
        """Why this one finding was not fixed."""
        [outcome] = [o for o in self.result.outcomes if o.finding.rule == rule and o.finding.subject == subject]
        assert outcome.state is state
        return outcome.reason

    def security(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What is in force for every container, by workload and name: the pod's securityContext under its own."""
        found = {}
        for name in self.after:
            if name.endswith((".yaml", ".yml")):
                for kind, pod in pods(yaml.safe_load_all(self.text(name))):
                    for container in pod.get("initContainers", []) + pod["containers"]:
                        own = container.get("securityContext", {})
                        found[kind, container["name"]] = {**pod.get("securityContext", {}), **own, "pod": pod}
        return found


def copy(name: str, folder: Path, *, unsafe_fixes: bool) -> Settings:
    """Put a sample into a folder of its own and return its own settings."""
    shutil.copytree(SAMPLES / name, folder, dirs_exist_ok=True)
    with chdir(folder), patch.object(clock, "today", lambda: DAY):
        settings = Configured().of(folder).settings
    return unsafe(settings) if unsafe_fixes else settings


@cache
def hardened(name: str, *, unsafe_fixes: bool) -> Hardened:
    """Return a sample after `--write` with its own configuration."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        settings = copy(name, folder, unsafe_fixes=unsafe_fixes)
        before = snapshot(folder)
        result = harden(folder, settings)
        write(folder, result)
        return Hardened(before, snapshot(folder), result, harden(folder, settings))


def pods(documents: Iterator[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every pod's spec with `Kind/name` of its workload."""
    for document in documents:
        if not isinstance(document, dict) or "kind" not in document:
            continue
        if document["kind"] == "List":
            yield from pods(iter(document["items"]))
            continue
        spec = document.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield f"{document['kind']}/{document['metadata']['name']}", spec["template"]["spec"]


class Stage:
    """The last stage of a Dockerfile, read with BuildKit's parser."""

    def __init__(self, text: str, parse: Any) -> None:
        self.all = parse(text)
        last = max(index for index, command in enumerate(self.all) if command.cmd.upper() == "FROM")
        self.own = self.all[last:]
        self.keywords = [command.cmd.upper() for command in self.own]
        self.runs = [" ".join(command.value) for command in self.all if command.cmd.upper() == "RUN"]

    @property
    def user(self) -> str:
        """The user that the image starts as."""
        [user] = [command.value[0] for command in self.own if command.cmd.upper() == "USER"]
        return str(user)

    def copies(self) -> dict[str, str]:
        """The owner of everything that the stage copies, by destination as an absolute path."""
        workdir, owners = PurePosixPath("/"), {}
        for command in self.own:
            if command.cmd.upper() == "WORKDIR":
                workdir /= command.value[0]
            if command.cmd.upper() in {"COPY", "ADD"}:
                chown = [flag.removeprefix("--chown=") for flag in command.flags if flag.startswith("--chown=")]
                owners[str(workdir / command.value[-1])] = (chown or ["0:0"])[-1]
        return owners

    def folders(self) -> dict[str, str]:
        """The owner of every folder that a RUN of the stage makes."""
        owners: dict[str, str] = {}
        for command in self.own:
            if command.cmd.upper() != "RUN":
                continue
            for line in re.split(r"&&|;", " ".join(command.value)):
                words = shlex.split(line)
                paths = [word for word in words if word.startswith("/")]
                if words[:1] == ["mkdir"]:
                    owners |= dict.fromkeys(paths, "0:0")
                if words[:1] == ["chown"]:
                    owner = next(word for word in words[1:] if not word.startswith("-"))
                    below = [folder for folder in owners for path in paths if folder.startswith(f"{path}/")]
                    owners |= dict.fromkeys([*paths, *(below if "-R" in words else [])], owner)
        return owners


def comments(text: str) -> list[str]:
    """Every line's part from its first number sign on; strings that have one are compared like comments."""
    return [line[line.index("#") :].strip() for line in text.split("\n") if re.search(r"(^|\s)#", line)]
