"""The README shows what `harden trial` and `harden verify` print: the commands of its console block are run here.

`python -m tests.engine.test_readme_trial` writes their output anew.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

from tests.engine.docker import Docker
from tests.engine.lookalikes import make
from tests.engine.running import run, write_tree
from tests.test_readme import README, ROOT

SHOWN = re.compile(r"(<!-- trial -->\n```yaml\n)(?P<compose>.*?)(```\n\n```console\n)(?P<console>.*?)(```)", re.DOTALL)


def console(shown: re.Match[str], folder: Path) -> str:
    """Return the README's console with what its commands print."""
    (folder / ".git").mkdir()
    write_tree(folder, {"compose.yaml": shown["compose"]})
    lines = []
    for line in shown["console"].split("\n"):
        if line.startswith("$ harden "):
            words = [str(folder / word) if word == "compose.yaml" else word for word in shlex.split(line)[2:]]
            lines += [line, run(*words).stdout]
    return "\n".join(part.rstrip("\n") for part in lines) + "\n"


def plain(text: str) -> str:
    """Return printed text without the numbers of processes, and the widths that these give to columns."""
    return re.sub(r" +", " ", re.sub(r"(?<=\()[0-9]+(?=\))|(?<= )[0-9]{2,}(?= )", "PID", text))


def test_the_console_is_what_the_commands_print(docker: Docker, tmp_path: Path) -> None:
    make(docker, "redis:7")
    shown = SHOWN.search(README)
    assert shown is not None
    assert "queue: proven" in shown["console"]
    assert plain(console(shown, tmp_path)) == plain(shown["console"])


def renewed(folder: Path) -> str:
    return SHOWN.sub(lambda shown: f"{shown[1]}{shown[2]}{shown[3]}{console(shown, folder)}{shown[5]}", README)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        (ROOT / "README.md").write_text(renewed(Path(made)), encoding="utf-8")
