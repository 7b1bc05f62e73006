"""Whether the arguments that a manifest gives an image are for its program, or start another one.

An image's entrypoint is either the program itself, or a script that starts what its arguments say and, by convention,
the program where they begin with an option.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hardener.model.images import ImageName, profile
from hardener.model.privileges import base_name, behind_wrapper
from hardener.model.shell import is_shell, script_commands, shell_script

_ENDINGS = ("", "d", "-server", "-foreground")
"""What makes a server's name of its image's: `postgres`, `mongod`, `redis-server`, `httpd-foreground`."""

_OTHERWISE = {"mariadb": ("mysqld",), "pgvector": ("postgres",), "vault": ("server",), "elasticsearch": ("eswrapper",)}
"""Images whose server is called otherwise, or that take a word of their own for it."""


def starts_another(image: str, arguments: Sequence[str]) -> bool:
    """Return whether the arguments start another program than the image does: a shell, or `pg_dump` in `postgres`."""
    if not arguments or arguments[0].startswith("-"):
        return False
    if is_shell(arguments):
        return True
    known = profile(image)
    name = ImageName.parse(image)
    if known is None or known.base or name is None:
        return False
    if known.entrypoint and not _is_script(known.entrypoint[-1]):
        return False
    return base_name(arguments[0]) not in _servers(name)


def starts_own(image: str, commands: Iterable[Sequence[str]]) -> bool:
    """Return whether one of the commands is the image's own program or entrypoint, or a shell whose script starts it.

    Such a command takes the place of the image's, and needs what that needs, besides what else it does.
    """
    known, name = profile(image), ImageName.parse(image)
    if known is None or known.base or name is None:
        return False
    own = _servers(name) | {base_name(program) for program in (known.entrypoint or ())[-1:]}
    return any(program in own for words in commands for program in _programs(words))


def _programs(words: Sequence[str]) -> Iterator[str]:
    rest = behind_wrapper(words)
    inner = ([word.unquoted for word in command.words] for command in script_commands(shell_script(rest)))
    yield from (base_name(start[0]) for start in (rest, *map(behind_wrapper, inner)) if start)


def _servers(name: ImageName) -> set[str]:
    server = base_name(name.familiar)
    return {server + ending for ending in _ENDINGS} | set(_OTHERWISE.get(server, ()))


def _is_script(program: str) -> bool:
    return program.endswith(".sh") or base_name(program).endswith("entrypoint")
