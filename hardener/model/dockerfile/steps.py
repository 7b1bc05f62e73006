"""The commands of a stage's RUNs, each with the folder that it runs in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.places import resolve

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Run, Stage
    from hardener.model.startup.shell import Command
    from hardener.text.instructions import Word

_HIDDEN = re.compile(r"(?<!\$)\{|`|\$\(|^~")
"""Braces, which only some shells expand, substitutions and homes."""

_BLANK = re.compile(r"\s")


class Step(NamedTuple):
    """One command of a RUN."""

    run: Run
    command: Command
    folder: str | None
    """Absolute; None where a `cd` in front of it hides it."""

    @property
    def is_root(self) -> bool:
        """Whether it runs as root, as far as that is known."""
        return self.run.stage.is_root_in(self.run.stage.scope_at(self.run.instruction))

    def path(self, word: Word | str) -> str | None:
        """Return the absolute path, without `/` at its end, that a word names; None where that is not known."""
        text = word if isinstance(word, str) else word.unquoted
        if not text or _HIDDEN.search(text):
            return None
        expanded = self.run.stage.expand(text, self.run.instruction)
        if not expanded or _BLANK.search(expanded):
            return None
        path = resolve(expanded, self.folder)
        return path and (path.rstrip("/") or "/")


def steps(stage: Stage) -> Iterator[Step]:
    """Yield the commands of the RUNs of a stage's whole chain, in order."""
    for run in stage.runs():
        folder = run.stage.scope_at(run.instruction).workdir
        for command in run.commands:
            step = Step(run, command, folder)
            yield step
            if command.name in ("cd", "pushd", "popd"):
                words = command.words[1:]
                certain = command.always_runs and command.name != "popd" and len(words) == 1
                folder = step.path(words[0]) if certain else None
