"""Calls of the tools that make users and groups, taken apart: options, values, names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hardener.model.dockerfile.stages import Stage
from hardener.model.startup.shell import Command
from hardener.text.instructions import Instruction, Word

VALUED = {
    "useradd": "-u --uid -g --gid -G --groups -d --home-dir --home -s --shell -c --comment -b --base-dir -K --key"
    " -k --skel -e --expiredate -f --inactive -p --password -Z --selinux-user -R --root -P --prefix",
    "groupadd": "-g --gid -K --key -p --password -R --root -P --prefix -U --users",
    "adduser": "-u --uid -g --gid -G --ingroup -h --home -s --shell --gecos --comment -k --conf --firstuid --lastuid",
    "addgroup": "-g --gid --conf",
}
"""The options that take a value. BusyBox' `-g` of adduser is the comment, `-G` the group."""

_SYSTEM = frozenset({"-r", "-S", "--system"})


class Invocation(NamedTuple):
    """One call of an account tool, taken apart."""

    tool: str
    command: Command
    values: Mapping[str, str]
    """Of the options that take one, variables replaced."""
    switches: frozenset[str]
    names: tuple[str, ...]
    """What is not an option: the name, for some calls a group behind it."""
    name_word: Word
    instruction: Instruction

    @property
    def is_long(self) -> bool:
        """Whether it is written with long options."""
        written = [word for word in self.command.arguments if word.startswith("-")]
        return any(word.startswith("--") for word in written) if written else True

    @property
    def is_system(self) -> bool:
        """Whether it makes a system account."""
        return bool(self.switches & _SYSTEM)

    def value(self, options: tuple[str, ...]) -> str | None:
        """Return the value of the first of these options that is given."""
        return next((self.values[option] for option in options if option in self.values), None)


def read_invocation(stage: Stage, instruction: Instruction, command: Command) -> Invocation | str:
    """Return the call taken apart, or why that cannot be done."""
    tool = command.name
    text = " ".join(word.text for word in command.words)
    if not command.always_runs:
        return f"`{text}` does not run in every case"
    valued = VALUED[tool].split()
    values: dict[str, str] = {}
    switches: set[str] = set()
    names: list[tuple[str, Word]] = []
    option = ""
    for word in command.words[1:]:
        plain = _plain(stage, instruction, word)
        if plain is None:
            return f"`{text}` has a variable that a build can change or that is not known"
        if option:
            values[option] = plain
            option = ""
        elif not plain.startswith("-"):
            names.append((plain, word))
        elif plain.startswith("--") and "=" in plain:
            values[plain.partition("=")[0]] = plain.partition("=")[2]
        elif plain in valued:
            option = plain
        else:
            option = _bundled(plain, valued, values, switches)
    if not names or len(names) > 2:
        return f"`{text}` is not understood"
    found = tuple(name for name, _ in names)
    return Invocation(tool, command, values, frozenset(switches), found, names[0][1], instruction)


def _bundled(word: str, valued: list[str], values: dict[str, str], switches: set[str]) -> str:
    """Take `-rmu` or `-u1000` apart; return the option whose value is the next word, else nothing."""
    if word.startswith("--"):
        switches.add(word)
        return ""
    for at, letter in enumerate(word[1:], start=1):
        option = f"-{letter}"
        if option not in valued:
            switches.add(option)
        elif word[at + 1 :]:
            values[option] = word[at + 1 :]
            return ""
        else:
            return option
    return ""


def _plain(stage: Stage, instruction: Instruction, word: Word) -> str | None:
    """Return a word as the shell passes it on; None for what a build argument can change."""
    if "`" in word.text or "$(" in word.text:
        return None
    if "$" not in word.text:
        return word.unquoted
    if not stage.scope_at(instruction).is_fixed(word.text):
        return None
    return stage.expand(word.text, instruction)
