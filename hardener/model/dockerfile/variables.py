"""The variables of a Dockerfile: one history of what binds them, and what holds at each moment of it.

A mapping of its own for each instruction would take memory with the square of their number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple, TypeAlias

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What BuildKit takes for PATH where an image says nothing; official images put their own folders in front of it."""


class Binding(NamedTuple):
    """What an instruction makes of a variable."""

    value: str | None
    """None where it is not known."""
    by_env: bool
    """Set by ENV: it stays in the image, and an ARG of the same name has no effect."""
    fixed: bool
    """No build argument can change it."""


_History: TypeAlias = dict[str, list[tuple[int, Binding]]]
"""For each name its bindings, each with its moment, in the order of the file."""


class Variables(Mapping[str, str]):
    """Those with a known value at one moment."""

    __slots__ = ("_extended", "_fixed_only", "_history", "_moment")

    def __init__(self, history: _History | None = None, moment: int = 0, *, fixed_only: bool = False) -> None:
        self._history = {"PATH": [(0, Binding(DEFAULT_PATH, False, True))]} if history is None else history
        self._moment = moment
        self._fixed_only = fixed_only
        self._extended = False

    def after(self, bindings: list[tuple[str, Binding]]) -> Variables:
        """Return what holds after an instruction with these bindings; of two for one name the last counts."""
        history = self._copy() if self._extended else self._history  # of a stage from which two are built
        self._extended = True
        for name, binding in bindings:
            history.setdefault(name, []).append((self._moment + 1, binding))
        return Variables(history, self._moment + 1)

    def fixed(self) -> Variables:
        """Return those that no build argument can change."""
        return Variables(self._history, self._moment, fixed_only=True)

    def binding(self, name: str) -> Binding | None:
        """Return what bound the variable, whether or not its value is known."""
        bindings = self._history.get(name, [])
        last = bisect_right(bindings, self._moment, key=itemgetter(0))
        return bindings[last - 1][1] if last else None

    def __getitem__(self, name: str) -> str:
        binding = self.binding(name)
        if binding is None or binding.value is None or (self._fixed_only and not binding.fixed):
            raise KeyError(name)
        return binding.value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._history if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _copy(self) -> _History:
        now = self._moment
        return {name: [entry for entry in bindings if entry[0] <= now] for name, bindings in self._history.items()}
