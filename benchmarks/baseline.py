"""Read the files of a folder and parse ours once, each with harden's own parser, and do nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.corpus import OURS
from hardener.text import instructions, yamltree


def main(folder: Path) -> None:
    """Look at every file below the folder; what is none of ours is read but not parsed."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        text = path.read_bytes().decode()
        if OURS in path.parts:
            parse = instructions.parse if path.name == "Dockerfile" else yamltree.parse
            parse(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
