"""The README says what is so: its diff is printed, its table is the catalog's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from hardener.rules import catalog

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_diff_is_what_the_sample_gives() -> None:
    shown = re.search(r"```diff\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    command = [sys.executable, "-m", "hardener", "--diff", "--unsafe-fixes", "."]
    printed = subprocess.run(
        command, cwd=ROOT / "samples" / "chatbot", capture_output=True, text=True, check=True
    ).stdout
    assert printed.startswith(shown[1])


def test_the_table_has_every_rule() -> None:
    rows = [f"| `{rule.id}` | {rule.rule.title} | {rule.rule.level} |" for rule in catalog().values()]
    table = "\n".join(["| rule | what it does | level |", "|---|---|---|", *rows])
    shown = re.search(r"<!-- rules -->\n(.*?)\n<!-- /rules -->", README, re.DOTALL)
    assert shown is not None
    assert shown[1] == table
