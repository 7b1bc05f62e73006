"""Code that a command gives to a shell or an interpreter on its command line or as its input."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardener.model.startup.innercommands import STEPS_DOWN
from hardener.model.startup.privileges import base_name
from hardener.model.startup.shell import SHELLS, Command

_INTERPRETER = re.compile(r"(?:python|pypy|node|nodejs|perl|ruby|php|lua|Rscript|deno|bun)[\d.]*")
_VALUED = frozenset({"-o", "+o", "-W", "-X"})
"""Options whose value is the next word."""


def reads_input(command: Command, words: Sequence[str]) -> bool:
    """Whether a command, whose words are these without wrappers, runs what comes through a pipe or a redirection."""
    name = base_name(words[0])
    if not (command.fed or command.before in ("|", "|&")):
        return False
    return (name in SHELLS or _INTERPRETER.fullmatch(name) is not None) and _names_no_code(name, words[1:])


def stepping_down(words: Sequence[str]) -> str:
    """Return what in the code on an interpreter's command line becomes another user, or gives files away; else ""."""
    if _INTERPRETER.fullmatch(base_name(words[0])) is None:
        return ""
    found = STEPS_DOWN.search(" ".join(words[1:]))
    return found[0] if found else ""


def _names_no_code(name: str, arguments: Sequence[str]) -> bool:
    rest = list(arguments)
    while rest and rest[0].startswith(("-", "+")):
        option = rest.pop(0)
        if option == "-" or (name in SHELLS and re.fullmatch(r"-[a-z]*s", option)):
            return True
        if rest and (option in _VALUED or (name in SHELLS and option.endswith("o"))):
            rest.pop(0)
    return not rest
