"""Find why a hardened service fails, with the fewest things taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
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


def relaxation_of(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    seen: Observation,
    works: Works,
    known: Relaxation = Relaxation(),  # noqa: B008 - frozen
) -> Relaxation | None:
    """Return the least that must be taken back for the service to work; None where not even all of it helps.

    `seen` is what it did before hardening; `known` is what an earlier search has found to be needed: it stays. Raises
    what `works` raises.
    """
    everything = _all(before, after, seen, works)
    if everything is None:
        return None
    controls = needed(everything.controls, lambda rest: works(everything.without(rest)), certain=known.controls)
    back = everything.without(controls)
    if USER in back.controls:
        back = replace(back, user=known.user) if known.user else _as_another_user(back, seen, works)
    if CAPABILITIES in back.controls:
        kept = needed(
            granted(before), lambda some: works(replace(back, capabilities=some)), UNLIKELY, known.capabilities or ()
        )
        back = replace(back, capabilities=kept)
    return back


def _all(before: Mapping[str, Any], after: Mapping[str, Any], seen: Observation, works: Works) -> Relaxation | None:
    """Return all controls taken back, the root still read-only where the places that it wrote to are enough."""
    everything = Relaxation(changed(before, after))
    if READ_ONLY in everything.controls and seen.written and "/" not in seen.written:
        confined = replace(everything, places=tuple(map(Place.at, seen.written)))
        if works(confined):
            return confined
    return everything if works(everything) else None


def _as_another_user(back: Relaxation, seen: Observation, works: Works) -> Relaxation:
    """Return the same with a user that its own processes had, where it works as that from the start."""
    others = {f"{process.uid}:{process.gid}" for process in seen.processes if process.uid}
    for user in sorted(others):
        tried = replace(back, user=user)
        if works(tried):
            return tried
    return back
