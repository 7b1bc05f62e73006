"""Files to leave out, as people name them: gitignore patterns."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.policy.kinds import names
from hardener.policy.wrong import WrongError
from hardener.text.ignore import excluded_by


def exclusion(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return `patterns`, each of which is a gitignore pattern. Raises WrongError."""
    chosen = tuple(patterns)
    for pattern in chosen:
        try:
            excluded_by("/", [pattern])
        except ValueError:
            raise WrongError(f'"{pattern}" is no gitignore pattern') from None
    return chosen


PATTERNS = names(exclusion)
"""A list of gitignore patterns."""
