"""Where a Dockerfile shows a secret: in its variables and labels, in its commands, in what it copies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hardener.model import credentials
from hardener.model.startup.shell import Command, run_commands
from hardener.text.source import UnreadableError

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile, Stage
    from hardener.model.project import Project
    from hardener.text.instructions import Instruction

_ASSIGNMENT = re.compile(r"(?:--?)?(?P<name>[A-Za-z_][\w.-]*)=(?P<value>.*)", re.DOTALL)
_OPTION = re.compile(r"--(?:[\w-]+-)?(?:password|passwd|token|secret|api-key)")
_CHPASSWD = re.compile(r"""[\w.-]+:(?P<value>[^\s:$]+)""")


class Exposure(NamedTuple):
    """A secret that stands in the file or gets into a layer."""

    instruction: Instruction
    what: str
    """In words: `DB_PASSWORD`, `a private key`; never the secret itself."""
    copied: bool = False


def in_variables(instruction: Instruction) -> Iterator[Exposure]:
    """Yield the secrets that an ENV, ARG or LABEL sets."""
    words = list(instruction.texts)
    if instruction.keyword == "ENV" and words and "=" not in words[0]:
        words = [f"{words[0]}={instruction.value[len(words[0]) :].strip()}"]
    for word in words:
        name, _, value = word.partition("=")
        if credentials.is_secret(name.strip("\"'"), value):
            yield Exposure(instruction, name)
        elif kind := credentials.literal(value):
            yield Exposure(instruction, f"{kind} in {name}")


def in_commands(instruction: Instruction) -> Iterator[Exposure]:
    """Yield the secrets that a RUN, CMD or ENTRYPOINT or a heredoc says."""
    texts = [instruction.value, *(heredoc.body for heredoc in instruction.heredocs)]
    found = [kind for text in texts if (kind := credentials.literal(text))]
    holds = credentials.is_kept_secret if instruction.keyword == "RUN" else credentials.is_secret
    for heredoc in instruction.heredocs:
        found += (name for name, value in credentials.assignments(heredoc.body) if holds(name, value))
    if instruction.keyword == "RUN":
        found += _assigned(instruction)
        commands = run_commands(instruction)
        found += (what for command in commands for what in _said(command))
        found += (what for pair in pairwise(commands) for what in _piped(*pair))
    yield from (Exposure(instruction, what) for what in dict.fromkeys(found))


def in_copies(project: Project, dockerfile: Dockerfile, stage: Stage) -> Iterator[Exposure]:
    """Yield the files that a stage copies from the build context and that hold a secret, or are there to do so."""
    for copy in stage.copies:
        for source in copy.sources if copy.origin is None else ():
            if source is None or not credentials.is_file_of_secrets(source):
                continue
            if _holds_secret(project, dockerfile, source):
                yield Exposure(copy.instruction, source, copied=True)


def _holds_secret(project: Project, dockerfile: Dockerfile, source: str) -> bool:
    """Whether the file has one; what cannot be read counts by its name."""
    path = Path(project.context_of(dockerfile)) / source.lstrip("/")
    try:
        return credentials.holds_secret(project.reader.read(path).text)
    except (UnreadableError, OSError):
        return True


def _assigned(instruction: Instruction) -> Iterator[str]:
    """Yield the names of `NAME=value` words, options among them."""
    for word in instruction.words() if instruction.json is None else ():
        match = _ASSIGNMENT.fullmatch(word.unquoted) if "=" in word.text else None
        if match is not None and credentials.is_kept_secret(match["name"], match["value"]):
            yield match["name"]


def _said(command: Command) -> Iterator[str]:
    words = command.arguments
    for option, value in pairwise(words):
        if not option.startswith("-"):
            continue
        name = option.lstrip("-")
        if _OPTION.fullmatch(option) and not value.startswith("-") and credentials.is_kept_secret(name, value):
            yield option
        if command.name == "sshpass" and option == "-p" and credentials.is_secret("password", value):
            yield "sshpass -p"


def _piped(command: Command, following: Command) -> Iterator[str]:
    if command.after == "|" and following.name == "chpasswd" and command.name in ("echo", "printf"):
        yield from ("a password for chpasswd" for word in command.arguments if _CHPASSWD.fullmatch(word))
