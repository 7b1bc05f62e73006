"""Rules as people name them: by id, or by the beginning of several ids."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.policy.kinds import Kind, either, names
from hardener.policy.wrong import WrongError, hint
from hardener.rules import catalog, matches


def selection(written: Iterable[str]) -> tuple[str, ...]:
    """Return what is written, each a rule's id or the beginning of one. Raises WrongError with the nearest id."""
    chosen = tuple(written)
    for name in chosen:
        if not any(matches(rule, name) for rule in catalog()):
            raise WrongError(f'no rule is or begins with "{name}"{hint(name, _names())}')
    return chosen


def rules() -> Kind[tuple[str, ...]]:
    """Return the kind of a list of rules, by id or by the beginning of several ids."""
    return names(selection, **either(*sorted(_names()), pattern="^[a-z][a-z0-9-]*$"))


def _names() -> set[str]:
    """Return every id, and every dialect for the sake of a misspelt prefix."""
    return {name for rule, loaded in catalog().items() for name in (rule, loaded.dialect)}
