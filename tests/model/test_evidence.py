"""The table of evidence, row by row: what follows from a situation, and which row comes first."""

import pytest

from hardener.model.evidence import Control, Situation, Start, decide
from hardener.model.finding import Safety

SAFE, UNSAFE, HELD = Safety.SAFE, Safety.UNSAFE, Safety.HELD
CAPABILITIES, PRIVILEGES, USER = Control.CAPABILITIES, Control.NO_NEW_PRIVILEGES, Control.USER
ROOT, NON_ROOT, UNKNOWN = Start.ROOT, Start.NON_ROOT, Start.UNKNOWN


@pytest.mark.parametrize(
    ("situation", "safety", "words"),
    [
        (Situation(PRIVILEGES, NON_ROOT, helper="sudo", opposite="x"), HELD, "sudo is used"),
        (Situation(Control.READ_ONLY, ROOT, helper="sudo", proof="tried"), SAFE, "tried"),
        (Situation(CAPABILITIES, NON_ROOT, opposite="x: y"), UNSAFE, "`x: y` stands there: a person's"),
        (Situation(CAPABILITIES, NON_ROOT, opposite="x: y", proof="tried"), SAFE, "tried"),
        (Situation(CAPABILITIES, NON_ROOT, opposite="x: y", reasoned=True, proof="tried"), UNSAFE, "with a comment"),
        (Situation(PRIVILEGES, NON_ROOT, unknown="no profile"), SAFE, "starts non-root"),
        (Situation(CAPABILITIES, ROOT, proof="tried", others="/data"), UNSAFE, "DAC_OVERRIDE"),
        (Situation(CAPABILITIES, UNKNOWN, proof="tried", others="/data"), SAFE, "tried"),
        (Situation(PRIVILEGES, ROOT, proof="tried", others="/data"), SAFE, "tried"),
        (Situation(PRIVILEGES, ROOT, unknown="no profile"), UNSAFE, "it starts as root"),
        (Situation(Control.READ_ONLY, NON_ROOT, unknown="no profile"), UNSAFE, "says where it writes"),
        (Situation(USER, ROOT, mounts="/data", start_up_read="read"), UNSAFE, "under /data belong"),
        (Situation(USER, ROOT, mounts="/data", proof="tried"), SAFE, "tried"),
        (Situation(Control.SECCOMP, ROOT, mounts="/data", proof="tried"), SAFE, "tried"),
        (Situation(USER, ROOT, unread="entrypoint.sh", start_up_read="read"), HELD, "needs root is not known"),
        (Situation(USER, UNKNOWN, unknown="no profile", proof="tried"), HELD, "which id it runs as is not known"),
        (Situation(Control.SECCOMP, ROOT, unknown="no profile", runs_confined=True), SAFE, "Compose runs the same"),
        (Situation(Control.SECCOMP, ROOT, unknown="no profile"), UNSAFE, "what it needs is not known"),
        (Situation(PRIVILEGES, UNKNOWN, unknown="no profile", runs_confined=True), UNSAFE, "what it needs"),
        (Situation(USER, ROOT, start_up_read="read"), SAFE, "read"),
        (Situation(Control.SECCOMP, ROOT, start_up_read="read"), UNSAFE, "nothing is known"),
        (Situation(USER, ROOT), UNSAFE, "steps down by itself"),
        (Situation(USER, ROOT, proof="tried"), SAFE, "tried"),
        (Situation(USER, NON_ROOT), UNSAFE, "nothing is known"),
        (Situation(Control.SECCOMP, ROOT), UNSAFE, "nothing is known"),
        (Situation(USER, ROOT, proof="tried", doubt="a port"), UNSAFE, "a port"),
        (Situation(USER, ROOT, unread="entrypoint.sh", doubt="a port"), HELD, "needs root is not known"),
    ],
)
def test_the_first_row_that_matches_decides(situation: Situation, safety: Safety, words: str) -> None:
    verdict = decide(situation)
    assert verdict.safety is safety
    assert words in (verdict.reason or verdict.evidence[0])
    assert bool(verdict.evidence) is (safety is SAFE)
    assert bool(verdict.reason) is (safety is not SAFE)
