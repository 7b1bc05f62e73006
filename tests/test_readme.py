"""The README says what is so: its diff is printed, its table is the catalog's.

`python -m tests.test_readme` writes the table.
"""

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


def table() -> str:
    """Return README.md's table of rules, made from the catalog."""
    rows = [f"| `{rule.id}` | {rule.rule.title} | {rule.rule.level} |" for rule in catalog().values()]
    return "\n".join(["| rule | what it does | level |", "|---|---|---|", *rows])


def with_table(readme: str) -> str:
    return re.sub(r"(?<=<!-- rules -->\n).*?(?=\n<!-- /rules -->)", table(), readme, flags=re.DOTALL)


def test_the_table_has_every_rule() -> None:
    assert with_table(README) == README, "run `python -m tests.test_readme`, which writes the table"


if __name__ == "__main__":
    (ROOT / "README.md").write_text(with_table(README), encoding="utf-8")
