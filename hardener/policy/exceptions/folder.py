"""Where the decision records of exceptions are, as the configuration says it."""

from __future__ import annotations

from pathlib import PurePosixPath

from hardener.policy.kinds import TEXT, Kind
from hardener.policy.wrong import WrongError


def adr_folder(value: object) -> str:
    """Return the path of a folder below the project's. Raises WrongError."""
    if not isinstance(value, str) or not value.strip():
        raise WrongError("expected a folder's path")
    if not value.isprintable():
        raise WrongError("expected a path of characters that can be shown")
    if PurePosixPath(value).is_absolute() or ".." in PurePosixPath(value).parts:
        raise WrongError("expected a path below the folder that holds `.harden`")
    return value


FOLDER = Kind(adr_folder, TEXT)
"""A folder below the one that holds `.harden`."""
