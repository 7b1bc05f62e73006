"""Rules as people name them: by id, or by the beginning of several ids."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.policy.wrong import WrongError, hint
from hardener.rules import catalog, matches


def selection(names: Iterable[str]) -> tuple[str, ...]:
    """Return `names`, each of which is a rule's id or begins one. Raises WrongError with the nearest id."""
    chosen = tuple(names)
    for name in chosen:
        if not any(matches(rule, name) for rule in catalog()):
            raise WrongError(f'no rule is or begins with "{name}"{hint(name, _names())}')
    return chosen


def _names() -> set[str]:
    """Return every id, and every dialect for the sake of a misspelt prefix."""
    return {name for rule, loaded in catalog().items() for name in (rule, loaded.dialect)}
