"""`harden config show`: the settings in force, and where each of them comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from hardener.cli.options import paths_argument, settings_options, settled
from hardener.cli.streams import put
from hardener.model.settings import ImageFact, Settings, User
from hardener.policy.config import Loaded, dotted
from hardener.text.terminal import printable

WIDEST = 48
"""Columns up to which the origins stand below each other."""


@click.group
def config() -> None:
    """Look at the configuration."""


@config.command
@paths_argument
@settings_options
def show(paths: tuple[str, ...], **options: Any) -> None:
    """Show the settings in force for PATHS, and where each of them comes from."""
    loaded = settled(Path(*paths[:1]), **options)
    put("".join(f"{printable(line)}\n" for line in _lines(loaded)))


def _lines(loaded: Loaded) -> Iterator[str]:
    yield f"# {loaded.path}" if loaded.path else "# no configuration file"
    entries = [(key, f"{key} = {value}") for key, value in _entries(loaded.settings)]
    column = min(max(len(text) for _, text in entries), WIDEST)
    for key, text in entries:
        yield f"{text:{column}}  # {_origin(key, loaded)}"


def _entries(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield every setting's key and value as the file would have them."""
    yield "level", _string(settings.level)
    yield "user", _user(settings.user)
    for key in ("select", "ignore", "exclude"):
        yield key, _strings(getattr(settings, key))
    for place, user in settings.users.items():
        yield dotted(("users", place)), _user(user)
    for place, stages in settings.targets.items():
        yield dotted(("targets", place)), _strings(stages)
    for image, fact in settings.images.items():
        for key, value in _facts(fact):
            yield dotted(("images", image, key)), value


def _facts(fact: ImageFact) -> Iterator[tuple[str, str]]:
    if fact.user is not None:
        yield "user", _user(fact.user)
    if fact.capabilities is not None:
        yield "capabilities", _strings(fact.capabilities)
    if fact.writable is not None:
        yield "writable", _strings(fact.writable)


def _origin(key: str, loaded: Loaded) -> str:
    return loaded.origins.get(key, "default")


def _user(user: User) -> str:
    return f"{{uid = {user.uid}, gid = {user.gid}, name = {_string(user.name)}}}"


def _strings(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_string, values))}]"


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
