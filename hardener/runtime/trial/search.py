"""Find why a hardened service fails, with the fewest things taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hardener.runtime.trial.minimal import needed
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import CAPABILITIES, READ_ONLY, USER, Place, Relaxation, changed, granted

UNLIKELY = (
    ("AUDIT_WRITE", "FSETID", "MKNOD", "NET_RAW", "SETFCAP", "SETPCAP", "SYS_CHROOT"),
    ("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"),
)
"""Of the capabilities that Docker grants, those that step-down entrypoints do not use, then those that many do not."""

Works = Callable[[Relaxation], bool]
"""Starts the service with something taken back and returns whether it does all that it did."""


@dataclass(frozen=True, slots=True)
class Search:
    """A service before and after hardening, and how to find out what it needs."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    seen: Observation
    """What it did before."""
    works: Works
    users: Callable[[], Iterable[str]] = tuple
    """Returns as whom it might work, the likeliest first, where the user is the reason."""
    proposed: tuple[str, ...] = ()
    """Controls that are only tried, and were seen to fail with all the others: they are the first to be taken back."""

    def least(self, known: Relaxation = Relaxation()) -> Relaxation | None:  # noqa: B008 - frozen
        """Return the least that must be taken back for it to work; None where not even all of it helps.

        `known` is what an earlier search has found to be needed: it stays. Raises what `works` raises.
        """
        everything = self._all(known)
        if everything is None:
            return None
        certain = everything.controls if len(everything.controls) == 1 else known.controls
        back = self._fewest(everything, certain)
        if USER in back.controls:
            back = replace(back, user=known.user) if known.user else self._as_another_user(back, known.controls)
        if CAPABILITIES in back.controls:
            kept = needed(
                granted(self.before),
                lambda some: self.works(replace(back, capabilities=some)),
                UNLIKELY,
                known.capabilities or (),
            )
            back = replace(back, capabilities=kept)
        return back

    def _all(self, known: Relaxation) -> Relaxation | None:
        """Return all controls taken back, the root still read-only where the places that it wrote to are enough.

        Those that are only proposed are enough where it works with them taken back.
        """
        proposed = known.without(dict.fromkeys((*known.controls, *self.proposed)))
        if self.proposed and self.works(proposed):
            return proposed
        everything = Relaxation(changed(self.before, self.after))
        if READ_ONLY in everything.controls and self.seen.written and "/" not in self.seen.written:
            confined = replace(everything, places=tuple(map(Place.at, self.seen.written)))
            if self.works(confined):
                return confined
        return everything if self.works(everything) else None

    def _fewest(self, back: Relaxation, certain: Collection[str]) -> Relaxation:
        """Return the same with the fewest controls with which it works, given that it works with all of them."""
        return back.without(needed(back.controls, lambda rest: self.works(back.without(rest)), certain=certain))

    def _as_another_user(self, back: Relaxation, certain: Collection[str]) -> Relaxation:
        """Return the same with the first user that it works as, and without what only root needed."""
        others = (replace(back, user=user) for user in self.users())
        found = next((other for other in others if self.works(other)), None)
        return back if found is None else self._fewest(found, (USER, *certain))
