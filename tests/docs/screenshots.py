"""Pictures of a terminal for the README: `python -m tests.docs.screenshots` makes them from what is printed."""

from __future__ import annotations

import re
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT  # rich has no public name for the default
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from tests.docs.console import ROOT, Scene, run

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 100
SHOWN = {
    "overview": ("samples/ecommerce", "harden"),
    "findings": ("samples/chatbot", "harden compose.yaml"),
}
"""By the picture's name: a folder, and what is printed in it."""

_LAYOUT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""rich's own, without its fonts."""


def picture(name: str) -> str:
    """Return a picture as SVG, without fonts from a network."""
    source, command = SHOWN[name]
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "project"
        folder.mkdir()
        Scene(source, (), ()).lay_out(folder)
        _, printed = run(f"{command} --color always", folder)
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"$ {command}\n{printed}"))
    return console.export_svg(title=command, theme=DIMMED_MONOKAI, code_format=_LAYOUT, unique_id=f"harden-{name}")


if __name__ == "__main__":
    for name in SHOWN:
        (PICTURES / f"{name}.svg").write_text(picture(name), encoding="utf-8")
