"""The file `.harden.toml`: found, read, and refused with the line and the nearest right name where it is wrong.

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

from hardener.model.settings import Level, Settings
from hardener.policy.exceptions.folder import adr_folder
from hardener.policy.exclusion import exclusion
from hardener.policy.identity import user_of
from hardener.policy.images import image_fact
from hardener.policy.lines import Keys, lines_of
from hardener.policy.pullrequests import PullRequests, pull_requests
from hardener.policy.selection import selection
from hardener.policy.wrong import WrongError, hint, mapping_of, strings, table_of

NAME = ".harden.toml"

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
    path: Path | None = None
    """The file, if there is one."""
    pull_requests: PullRequests = field(default_factory=PullRequests)


def load(start: Path, explicit: Path | None = None) -> Loaded:
    """Return the configuration for what is at `start`: the `explicit` file, else the first one found upwards.

    Raises ConfigError; that there is no configuration is no error unless one was named.
    """
    path = explicit or find(start)
    if path is None:
        return Loaded()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError(path, None, "is not valid UTF-8") from None
    return parse(text, path)


def find(start: Path) -> Path | None:
    """Return the `.harden.toml` in the folder `start` (or that of the file `start`) or in the nearest one above."""
    folder = Path.cwd() / start
    for candidate in (folder, *folder.resolve().parents):
        path = candidate / NAME
        if path.is_file():
            return path
    return None


def parse(text: str, path: Path) -> Loaded:
    """Return the configuration that `text` states. Raises ConfigError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(error, text, path) from None
    lines = lines_of(text)
    known: dict[str, Any] = {
        "level": _level,
        "user": user_of,
        "users": lambda value: mapping_of(value, user_of),
        "select": lambda value: selection(strings(value)),
        "ignore": lambda value: selection(strings(value)),
        "exclude": lambda value: exclusion(strings(value)),
        "targets": lambda value: mapping_of(value, strings),
        "images": lambda value: mapping_of(value, image_fact),
        "adr": adr_folder,
        "pr": pull_requests,
    }
    try:
        values = table_of(data, known)
    except WrongError as wrong:
        of_key = "" if wrong.message.startswith("unknown key") else f"{dotted(wrong.keys)}: "
        raise ConfigError(path, lines.get(_in_text(wrong.keys, lines)), of_key + wrong.message) from None
    if "exclude" in values:
        values["exclude_from"] = path.parent.resolve()
    origins = {dotted(keys): f"{_shown(path)}:{line}" for keys, line in lines.items()}
    for table in {"users", "targets"} & values.keys():
        names = {name: _from_here(name, path.parent) for name in values[table]}
        values[table] = {names[name]: value for name, value in values[table].items()}
        origins |= {dotted((table, names[name])): origins[dotted((table, name))] for name in names}
    asked = values.pop("pr", PullRequests())
    return Loaded(Settings(**values), origins, path, asked)


def dotted(keys: Keys) -> str:
    """Return a key's full name as TOML writes it."""
    return ".".join(key if _BARE.fullmatch(key) else f'"{key}"' for key in keys)


def _level(value: object) -> Level:
    levels = [level.value for level in Level]
    if not isinstance(value, str) or value not in levels:
        near = hint(value, levels) if isinstance(value, str) else ""
        raise WrongError(f"expected {' or '.join(levels)}{near}")
    return Level(value)


def _from_here(name: str, folder: Path) -> str:
    """Return a key of `users` or `targets` with its path relative to the current folder, as a run's files are named."""
    if name.startswith("service:"):
        return name
    way = os.path.relpath(os.path.realpath(folder))
    return name if way == "." else f"{glob.escape(Path(way).as_posix())}/{name}"


def _in_text(keys: Keys, lines: Mapping[Keys, int]) -> Keys:
    """Return the longest beginning of `keys` that has a line: what an inline value lacks has none."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return keys


def _syntax_error(error: tomllib.TOMLDecodeError, text: str, path: Path) -> ConfigError:
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
