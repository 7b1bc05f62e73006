"""Measure everything once and print one table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks import corpus
from benchmarks.processes import Command, cheapest

_HARDEN = ("-m", "hardener")
_FILES = 1_000
_LINEAR = 1.5
"""Cost per document or line against that of the smallest size; what is quadratic would be at ten."""


class Measure(NamedTuple):
    """A line of the table."""

    what: str
    value: float
    goal: float
    unit: str = "x"


def main() -> None:
    """Print the table, each line as soon as it is known."""
    print(f"{'measure':<62} {'value':>8}   {'goal':>8}   met")
    with TemporaryDirectory(prefix="harden-benchmark-") as name:
        # an installation has its byte code too, whatever the environment of a developer says
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(name, "bytecode"))
        for measure in _measures(Path(name)):
            value, goal = (f"{number:.1f} {measure.unit}" for number in (measure.value, measure.goal))
            met = "yes" if measure.value <= measure.goal else "no"
            print(f"{measure.what:<62} {value:>8} ≤ {goal:>8}   {met}", flush=True)


def _measures(folder: Path) -> Iterator[Measure]:
    yield _startup(folder)
    yield from _project(folder / "project")
    yield from _linearity(folder, corpus.write_manifest, "manifest.yaml", "documents", (500, 1_000, 2_000, 5_000))
    yield from _linearity(folder, corpus.write_compose, "compose.yaml", "lines", (10_000, 100_000))
    yield from _linearity(folder, corpus.write_dockerfile, "Dockerfile", "lines", (10_000, 100_000))


def _startup(folder: Path) -> Measure:
    harden, python = cheapest([Command(folder, (*_HARDEN, "--version")), Command(folder, ("-c", "pass"))], rounds=20)
    return Measure("`harden --version` : `python -c pass`", harden.seconds / python.seconds, 6)


def _project(folder: Path) -> Iterator[Measure]:
    corpus.write_projects(folder, _FILES)
    diff, parsing = Command(folder, (*_HARDEN, "--diff")), Command(folder, ("-m", "benchmarks.baseline", "."))
    harden, parser = cheapest([diff, parsing], rounds=5)
    yield Measure(f"`harden --diff` : parsing once, {_FILES:,} files", harden.seconds / parser.seconds, 3)
    yield Measure(f"memory of `harden --diff`, {_FILES:,} files", harden.megabytes, 150, "MB")


def _linearity(
    folder: Path, write: Callable[[Path, int], None], name: str, counted: str, sizes: tuple[int, ...]
) -> Iterator[Measure]:
    """Yield the time per unit of each size against that of the first; start-up is taken off."""
    commands = []
    for size in (0, *sizes):
        place = folder / f"{name} of {size}"
        place.mkdir()
        if size:
            write(place / name, size)
        commands.append(Command(place, (*_HARDEN, "--diff")))
    empty, *costs = cheapest(commands, rounds=3)
    first, *others = [(cost.seconds - empty.seconds) / size for cost, size in zip(costs, sizes, strict=True)]
    for size, each in zip(sizes[1:], others, strict=True):
        yield Measure(f"{name}: a {counted[:-1]} of {size:,} : one of {sizes[0]:,}", each / first, _LINEAR)


if __name__ == "__main__":
    main()
