"""The README shows the text of a pull request as it is produced for a service of samples/ecommerce.

`python -m tests.bot.test_readme` writes it anew but for its trial, `python -m tests.engine.test_readme_pull` all of it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from hardener.bot.body import NOT_RUN, body, with_trial_of
from hardener.bot.groups import Group, Grouping, groups_of
from hardener.bot.hardening import Hardening
from tests.test_readme import README, ROOT

SERVICE = "api-gateway"
SHOWN = re.compile(r"(?<=<!-- pull request -->\n````markdown\n).*?(?=````\n)", re.DOTALL)


def sample(folder: Path) -> tuple[Hardening, Group]:
    """Lay the sample out in a folder and return the pull request's group."""
    root = folder.resolve() / "ecommerce"
    shutil.copytree(ROOT / "samples" / "ecommerce", root)
    (root / ".git").mkdir()
    hardening = Hardening(root)
    groups = groups_of(hardening.whole.outcomes, Grouping.SERVICE)
    return hardening, next(group for group in groups if group.name == SERVICE)


def text(folder: Path, trial: str = "") -> str:
    hardening, group = sample(folder)
    return body(hardening.result(group), trial)


def shown() -> str:
    found = SHOWN.search(README)
    assert found
    return found[0]


def test_the_text_is_what_the_sample_gives(tmp_path: Path) -> None:
    assert with_trial_of(text(tmp_path), shown()) == shown(), "`python -m tests.bot.test_readme` writes it anew"


def test_it_shows_a_trial() -> None:
    assert NOT_RUN not in shown()
    assert re.search(rf"^\| {SERVICE} \| before \| .*\n\|  \| after \| ", shown(), re.MULTILINE)
    assert f"- **{SERVICE}**: proven" in shown()


def with_text(readme: str, made: str) -> str:
    return SHOWN.sub(lambda _: made, readme)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        (ROOT / "README.md").write_text(with_text(README, with_trial_of(text(Path(folder)), shown())), encoding="utf-8")
