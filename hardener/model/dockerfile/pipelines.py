"""Programs that are fetched from the network and run at once: `curl … | sh` and what amounts to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hardener.model.startup.entry import commands_of
from hardener.model.startup.privileges import base_name, behind_wrapper
from hardener.model.startup.shell import SHELLS, Command, run_commands, script_commands, substituted
from hardener.text.instructions import Instruction

_FETCHERS = frozenset({"curl", "wget", "fetch", "aria2c", "http", "https", "lwp-request"})
_ALL_SHELLS = SHELLS | {"zsh", "ksh", "fish", "pwsh", "powershell"}
_INTERPRETER = re.compile(r"(?:python|perl|ruby|node|nodejs|php|lua)[\d.]*|" + "|".join(sorted(_ALL_SHELLS)))
_INLINE = re.compile(r"-[a-zA-Z]*[cermnp]|--(?:command|eval|print|version|help)")
"""Options with which an interpreter takes its program from the command line and reads data."""

_SUBSTITUTED = re.compile(
    r"""(?<![\w/.-])(?:(?:/\S*/)?(?:ba|da|a|z|k)?sh|source|\.|python[\d.]*)(?:[ ]+-\S+)*[ ]+
        <\([ ]*(?:sudo[ ]+)?(?P<fetch>(?:curl|wget)\b[^)]*)\)""",
    re.VERBOSE,
)
"""`bash <(curl …)`."""

_URL = re.compile(r"""https?://[^\s"'`|;&)]+""")


class Fetched(NamedTuple):
    """A program that is fetched and run."""

    url: str
    """Where it comes from, as it is written; the name of what fetches it where no address stands there."""
    interpreter: str


def fetched(instruction: Instruction) -> Iterator[Fetched]:
    """Yield the programs that a RUN, CMD or ENTRYPOINT fetches and runs."""
    if instruction.keyword not in ("RUN", "CMD", "ENTRYPOINT"):
        return
    commands = run_commands(instruction) if instruction.keyword == "RUN" else commands_of(instruction)
    yield from _in_commands(commands)
    for text in (instruction.value, *(heredoc.body for heredoc in instruction.heredocs)):
        for match in _SUBSTITUTED.finditer(text):
            yield Fetched(_source(match["fetch"], "curl"), base_name(match[0].split()[0]))


def _in_commands(commands: Iterable[Command]) -> Iterator[Fetched]:
    source = ""
    for command in commands:
        words = _behind_sudo([word.unquoted for word in command.words])
        if command.before not in ("|", "|&"):
            source = ""
        name = base_name(words[0]) if words else ""
        if source and _reads_its_program(name, words[1:]):
            yield Fetched(source, name)
        if name in _FETCHERS:
            source = _source(" ".join(words), name)
        if name in _ALL_SHELLS or name == "eval":
            yield from _in_arguments(command, name)


def _in_arguments(command: Command, name: str) -> Iterator[Fetched]:
    """Yield what `sh -c "$(curl …)"`, `eval "$(curl …)"` and `sh -c "curl … | sh"` run."""
    words = [word.unquoted for word in command.words]
    if name != "eval" and not any(re.fullmatch(r"-[a-z]*c", word) for word in words):
        return
    for word in command.words[1:]:
        if word.text.lstrip("\"'").startswith(("$(", "`")):
            for inner in substituted(word):
                if inner.name in _FETCHERS:
                    yield Fetched(_source(" ".join(part.unquoted for part in inner.words), inner.name), name)
        elif " " in word.unquoted:
            yield from _in_commands(script_commands(word.unquoted))


def _reads_its_program(name: str, arguments: list[str]) -> bool:
    """Whether an interpreter with these arguments runs what comes through its standard input."""
    if _INTERPRETER.fullmatch(name) is None:
        return False
    for argument in arguments:
        if argument in ("-", "-s", "--", "/dev/stdin"):
            return True
        if name not in _ALL_SHELLS and (_INLINE.match(argument) or not argument.startswith("-")):
            return False
        if name in _ALL_SHELLS and re.fullmatch(r"-[a-z]*c", argument):
            return False
        if name in _ALL_SHELLS and re.fullmatch(r"-[a-z]*s[a-z]*", argument):
            return True
        if not argument.startswith(("-", "+")):
            return False
    return True


def _behind_sudo(words: list[str]) -> list[str]:
    rest = behind_wrapper(words)
    if rest and base_name(rest[0]) == "sudo":
        rest.pop(0)
        while rest and (rest[0].startswith("-") or "=" in rest[0]):
            rest.pop(0)
        rest = behind_wrapper(rest)
    return rest


def _source(command: str, name: str) -> str:
    match = _URL.search(command)
    return match[0] if match else name
