"""Files that name commands, one on a line, for a program that starts them: a Procfile, a crontab."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hardener.model.startup.privileges import base_name

_PROCESS = re.compile(r"[\w-]+:\s*(?P<command>\S.*)")
_JOB = re.compile(r"(?:@\w+|(?:[\d*/,\w-]+\s+){5,7}?)\s*(?P<command>[^\s\d*@#].*)")


class CommandFile(NamedTuple):
    """A file that a program takes its commands from."""

    path: str
    """As it is written."""
    pattern: re.Pattern[str]

    def commands(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the commands of the file's text, each with its line."""
        for number, line in enumerate(text.split("\n"), start=1):
            match = None if line.lstrip().startswith("#") else self.pattern.fullmatch(line.strip())
            if match is not None:
                yield number, match["command"]


def command_file(words: Sequence[str]) -> CommandFile | None:
    """Return the file that a command takes others from; None where it takes none."""
    name = base_name(words[0])
    operands = [word for word in words[1:] if not word.startswith("-")]
    if name in ("honcho", "foreman", "overmind", "hivemind") and (name == "hivemind" or "start" in operands):
        pairs = zip(words, (*words[1:], ""), strict=True)
        path = next((value for option, value in pairs if option in ("-f", "--procfile")), "Procfile")
        return CommandFile(path, _PROCESS)
    if name == "supercronic" and operands:
        return CommandFile(operands[-1], _JOB)
    return None
