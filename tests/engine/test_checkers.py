"""checkov and compose-lint on the samples: what rules cover no longer fails, and nothing fails that did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hardener.engine import Result, State
from hardener.rules import catalog
from tests.conftest import harden, write
from tests.engine.checkers import Failure, checkov, compose_lint
from tests.samples.reading import copy

pytestmark = pytest.mark.engine

COVERED = {
    "CKV_DOCKER_3": "dockerfile-non-root-user",
    "CKV_K8S_16": "kubernetes-no-privileged",
    "CKV_K8S_20": "kubernetes-no-privilege-escalation",
    "CKV_K8S_22": "kubernetes-read-only-root",
    "CKV_K8S_23": "kubernetes-run-as-non-root",
    "CKV_K8S_25": "kubernetes-drop-capabilities",
    "CKV_K8S_28": "kubernetes-drop-capabilities",
    "CKV_K8S_29": "kubernetes-run-as-non-root",
    "CKV_K8S_30": "kubernetes-no-privilege-escalation",
    "CKV_K8S_31": "kubernetes-seccomp",
    "CKV_K8S_37": "kubernetes-drop-capabilities",
    "CL-0003": "compose-no-new-privileges",
    "CL-0006": "compose-drop-capabilities",
    "CL-0007": "compose-read-only",
}
"""The rule that covers a check."""

JUSTIFIED = "Vault locks its memory, and its image profile says so"

OTHERWISE = {
    "CKV2_K8S_6": "a network policy is another object",
    "CKV_DOCKER_2": "a health check is the program's own matter",
    "CKV_K8S_8": "a probe is the program's own matter",
    "CKV_K8S_9": "a probe is the program's own matter",
    "CKV_K8S_10": "how much it needs is not in the files",
    "CKV_K8S_11": "how much it needs is not in the files",
    "CKV_K8S_12": "how much it needs is not in the files",
    "CKV_K8S_13": "how much it needs is not in the files",
    "CKV_K8S_15": "images are named by version; when to pull them is no hardening",
    "CKV_K8S_21": "the namespace comes with `kubectl -n`",
    "CKV_K8S_35": "reported only: where secrets come from is for people to change",
    "CKV_K8S_38": "opt-in: automountServiceAccountToken",
    "CKV_K8S_40": "the samples' documents fix their ids, and images have theirs",
    "CKV_K8S_43": "reported only: a digest cannot be had from the files",
    "CL-0005": "opt-in: the shop's nginx is there to be reached",
    "CL-0019": "reported only: a digest cannot be had from the files",
    "CL-0020": "reported only: where secrets come from is for people to change",
    "CL-0026": "opt-in: how much it needs is not in the files",
    "CL-0029": JUSTIFIED,
}
"""Why no rule that is in force covers a check that fails on the samples."""


HELD = {
    ("CKV_K8S_16", "elasticsearch"): "its init container sets a value of the node's kernel",
    ("CKV_K8S_20", "elasticsearch"): "its init container sets a value of the node's kernel",
    ("CKV_K8S_28", "elasticsearch"): "its init container sets a value of the node's kernel",
    ("CKV_K8S_37", "elasticsearch"): "its init container sets a value of the node's kernel",
    ("CKV_K8S_20", "vault"): "its program has a file capability",
    ("CKV_K8S_23", "vault"): "its entrypoint sets that capability as root",
    ("CKV_K8S_25", "vault"): JUSTIFIED,
    ("CKV_K8S_22", "elasticsearch"): "no volume is mounted where it writes its settings",
    ("CKV_K8S_22", "qdrant"): "no volume is mounted where it keeps snapshots",
    ("CKV_K8S_22", "vault"): "its entrypoint changes its program",
    ("CKV_K8S_23", "qdrant"): "no volume is mounted where it keeps snapshots",
    ("CL-0003", "vault"): "its program has a file capability",
    ("CL-0007", "elasticsearch"): "no volume is mounted where it writes its settings",
    ("CL-0007", "qdrant"): "no volume is mounted where it keeps snapshots",
    ("CL-0007", "vault"): "its entrypoint changes its program",
}
"""Where a covered check still fails: its subject has this word, and harden holds the finding."""


SAMPLES = {"ecommerce": "deploy/docker/compose/production.yml", "chatbot": "compose.yaml"}
"""Each with its Compose file."""


def test_checkers_agree(isolated: Path, record_property: Callable[[str, object], None]) -> None:
    """Both samples in one test: the checkers take longer to install than to run."""
    for sample, compose in SAMPLES.items():
        folder = isolated / sample
        folder.mkdir()
        settings = copy(sample, folder, unsafe_fixes=True)
        before = checkov(folder) | compose_lint(folder, compose)
        write(folder, harden(folder, settings))
        after = checkov(folder) | compose_lint(folder, compose)
        assert after <= before, "a check fails that did not"
        assert {failure.check for failure in before} <= COVERED.keys() | OTHERWISE.keys(), "a check is new here"
        again = harden(folder, settings)
        for failure in after:
            assert failure.check not in COVERED or _is_held(failure, again), failure
        record_property("table", _table(sample, before, after))


def _is_held(failure: Failure, result: Result) -> bool:
    [(word, reason)] = [
        (word, reason) for (check, word), reason in HELD.items() if check == failure.check and word in failure.subject
    ]
    held = (o.finding for o in result.outcomes if o.state is State.HELD)
    return reason == JUSTIFIED or any(one.rule == COVERED[failure.check] and word in one.subject for one in held)


def test_the_rules_that_cover_checks_exist() -> None:
    assert set(COVERED.values()) <= catalog().keys()


def _table(sample: str, before: set[Failure], after: set[Failure]) -> str:
    counts = Counter(failure.check for failure in before), Counter(failure.check for failure in after)
    lines = [f"{sample}: how often a check failed before, how often after, and what covers it"]
    for check in sorted(counts[0]):
        why = COVERED.get(check) or f"not covered: {OTHERWISE[check]}"
        lines.append(f"    {check:12} {counts[0][check]:3} {counts[1][check]:3}  {why}")
        lines += [
            f"                      fails for {failure.subject}: {reason}"
            for failure in sorted(after)
            for (name, word), reason in HELD.items()
            if name == failure.check == check and word in failure.subject
        ]
    return "\n".join(lines)
