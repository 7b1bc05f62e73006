"""The word for a change that is not made because it could not be made faithfully."""

from __future__ import annotations

from collections.abc import Sequence

from hardener.text.changes import YamlChange


class RefusedError(Exception):
    """A change cannot be made; says why.

    `refused` names every change that this concerns with its own reason; it is empty where the caller knows which.
    """

    def __init__(self, reason: str, refused: Sequence[tuple[YamlChange, str]] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = tuple(refused)
