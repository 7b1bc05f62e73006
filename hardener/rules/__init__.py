"""The rules, one module each: the folder and the module's name make the rule's id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal

from hardener.model.finding import Finding
from hardener.model.settings import Level, Settings


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule module says of itself; everything else is derived from the module."""

    title: str
    """A verb phrase: `drop all capabilities`."""
    level: Literal["baseline", "restricted", "opt-in"]
    references: tuple[str, ...] = ()
    """Pages to read; the controls of frameworks that it bears on are in templates/compliance."""
    caveat: str = ""
    """What may break, and how to tell."""


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule with its id, its documentation and its check."""

    id: str
    rule: Rule
    documentation: str
    check: Callable[[Any, Any], Iterable[Finding]]

    @property
    def dialect(self) -> str:
        """`dockerfile`, `compose`, `kubernetes`, or `project` for what several files say together."""
        return self.id.partition("-")[0]


@cache
def catalog() -> dict[str, LoadedRule]:
    """Return every rule by id, in the order of their ids."""
    found = {}
    for dialect in ("dockerfile", "compose", "kubernetes", "project"):
        package = import_module(f"{__name__}.{dialect}")
        for info in iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{info.name}")
            rule_id = f"{dialect}-{info.name.replace('_', '-')}"
            found[rule_id] = LoadedRule(rule_id, module.RULE, module.__doc__ or "", module.check)
    return dict(sorted(found.items()))


def matches(rule: str, name: str) -> bool:
    """Return whether `name` is the rule's id or the beginning of it."""
    return rule.startswith(name)


def selected(settings: Settings) -> frozenset[str]:
    """Return the ids of the rules that a run applies.

    Without `select` these are the rules of the level and of the levels below; `select` names others too, whatever their
    level. What `ignore` names is left out.
    """
    levels = {"baseline"} if settings.level is Level.BASELINE else {"baseline", "restricted"}
    return frozenset(
        rule
        for rule, loaded in catalog().items()
        if (any(matches(rule, name) for name in settings.select) if settings.select else loaded.rule.level in levels)
        and not any(matches(rule, name) for name in settings.ignore)
    )
