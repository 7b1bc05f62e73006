"""Blocks of a terminal in Markdown: found, run in their scene, and compared with what they show."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.docs.server import clone_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
ANYTHING = "…"
CLONE = "a clone of "

_PIECE = re.compile(
    r"^<!-- (?P<mark>in|file): (?P<name>.+?) -->$"
    r"|^(?P<engine><!-- engine -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ENVIRONMENT = {
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "LC_ALL": "C.UTF-8",
    "GIT_AUTHOR_NAME": "you",
    "GIT_AUTHOR_EMAIL": "you@example.com",
    "GIT_COMMITTER_NAME": "you",
    "GIT_COMMITTER_EMAIL": "you@example.com",
}


@dataclass(frozen=True)
class Block:
    """One block of a terminal, and where its text stands in the page."""

    scene: int
    """Which scene of the page it belongs to, from 0."""
    start: int
    end: int
    text: str
    engine: bool

    @property
    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each command, as it is typed, with what it prints."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, *output = part.split("\n")
            while command.endswith("\\"):
                command += f"\n{output.pop(0)}"
            yield command, "\n".join(output)


@dataclass(frozen=True)
class Scene:
    """A folder that blocks run in: a copy of one of the repository's, or an empty one."""

    source: str
    files: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]

    @property
    def engine(self) -> bool:
        return any(block.engine for block in self.blocks)

    def lay_out(self, folder: Path) -> None:
        if self.source != "an empty folder":
            shutil.copytree(ROOT / self.source.removeprefix(CLONE), folder, dirs_exist_ok=True)
        for name, text in self.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        run("git init -q -b main . && git add -A && git commit -qm start", folder)


def scenes(page: str) -> list[Scene]:
    """Return the scenes of a page with their blocks; a block before the first one is an error."""
    found: list[tuple[str, list[tuple[str, str]], list[Block]]] = []
    named = ""
    for piece in _PIECE.finditer(page):
        if piece["mark"] == "in":
            found.append((piece["name"], [], []))
        elif piece["mark"] == "file":
            named = piece["name"]
        elif named:
            found[-1][1].append((named, piece["text"]))
            named = ""
        elif piece["language"] == "console":
            assert found, f"no scene for:\n{piece['text']}"
            place = piece.start("text"), piece.end("text")
            found[-1][2].append(Block(len(found) - 1, *place, piece["text"], bool(piece["engine"])))
    return [Scene(source, tuple(files), tuple(blocks)) for source, files, blocks in found]


def run(command: str, folder: Path, last: int = 0, more: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Return a command's exit code and all that it prints; `$?` in it is the code of the one before."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", f"shopt -u checkwinsize; (exit {last}); {command}"],
        cwd=folder,
        env={**os.environ, **_ENVIRONMENT, **(more or {}), "PATH": path, "HOME": str(folder.parent)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def performed(scene: Scene, folder: Path) -> Iterator[tuple[Block, str]]:
    """Yield each block of a scene with its text as it is printed."""
    scene.lay_out(folder)
    last = 0
    server = clone_of(folder) if scene.source.startswith(CLONE) else nullcontext(dict[str, str]())
    with server as variables:
        for block in scene.blocks:
            shown = []
            for command, output in block.commands:
                last, printed = run(command.replace("\n> ", "\n"), folder, last, variables)
                shown.append(f"$ {command}\n{output if fits(printed, output) else printed}")
            yield block, "".join(shown)


def fits(printed: str, shown: str) -> bool:
    """Return whether an output is what a page shows, in which `…` on a line stands for any number of lines."""
    parts = [re.escape(part) for part in re.split(rf"^{ANYTHING}\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), printed) is not None


def renewed(page: str, folder: Path, *, engine: bool) -> str:
    """Return a page with the outputs of its blocks as they are printed."""
    for number, scene in reversed(list(enumerate(scenes(page)))):
        if engine or not scene.engine:
            (folder / str(number)).mkdir()
            for block, text in reversed(list(performed(scene, folder / str(number)))):
                page = page[: block.start] + text + page[block.end :]
    return page
