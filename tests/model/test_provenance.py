"""Each fix by a profile says how its facts are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardener.model.evidence import Control, decide
from hardener.model.images.profiles import Evidence, Image, profile
from hardener.model.images.provenance import provenance
from hardener.model.program import profiled

PAGE = "https://example.com/Dockerfile"
TRIED = "tests/engine/lookalikes/thing"
IMAGE = Image(name="thing", base=False, family="none")


def known(*entries: tuple[str, str]) -> Image:
    return replace(IMAGE, evidence=tuple(Evidence((fact,), source, None, "") for fact, source in entries))


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (known(), ""),
        (known(("ports", PAGE)), ""),
        (known(("read_only", PAGE)), f" (read_only: public sources only, {PAGE})"),
        (known(("read_only", PAGE), ("read_only", TRIED)), f" (read_only: a trial on {TRIED}, {PAGE})"),
        (
            known(("read_only", TRIED), ("writable", PAGE)),
            f" (read_only: a trial on {TRIED}; writable: public sources only, {PAGE})",
        ),
        (known(("read_only", "our runbook")), " (read_only: our runbook)"),
    ],
)
def test_what_is_tried_and_what_is_told_are_kept_apart(image: Image, said: str) -> None:
    assert provenance(image, ("read_only", "writable")) == said


def test_a_proof_says_of_its_own_facts_how_they_are_known() -> None:
    image = profile("redis:7")
    assert image is not None
    proofs = profiled(image).proofs
    assert proofs[Control.CAPABILITIES].startswith("image profile redis (capabilities: public sources only, https://")
    assert "no_new_privileges: a trial on tests/engine/lookalikes/redis, https://" in proofs[Control.NO_NEW_PRIVILEGES]
    assert "writable: a trial on tests/engine/lookalikes/redis, https://" in proofs[Control.READ_ONLY]


def test_as_whom_it_starts_has_a_source_too() -> None:
    image = profile("haproxy:3.0")
    assert image is not None
    [evidence] = decide(profiled(image).situation(Control.USER)).evidence
    assert evidence.startswith("image profile haproxy (default_user: public sources only, https://")
