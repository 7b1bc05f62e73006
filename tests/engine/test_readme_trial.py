"""The README shows what `harden trial` and `harden verify` print: the commands of its console blocks are run here.

`python -m tests.engine.test_readme_trial` writes their output anew.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.engine.bases import make_bases
from tests.engine.docker import Docker, EngineError, client
from tests.engine.lookalikes import LOOKALIKES, make
from tests.engine.running import run, write_tree
from tests.test_readme import README, ROOT

SHOWN = re.compile(r"(<!-- trial -->\n```yaml\n)(?P<compose>.*?)(```\n\n```console\n)(?P<console>.*?)(```)", re.DOTALL)
SHOP = re.compile(r"(<!-- shop -->\n```console\n)(?P<console>.*?)(```)", re.DOTALL)
SAMPLE = "samples/ecommerce"

SERVICES = 20
"""How many the sample has."""

LIMITED = {
    "elasticsearch": "it does not work as it is: it was not started: "
    "the engine may not raise the limit memlock here, as `ulimits` asks",
    "search": "it needs what does not work as it is: elasticsearch",
}
"""What cannot be tried where the engine itself has limits, as it does in a container."""


def console(text: str, folder: Path, *options: str) -> str:
    """Return a console with what its commands print, for the files that lie in a folder."""
    (folder / ".git").mkdir()
    lines = []
    for line in text.split("\n"):
        if line.startswith("$ harden "):
            words = [str(folder / word) if (folder / word).is_file() else word for word in shlex.split(line)[2:]]
            lines += [line, run(*words, *options).stdout]
    return "\n".join(part.rstrip("\n") for part in lines) + "\n"


def queue(shown: re.Match[str], folder: Path) -> str:
    """Return the console of the first example."""
    write_tree(folder, {"compose.yaml": shown["compose"]})
    return console(shown["console"], folder)


def shop(shown: re.Match[str], folder: Path) -> str:
    """Return the console of the sample; it may take longer than anybody would wait."""
    shutil.copytree(ROOT / SAMPLE, folder / SAMPLE)
    return console(shown["console"], folder, "--timeout", "30m")


def plain(text: str) -> str:
    """Return printed text without the numbers of processes, and the widths that these give to columns."""
    return re.sub(r" +", " ", re.sub(r"(?<=\()[0-9]+(?=\))|(?<= )[0-9]{2,}(?= )", "PID", text))


def test_the_console_is_what_the_commands_print(docker: Docker, tmp_path: Path) -> None:
    make(docker, "redis:7")
    shown = SHOWN.search(README)
    assert shown is not None
    assert "queue: proven" in shown["console"]
    assert plain(queue(shown, tmp_path)) == plain(shown["console"])


def test_the_shop_is_proven_as_the_readme_shows(docker: Docker, tmp_path: Path) -> None:
    """Each service of the sample that starts here; of each other one there is the reason."""
    make_all(docker)
    shown = SHOP.search(README)
    assert shown is not None
    printed, expected = by_service(shop(shown, tmp_path)), by_service(shown["console"])
    assert len(expected) == SERVICES
    limited = is_limited(docker)
    for name, lines in printed.items():
        if limited and name in LIMITED:
            assert lines[-1] == f"{name}: not tried ({LIMITED[name]})"
        else:
            assert any(line.startswith(f"{name}: proven") for line in lines), lines
    unlike = () if limited else LIMITED
    assert {name: printed[name] for name in printed if name not in unlike} == {
        name: expected[name] for name in expected if name not in unlike
    }


def by_service(printed: str) -> dict[str, list[str]]:
    """Return a trial's lines by the service that they are about, with one space between words.

    Why one was proven at the second go only is left out: on a machine that is busy it may have been late at the first.
    """
    found: dict[str, list[str]] = {}
    name = ""
    for line in printed.split("\n"):
        start = re.match(r"([a-z-]+)(?: +before|:) ", line)
        name = start[1] if start else name if line.startswith(" ") else ""
        if name:
            found.setdefault(name, []).append(re.sub(r"(: proven) \(.*", r"\1", " ".join(line.split())))
    return found


def make_all(docker: Docker) -> None:
    """Make the images that the sample names."""
    for image in LOOKALIKES:
        make(docker, image)


def is_limited(docker: Docker) -> bool:
    """Whether the engine cannot give what the sample asks for under `ulimits`."""
    try:
        docker("run", "--rm", "--label", docker.label, "--ulimit", "memlock=-1:-1", "alpine:3.20", "true")
    except EngineError:
        return True
    return False


def renewed(part: re.Pattern[str], printed: Callable[[re.Match[str], Path], str], readme: str) -> str:
    """Return the README with what a console's commands print now."""

    def written(shown: re.Match[str]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            return shown[0].replace(shown["console"], printed(shown, Path(folder)))

    return part.sub(written, readme)


if __name__ == "__main__":
    path = client()
    if path is None:
        sys.exit("no Docker engine with BuildKit answers here")
    make_bases(Docker(path))
    make_all(Docker(path))
    (ROOT / "README.md").write_text(renewed(SHOP, shop, renewed(SHOWN, queue, README)), encoding="utf-8")
