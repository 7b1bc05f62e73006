"""What a justified exception is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hardener.model.evidence import Verdict
from hardener.model.exceptions import Accepted, granted, lapsed, over
from hardener.model.finding import Safety

ROOT = Path("/project")
HERE = ROOT / "deploy/compose.yaml"
ANY = Accepted(
    rule="", capability="IPC_LOCK", file="", service="", container="", reason="mlock", adr="docs/adr/1.md",
    until=date(2026, 7, 15), expired=False, root=ROOT, place=".harden/exceptions.yaml:3",
)  # fmt: skip


@pytest.mark.parametrize(
    ("where", "subject", "concerned"),
    [
        ({"service": "web"}, "service web", True),
        ({"service": "web"}, "service web, ADD a /b", True),
        ({"service": "web"}, "service webshop", False),
        ({"service": "web*"}, "service webshop", True),
        ({"service": "*"}, "container app of Pod/web", False),
        ({"service": "*"}, "stage web", False),
        ({"container": "app"}, "container app of Deployment/web", True),
        ({"container": "app"}, "init container app of Deployment/web", True),
        ({"container": "app"}, "container app2 of Deployment/web", False),
        ({"container": "*"}, "Deployment/web", False),
        ({"container": "*"}, "service web", False),
        ({"container": "Deployment/web"}, "Deployment/web", True),
        ({"container": "Deployment/web"}, "container app of Deployment/web", True),
        ({"container": "Deployment/web"}, "container app of Deployment/webshop", False),
        ({"service": "web", "container": "web"}, "container web of Pod/x", True),
        ({"file": "deploy/compose.yaml"}, "stage web", True),
        ({"file": "*.yaml"}, "service web", True),
        ({"file": "compose.yaml"}, "service web", False),
        ({"file": "*.yaml", "service": "web"}, "service db", False),
    ],
)
def test_where(where: dict[str, str], subject: str, concerned: bool) -> None:
    assert replace(ANY, **where).concerns(HERE, subject) is concerned


def test_nothing_outside_of_its_project() -> None:
    assert not replace(ANY, file="*").concerns(Path("/other/deploy/compose.yaml"), "service web")


def test_of_several_the_one_that_lasts_longest_grants() -> None:
    long, short = replace(ANY, service="web"), replace(ANY, service="w*", until=date(2026, 2, 1))
    past = replace(short, expired=True)
    assert granted([long, short, past], HERE, "service web") == {"IPC_LOCK": long}
    assert lapsed([long, past], HERE, "service web") == {}
    assert lapsed([past], HERE, "service web") == {"IPC_LOCK": past}
    assert granted([past, replace(long, rule="compose-user", capability="")], HERE, "service web") == {}


@pytest.mark.parametrize(
    ("verdict", "safety"),
    [
        (Verdict(Safety.SAFE, evidence=("it starts non-root",)), Safety.UNSAFE),
        (Verdict(Safety.SAFE, evidence=("a trial on 2026-03-01 (.harden/images/web.yaml)",)), Safety.SAFE),
        (Verdict(Safety.HELD, "a reason"), Safety.HELD),
    ],
)
def test_what_is_over_is_not_safe_unless_tried(verdict: Verdict, safety: Safety) -> None:
    assert over(verdict, [ANY]).safety is safety
    assert over(verdict, []) is verdict
