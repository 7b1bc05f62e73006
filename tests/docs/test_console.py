"""Every command that the documentation shows prints what it shows; those that need an engine are in tests/engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.console import PAGES, Scene, fits, performed, scenes
from tests.docs.screenshots import PICTURES, SHOWN, picture

PLAIN = [
    pytest.param(scene, id=f"{page.name}-{number}")
    for page in PAGES
    for number, scene in enumerate(scenes(page.read_text(encoding="utf-8")))
    if not scene.engine and scene.blocks
]


@pytest.mark.parametrize("scene", PLAIN)
def test_commands_print_what_is_shown(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for block, printed in performed(scene, folder):
        assert printed == block.text, "`python -m tests.docs` writes it anew"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_what_is_shown_on_a_terminal_is_run(page: Path) -> None:
    loose = re.findall(r"^```(?:sh|bash|shell)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert not loose, "write it as ```console, with what it prints"


def test_dots_stand_for_lines() -> None:
    assert fits("a\nb\nc\n", "a\n…\nc\n")
    assert fits("a\nc\n", "a\n…\nc\n")
    assert fits("a\n", "a\n…\n")
    assert not fits("a\nb\n", "a\n")
    assert not fits("a\nb\n", "a\n…\nc\n")


@pytest.mark.parametrize("name", SHOWN)
def test_pictures_show_what_is_printed(name: str) -> None:
    assert (PICTURES / f"{name}.svg").read_text(encoding="utf-8") == picture(name), (
        "`python -m tests.docs.screenshots` makes it anew"
    )
