"""How much is asked for."""

from __future__ import annotations

from hardener.model.settings import Level
from hardener.policy.kinds import Kind
from hardener.policy.wrong import WrongError, hint

_LEVELS = [level.value for level in Level]


def _level(value: object) -> Level:
    if not isinstance(value, str) or value not in _LEVELS:
        near = hint(value, _LEVELS) if isinstance(value, str) else ""
        raise WrongError(f"expected {' or '.join(_LEVELS)}{near}")
    return Level(value)


LEVEL = Kind(_level, {"enum": _LEVELS})
"""A level by its name."""
