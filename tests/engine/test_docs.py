"""What the documentation shows of commands that need an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.console import PAGES, Scene, performed, scenes
from tests.engine.docker import Docker

SCENES = [
    pytest.param(scene, id=f"{page.name}-{number}")
    for page in PAGES
    for number, scene in enumerate(scenes(page.read_text(encoding="utf-8")))
    if scene.engine
]


@pytest.mark.parametrize("scene", SCENES)
def test_commands_print_what_is_shown(docker: Docker, scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for block, printed in performed(scene, folder):
        assert printed == block.text, "`python -m tests.docs --engine` writes it anew"
