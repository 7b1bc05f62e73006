"""The README shows the text of a pull request with the trial of what it changes: that trial runs here.

`python -m tests.engine.test_readme_pull` writes the text anew.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hardener.bot.body import body, with_trial_of
from hardener.bot.trying import tried
from tests.bot.test_readme import SERVICE, sample, shown, with_text
from tests.engine.bases import make_bases
from tests.engine.docker import Docker, client
from tests.test_readme import README, ROOT


def produced(folder: Path) -> str:
    """Return the text with a trial that has just run."""
    hardening, group = sample(folder)
    result = hardening.result(group)
    return body(result, tried(hardening, group, result, lambda _: None).text)


def test_the_trial_is_what_one_shows(docker: Docker, tmp_path: Path) -> None:
    made = produced(tmp_path)
    assert f"- **{SERVICE}**: proven" in made
    assert with_trial_of(shown(), made) == shown()


if __name__ == "__main__":
    path = client()
    if path is None:
        sys.exit("no Docker engine with BuildKit answers here")
    make_bases(Docker(path))
    with tempfile.TemporaryDirectory() as folder:
        (ROOT / "README.md").write_text(with_text(README, produced(Path(folder))), encoding="utf-8")
