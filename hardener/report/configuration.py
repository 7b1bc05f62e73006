"""Settings in force as a configuration would have them, each with where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path

from hardener.model.settings import ImageFact, Override, Settings, User
from hardener.policy.config import NAME, Loaded, dotted
from hardener.policy.lines import Keys

WIDEST = 48
"""Columns up to which the origins stand below each other."""

_OF_OVERRIDES = ("files", "services", "level", "select", "ignore")


def lines(loaded: Loaded, file: Path | None = None) -> Iterator[str]:
    """Yield a configuration's file, then each key with its value and where that comes from.

    For a `file`, by its absolute path, the overrides about it are laid over the rest.
    """
    yield f"# {loaded.path}" if loaded.path else "# no configuration file"
    if loaded.passed_over:
        yield f"# {loaded.passed_over} has [tool.harden], which does not count: {NAME} beside it goes before it"
    settings = loaded.settings if file is None else loaded.settings.at(file)
    origins = loaded.origins if file is None else {**loaded.origins, **_origins_at(loaded, file)}
    overrides = enumerate(loaded.settings.overrides)
    left = {at: one for at, one in overrides if file is None or (one.services and one.is_in(file))}
    entries = [(key, f"{key} = {value}") for keys, value in _entries(settings, loaded, left) for key in [dotted(keys)]]
    column = min(max(len(text) for _, text in entries), WIDEST)
    for key, text in entries:
        yield f"{text:{column}}  # {origins.get(key, 'default')}"


def _origins_at(loaded: Loaded, file: Path) -> Mapping[str, str]:
    """Return where what overrides say of a file comes from."""
    origins = dict(loaded.origins)
    for at, override in enumerate(loaded.settings.overrides):
        if not override.is_about(file, ""):
            continue
        for key in ("level", "select", "ignore"):
            place = loaded.origins.get(f"overrides[{at}].{key}")
            if place and getattr(override, key) is not None:  # what an option replaces, no override says any more
                before = origins.get(key) if key == "ignore" else None
                origins[key] = f"{before}, {place}" if before else place
    return origins


def _entries(settings: Settings, loaded: Loaded, overrides: Mapping[int, Override]) -> Iterator[tuple[Keys, str]]:
    """Yield every setting's key and value as the file would have them."""
    for key in ("level", "user", "select", "ignore", "exclude", "adr"):
        yield (key,), _value(getattr(settings, key))
    for place, user in settings.users.items():
        yield ("users", place), _value(user)
    for place, stages in settings.targets.items():
        yield ("targets", place), _value(stages)
    for image, fact in settings.images.items():
        yield from ((("images", image, key), value) for key, value in _facts(fact))
    for key, number in asdict(settings.thresholds).items():
        if number is not None:
            yield ("thresholds", key.replace("_", "-")), _value(number)
    for at, override in overrides.items():
        said = ((key, getattr(override, key)) for key in _OF_OVERRIDES)
        yield from ((("overrides", at, key), _value(value)) for key, value in said if value)
    for field in fields(loaded.pull_requests):
        yield ("pr", field.name), _value(getattr(loaded.pull_requests, field.name))


def _facts(fact: ImageFact) -> Iterator[tuple[str, str]]:
    for field in fields(fact):
        value = getattr(fact, field.name)
        if value is not None:
            yield field.name, _value(value)


def _value(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, User):
        return f"{{uid = {value.uid}, gid = {value.gid}, name = {_value(value.name)}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
