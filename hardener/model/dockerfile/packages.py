"""What the commands of a RUN install with the package managers of distributions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hardener.model.dockerfile.stages import Run
from hardener.model.startup.privileges import behind_wrapper
from hardener.model.startup.shell import Command
from hardener.text.instructions import Word

_APT = ("install", "-o --option -t --target-release -c --config-file -a --host-architecture")
_DNF = ("install in", "-c --config --installroot --enablerepo --disablerepo --repo --repoid -x --exclude --setopt")
_MANAGERS = {
    "apt-get": _APT,
    "apt": _APT,
    "aptitude": _APT,
    "apk": ("add", "-t --virtual -X --repository -p --root --arch --keys-dir --cache-dir"),
    "dnf": _DNF,
    "microdnf": _DNF,
    "tdnf": _DNF,
    "yum": _DNF,
    "zypper": _DNF,
}
"""By program: the subcommands that install, and the options whose value is the next word."""

_PINNED = ("=", "<", ">", "~", "@", "/")
"""What parts a package's name from a version, a repository or a release."""


class Installed(NamedTuple):
    """One package in an install command."""

    name: str
    word: Word
    is_only: bool
    """The command installs nothing else."""


def installed(run: Run) -> Iterator[Installed]:
    """Yield the packages that a RUN installs, as far as it names them."""
    for command in run.commands:
        words = [word for word in _operands(command) if not word.text.startswith("$")]
        for word in words:
            yield Installed(_name(word.unquoted), word, len(words) == 1)


def _operands(command: Command) -> tuple[Word, ...]:
    words = command.words[len(command.words) - len(_behind_sudo(command)) :]
    manager = words[0].unquoted.rpartition("/")[2] if words else ""
    if manager not in _MANAGERS:
        return ()
    subcommands, valued = (part.split() for part in _MANAGERS[manager])
    operands: list[Word] = []
    rest = iter(words[1:])
    for word in rest:
        if word.text in valued:
            next(rest, None)
        elif not word.text.startswith("-"):
            operands.append(word)
    return tuple(operands[1:]) if operands and operands[0].text in subcommands else ()


def _behind_sudo(command: Command) -> list[str]:
    words = behind_wrapper([word.unquoted for word in command.words])
    if words and words[0] == "sudo":
        words.pop(0)
        while words and words[0].startswith("-"):
            words.pop(0)
    return words


def _name(word: str) -> str:
    ends = [at for sign in _PINNED if (at := word.find(sign, 1)) > 0]
    return word[: min(ends, default=len(word))]
