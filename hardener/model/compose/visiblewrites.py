"""Where the command of a Compose service visibly writes, as far as its words tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hardener.model.startup.privileges import writes
from hardener.model.startup.shell import Command, script_commands, shell_script

if TYPE_CHECKING:
    from hardener.model.compose.service import Service


def written_by_command(service: Service) -> str:
    """Return the words that write to a place of the image where nothing is mounted; empty where none do."""

    def is_mounted(path: str) -> bool:
        return any(mount.covers(path) and not mount.read_only for mount in service.mounts)

    for command in _started(service):
        words = [word.unquoted for word in command.words]
        need = writes(words, command.redirected, is_mounted)
        if need is not None:
            return need.shown
    return ""


def _started(service: Service) -> Iterator[Command]:
    for key in ("entrypoint", "command"):
        for command in service.commands(key):
            yield command
            yield from script_commands(_script([word.unquoted for word in command.words]))


def _script(words: Sequence[str]) -> str:
    """Return the script that a shell is given behind `-c`, or that stands alone for one that an entrypoint starts."""
    if len(words) == 1 and " " in words[0]:
        return words[0]
    return shell_script(words)
