"""A configuration: `.harden.toml`, or `[tool.harden]` in pyproject.toml, read or refused with the line that is wrong.

level = "baseline"                       # or "restricted"
user = "10001:10001"                     # of a user that a fix makes; or {uid = 10001, gid = 10001, name = "app"}
select = ["compose"]                     # rules, or the beginnings of their names
ignore = ["compose-read-only"]
exclude = ["legacy/"]                    # .gitignore patterns, relative to this file
adr = "docs/adr"                         # where the decision records of justified exceptions are
pr = {labels = ["security"], limit = 5}  # pull requests of `harden pr`: hardener/policy/pullrequests.py has all of it

[users]                                  # where a fix makes another user
"nginx/Dockerfile" = "101:101"
"service:worker" = {uid = 1001, gid = 1001, name = "worker"}

[targets]                                # stages that are built too: `docker build --target dev`
"api/Dockerfile" = ["dev", "worker"]

[images."registry.example/queue"]        # what is known about an image
user = "999:999"
capabilities = []                        # it needs none
writable = ["/var/run/queue"]

[thresholds]                             # how much of something is accepted; `harden verify` counts
setuid = 0                               # setuid and setgid files of a container
world-writable = 0                       # files and folders that anybody may write to
exception-days = 90                      # how long a justified exception lasts, at most

[[overrides]]                            # for some files or services; of several the last one has precedence
files = ["legacy/"]                      # .gitignore patterns, relative to this file
services = ["worker"]                    # Compose services; with `files`: those in them
level = "restricted"                     # in place of what holds elsewhere, as `select`
ignore = ["compose-user"]                # besides what is ignored everywhere

The table of keys is `hardener.policy.keys`. In pyproject.toml all tables have `tool.harden.` in front.
"""

from __future__ import annotations

import glob
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardener.model.settings import Settings
from hardener.policy.keys import configuration
from hardener.policy.lines import Keys, lines_of
from hardener.policy.pullrequests import PullRequests
from hardener.policy.wrong import WrongError
from hardener.text.conflicts import UNRESOLVED, conflict_line

NAME = ".harden.toml"
PYPROJECT = "pyproject.toml"

_TABLE = ("tool", "harden")
"""Where a configuration is in pyproject.toml."""
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_POSITION = re.compile(r" \(at line (\d+), column \d+\)$| \(at end of document\)$")


class ConfigError(Exception):
    """A configuration that cannot be used; its text starts with the file and, where one is known, the line."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        place = _shown(path) if line is None else f"{_shown(path)}:{line}"
        super().__init__(f"{place}: {message}")
        self.path = path
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and where each of them comes from."""

    settings: Settings = field(default_factory=Settings)
    origins: Mapping[str, str] = field(default_factory=dict)
    """By dotted key as in the file (`users."service:web"`): `FILE:LINE`; a key that is not in it has its default."""
    pull_requests: PullRequests = field(default_factory=PullRequests)
    path: Path | None = None
    """The file, if there is one."""
    passed_over: Path | None = None
    """A pyproject.toml beside it that has a configuration too, which does not count."""


def read(path: Path) -> Loaded | None:
    """Return what a file says; None of a pyproject.toml without [tool.harden]. Raises ConfigError."""
    try:
        raw = path.read_bytes()
        if path.name == PYPROJECT and b"harden" not in raw:
            return None
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError(path, None, "is not valid UTF-8") from None
    return _parsed(text, path)


def parse(text: str, path: Path) -> Loaded:
    """Return what a text says that is the file's at `path`. Raises ConfigError."""
    return _parsed(text, path) or Loaded(path=path)


def _parsed(text: str, path: Path) -> Loaded | None:
    try:
        data: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(error, text, path) from None
    except RecursionError:
        raise ConfigError(path, None, "is nested too deeply") from None
    lines: Mapping[Keys, int] = lines_of(text)
    if path.name == PYPROJECT:
        tools = data.get(_TABLE[0])
        if not isinstance(tools, dict) or _TABLE[1] not in tools:
            return None
        data = tools[_TABLE[1]]
        lines = {keys[len(_TABLE) :]: line for keys, line in lines.items() if keys[: len(_TABLE)] == _TABLE}
    try:
        values = configuration().read(data)
    except WrongError as wrong:
        of_key = "" if not wrong.keys or wrong.message.startswith("unknown key") else f"{dotted(wrong.keys)}: "
        raise ConfigError(path, lines.get(_in_text(wrong.keys, lines)), of_key + wrong.message) from None
    return _loaded(values, {keys: f"{_shown(path)}:{line}" for keys, line in lines.items() if keys}, path)


def _loaded(values: dict[str, Any], places: Mapping[Keys, str], path: Path) -> Loaded:
    root = path.parent.resolve()
    origins = {dotted(keys): place for keys, place in places.items()}
    if "exclude" in values:
        values["exclude_from"] = root
    values["overrides"] = tuple(override(root) for override in values.get("overrides", ()))
    for table in {"users", "targets"} & values.keys():
        names = {name: _from_here(name, path.parent) for name in values[table]}
        values[table] = {names[name]: value for name, value in values[table].items()}
        origins |= {dotted((table, names[name])): origins[dotted((table, name))] for name in names}
    asked = values.pop("pr", PullRequests())
    return Loaded(Settings(**values), origins, asked, path)


def dotted(keys: Keys) -> str:
    """Return a key's full name as TOML writes it."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" if _BARE.fullmatch(key) else f'."{key}"' for key in keys)
    return "".join(parts).removeprefix(".")


def _from_here(name: str, folder: Path) -> str:
    """Return a key of `users` or `targets` with its path relative to the current folder, as a run's files are named."""
    if name.startswith("service:"):
        return name
    way = os.path.relpath(os.path.realpath(folder))
    return name if way == "." else f"{glob.escape(Path(way).as_posix())}/{name}"


def _in_text(keys: Keys, lines: Mapping[Keys, int]) -> Keys:
    """Return the longest beginning of `keys` that has a line; what a value lacks has none."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return keys


def _syntax_error(error: tomllib.TOMLDecodeError, text: str, path: Path) -> ConfigError:
    if (conflict := conflict_line(text)) is not None:
        return ConfigError(path, conflict, UNRESOLVED)
    message = str(error)
    position = _POSITION.search(message)
    if not position:
        return ConfigError(path, None, message)
    line = int(position[1]) if position[1] else text.rstrip().count("\n") + 1
    return ConfigError(path, line, message[: position.start()])


def _shown(path: Path) -> str:
    """Return a path from the current folder if it lies below it, else as it is."""
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()
