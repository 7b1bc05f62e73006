"""What the configuration says of justified exceptions: its table `exceptions`."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from hardener.model.settings import ExceptionRules
from hardener.policy.wrong import WrongError, table_of


def exception_rules(value: object) -> ExceptionRules:
    """Return what the table says. Raises WrongError."""
    known: dict[str, Any] = {"max_days": _days, "adr": _folder}
    return ExceptionRules(**table_of(value, known))


def _days(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise WrongError("expected a number of days, 1 or more")
    return value


def _folder(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongError("expected a folder's path")
    if PurePosixPath(value).is_absolute() or ".." in PurePosixPath(value).parts:
        raise WrongError("expected a path below the folder that holds `.harden`")
    return value
