"""Frameworks of controls, and which rules bear on each control: the files in templates/compliance, and what they mean.

A file has `name` (short, for references), `title`, `version`, `date` (where a public source tells it), `url`, `about`
(the dialects without which none of its controls applies), `scope`, `sources` and `controls`. A control has

- `id` and `title` as the framework has them, and `aliases`: its number in other versions, by version,
- `rules`: those that bear on it. `- rule: word` counts only findings whose message has a word that begins so,
- `verify`: rules whose checks in `harden verify` are evidence for it, besides those of `rules`,
- `decides`: how far the rules decide it, see `Decides`; `why` says what they leave open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hardener import templates
from hardener.model.detect import Dialect
from hardener.policy.wrong import WrongError, at, mapping_of, strings, table_of
from hardener.rules import LoadedRule, catalog
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse


class FrameworkError(Exception):
    """A file of templates/compliance cannot be used."""


class Decides(StrEnum):
    """What it means for a control that its rules find nothing."""

    WHOLE = "whole"
    """It is met."""
    PART = "part"
    """The part of it that files show is met."""
    VIOLATIONS = "violations"
    """Nothing: files can show that it is violated, not that it is met."""
    NOTHING = "nothing"
    """Nothing, and what they find does not violate it either: files do not decide it."""
    UNCHECKED = "unchecked"
    """Nothing: files could tell, but no rule looks, or none that asks for just this."""


class Bearing(NamedTuple):
    """A rule that bears on a control."""

    rule: str
    says: tuple[str, ...] = ()
    """Beginnings of words of which a finding's message must have one to count; empty counts every finding."""

    def counts(self, message: str) -> bool:
        """Return whether a finding with this message is about the control."""
        return not self.says or any(re.search(rf"(?<!\w){re.escape(word)}", message) for word in self.says)


class Source(NamedTuple):
    """Where numbers and titles were read."""

    url: str
    read: str
    """The day, as YYYY-MM-DD."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """One requirement of a framework."""

    id: str
    title: str
    decides: Decides
    why: str = ""
    """What files leave open; empty where they decide the whole."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Bearing, ...] = ()
    verify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework with the controls that container files have to do with."""

    key: str
    """The name of its file without `.yaml`: how `--framework` names it."""
    name: str
    title: str
    version: str
    url: str
    about: frozenset[str]
    scope: str
    sources: tuple[Source, ...]
    controls: tuple[Control, ...]
    date: str = ""
    """When this version was published, as YYYY-MM-DD; empty where no source tells it."""


@cache
def frameworks() -> Mapping[str, Framework]:
    """Return every framework by key, in the order of the keys. Raises FrameworkError."""
    files = sorted((templates.folder() / "compliance").glob("*.yaml"))
    return {file.stem: read(file) for file in files}


@cache
def controls_of(rule: str) -> tuple[str, ...]:
    """Return the controls that a rule bears on, as `NAME VERSION: ID TITLE`. Raises FrameworkError."""
    return tuple(
        f"{framework.name} {framework.version}: {control.id} {control.title}"
        for framework in frameworks().values()
        for control in framework.controls
        if any(bearing.rule == rule for bearing in control.rules)
    )


def references(rule: LoadedRule) -> tuple[str, ...]:
    """Return the controls that a rule bears on, and the pages that it names. Raises FrameworkError."""
    return (*controls_of(rule.id), *rule.rule.references)


def read(file: Path) -> Framework:
    """Return the framework in a file. Raises FrameworkError."""
    try:
        table = table_of(to_python(parse(file.read_text(encoding="utf-8")).root(0)), _FRAMEWORK)
        _needs(table, "name", "title", "version", "url", "about", "scope", "sources", "controls")
        _once([control.id for control in table["controls"]])
    except WrongError as wrong:
        place = "".join(f"{key}: " for key in wrong.keys)
        raise FrameworkError(f"{file.name}: {place}{wrong.message}") from None
    except (UnparsableError, OSError, ValueError) as error:
        raise FrameworkError(f"{file.name}: {error}") from None
    return Framework(key=file.stem, **table)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongError("expected text")
    return value


def _list_of(reader: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    def read_list(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise WrongError("expected a list")
        return tuple(at(str(number), reader, item) for number, item in enumerate(value, 1))

    return read_list


def _rule(value: object) -> str:
    name = _text(value)
    if name not in catalog():
        raise WrongError(f'there is no rule "{name}"')
    return name


def _bearing(value: object) -> Bearing:
    if not isinstance(value, dict):
        return Bearing(_rule(value))
    if len(value) != 1:
        raise WrongError("expected one rule with its words")
    [(rule, words)] = value.items()
    return Bearing(_rule(rule), strings(words if isinstance(words, list) else [words]))


def _dialects(value: object) -> frozenset[str]:
    return frozenset(_choice(Dialect)(name) for name in strings(value))


def _choice(kind: type[StrEnum]) -> Callable[[object], Any]:
    def read_choice(value: object) -> StrEnum:
        try:
            return kind(_text(value))
        except ValueError:
            raise WrongError(f"expected one of {', '.join(kind)}") from None

    return read_choice


def _control(value: object) -> Control:
    table = table_of(value, _CONTROL)
    _needs(table, "id", "title", "decides")
    control = Control(**table)
    if (control.decides is Decides.WHOLE) == bool(control.why):
        raise WrongError(f"{control.id}: `why` says what files leave open, where they do", "why")
    if control.decides not in (Decides.NOTHING, Decides.UNCHECKED) and not control.rules:
        raise WrongError(f"{control.id}: without a rule files decide nothing", "rules")
    return control


def _source(value: object) -> Source:
    table = table_of(value, {"url": _text, "read": _text, "note": _text})
    _needs(table, "url", "read")
    return Source(**table)


def _needs(table: Mapping[str, object], *keys: str) -> None:
    for key in keys:
        if key not in table:
            raise WrongError(f"`{key}` is missing")


def _once(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise WrongError(f"{name} stands there twice", "controls")


_CONTROL: Mapping[str, Callable[[object], Any]] = {
    "id": _text,
    "title": _text,
    "decides": _choice(Decides),
    "why": _text,
    "aliases": lambda value: mapping_of(value, _text),
    "rules": _list_of(_bearing),
    "verify": _list_of(_rule),
}
_FRAMEWORK: Mapping[str, Callable[[object], Any]] = {
    "name": _text,
    "title": _text,
    "version": _text,
    "date": _text,
    "url": _text,
    "about": _dialects,
    "scope": _text,
    "sources": _list_of(_source),
    "controls": _list_of(_control),
}
