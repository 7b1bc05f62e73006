"""The table of evidence: which fix may be applied without asking, which on request, and which not at all.

One place for the whole tool. A rule describes its situation; the first row that matches decides.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from hardener.model.finding import Safety


class Control(StrEnum):
    """What a fix puts in force."""

    USER = "user"
    CAPABILITIES = "capabilities"
    NO_NEW_PRIVILEGES = "no-new-privileges"
    READ_ONLY = "read-only"
    SECCOMP = "seccomp"
    ISOLATION = "isolation"
    """No share in what is the host's: privileges, namespaces, devices, ports."""


class Start(StrEnum):
    """As whom a container's first process starts."""

    NON_ROOT = "non-root"
    ROOT = "root"
    """Stays root, or steps down by itself."""
    UNKNOWN = "unknown"


class Verdict(NamedTuple):
    """Whether a fix may be applied, why not, and what that rests on."""

    safety: Safety
    reason: str = ""
    evidence: tuple[str, ...] = ()


class Situation(NamedTuple):
    """What is known where a control is about to be put in force."""

    control: Control
    start: Start
    proof: str = ""
    """The profile, trial or configuration that says that this control works here."""
    opposite: str = ""
    """The explicit opposite as it stands in the file: `read_only: false`."""
    reasoned: bool = False
    """A comment stands beside the opposite."""
    helper: str = ""
    """A setuid program or one with file capabilities that is known to be used, and that this control would break."""
    mounts: str = ""
    """Writable mounts under which the user's id changes."""
    others: str = ""
    """Where files may belong to others, which root cannot use under this control; the proof does not know of them."""
    unknown: str = ""
    """Why the image is not known."""
    unread: str = ""
    """What of a Dockerfile's start-up could not be read."""
    runs_confined: bool = False
    """A Compose service runs the same image, so Docker's default seccomp profile is in force for it there."""
    start_up_read: str = ""
    """Where a Dockerfile's start-up was read and found to need no root."""
    doubt: str = ""
    """What may stop the program all the same, whatever speaks for the fix: then it is never safe."""


class Row(NamedTuple):
    """One line of the table: its letter, when it applies, and what follows."""

    letter: str
    applies: Callable[[Situation], bool]
    verdict: Callable[[Situation], Verdict]


def decide(situation: Situation) -> Verdict:
    """Return what the first row of the table that matches the situation says."""
    nothing_known = Verdict(Safety.UNSAFE, "nothing is known about what it needs")
    verdict = next((row.verdict(situation) for row in TABLE if row.applies(situation)), nothing_known)
    if situation.doubt and verdict.safety is Safety.SAFE:
        return Verdict(Safety.UNSAFE, situation.doubt)
    return verdict


def _proven_or_unsafe(reason: Callable[[Situation], str]) -> Callable[[Situation], Verdict]:
    def verdict(situation: Situation) -> Verdict:
        if situation.proof:
            return Verdict(Safety.SAFE, evidence=(situation.proof,))
        return Verdict(Safety.UNSAFE, reason(situation))

    return verdict


def _opposite(situation: Situation) -> Verdict:
    if situation.reasoned:
        return Verdict(Safety.UNSAFE, f"`{situation.opposite}` stands there with a comment: a person's decision")
    return _proven_or_unsafe(lambda s: f"`{s.opposite}` stands there: a person's decision")(situation)


def _seccomp_or_unknown(situation: Situation) -> Verdict:
    if situation.unread:
        return Verdict(Safety.HELD, f"whether its start-up needs root is not known: {situation.unread}")
    if situation.control is Control.USER:
        return Verdict(Safety.HELD, f"which id it runs as is not known: {situation.unknown}")
    if situation.control is Control.SECCOMP and situation.runs_confined:
        return Verdict(Safety.SAFE, evidence=("Compose runs the same image under Docker's default seccomp profile",))
    return Verdict(Safety.UNSAFE, f"what it needs is not known: {situation.unknown}")


PRIVILEGES = (Control.CAPABILITIES, Control.NO_NEW_PRIVILEGES)

TABLE = (
    Row(
        "held",
        lambda s: bool(s.helper) and s.control in PRIVILEGES,
        lambda s: Verdict(Safety.HELD, f"{s.helper} is used, and stops working under it"),
    ),
    Row("a", lambda s: bool(s.opposite), _opposite),
    Row(
        "b",
        lambda s: s.control in PRIVILEGES and s.start is Start.NON_ROOT,
        lambda _: Verdict(Safety.SAFE, evidence=("it starts non-root, so its effective capabilities are empty",)),
    ),
    Row(
        "c, files of others",
        lambda s: s.control is Control.CAPABILITIES and s.start is Start.ROOT and bool(s.others),
        lambda s: Verdict(
            Safety.UNSAFE, f"without DAC_OVERRIDE its root may not use files under {s.others} that belong to others"
        ),
    ),
    Row(
        "c",
        lambda s: s.control in PRIVILEGES and s.start is Start.ROOT,
        _proven_or_unsafe(lambda _: "it starts as root, and no profile, trial or configuration says what it needs"),
    ),
    Row(
        "d",
        lambda s: s.control is Control.READ_ONLY,
        _proven_or_unsafe(lambda _: "no profile, trial or configuration says where it writes"),
    ),
    Row(
        "e",
        lambda s: s.control is Control.USER and bool(s.mounts),
        _proven_or_unsafe(lambda s: f"its files under {s.mounts} belong to another user"),
    ),
    Row("f, g", lambda s: bool(s.unknown or s.unread), _seccomp_or_unknown),
    Row(
        "h",
        lambda s: s.control is Control.USER and bool(s.start_up_read),
        lambda s: Verdict(Safety.SAFE, evidence=(s.start_up_read,)),
    ),
    Row(
        "e, without files",
        lambda s: s.control is Control.USER and s.start is Start.ROOT and not s.proof,
        lambda _: Verdict(Safety.UNSAFE, "its image starts as root and steps down by itself"),
    ),
    Row("profile", lambda s: bool(s.proof), lambda s: Verdict(Safety.SAFE, evidence=(s.proof,))),
)
