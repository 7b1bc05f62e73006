"""The README says what is so: its diff is printed, its table is the catalog's.

`python -m tests.test_readme` writes both.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from hardener.rules import catalog

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RENEW = "`python -m tests.test_readme` writes it anew"


def diff(files: int) -> str:
    """Return what the README's command prints about the first so many files of the chatbot."""
    command = [sys.executable, "-m", "hardener", "--diff", "--unsafe-fixes", "."]
    printed = subprocess.run(
        command, cwd=ROOT / "samples" / "chatbot", capture_output=True, text=True, check=True
    ).stdout
    return "".join(re.split(r"^(?=--- a/)", printed, flags=re.MULTILINE)[: files + 1])


def with_diff(readme: str) -> str:
    return re.sub(r"(?<=```diff\n).*?(?=```)", lambda shown: diff(shown[0].count("--- a/")), readme, flags=re.DOTALL)


def test_the_diff_is_what_the_sample_gives() -> None:
    assert "+USER 10001:10001" in README
    assert with_diff(README) == README, RENEW


def table() -> str:
    """Return README.md's table of rules, made from the catalog."""
    rows = [f"| `{rule.id}` | {rule.rule.title} | {rule.rule.level} |" for rule in catalog().values()]
    return "\n".join(["| rule | what it does | level |", "|---|---|---|", *rows])


def with_table(readme: str) -> str:
    return re.sub(r"(?<=<!-- rules -->\n).*?(?=\n<!-- /rules -->)", table(), readme, flags=re.DOTALL)


def test_the_table_has_every_rule() -> None:
    assert with_table(README) == README, RENEW


if __name__ == "__main__":
    (ROOT / "README.md").write_text(with_diff(with_table(README)), encoding="utf-8")
