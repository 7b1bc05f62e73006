"""Whether the arguments that a manifest gives an image are for its program, or start another one.

An image's entrypoint is either the program itself, or a script that starts what its arguments say and, by convention,
the program where they begin with an option.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hardener.model.images.profiles import Image, ImageName, profile
from hardener.model.startup.privileges import base_name, behind_wrapper
from hardener.model.startup.shell import is_shell, script_commands, shell_script

_ENDINGS = ("", "d", "-server", "-foreground")
"""What makes a server's name of its image's: `postgres`, `mongod`, `redis-server`, `httpd-foreground`."""

_OTHERWISE = {
    "mariadb": ("mysqld",),
    "pgvector": ("postgres",),
    "vault": ("server",),
    "elasticsearch": ("eswrapper",),
    "php": ("php-fpm", "apache2-foreground"),
}
"""Images whose server is called otherwise, or that take a word of their own for it."""


def starts_another(image: str, arguments: Sequence[str]) -> bool:
    """Return whether the arguments start another program than the image does: a shell, or `pg_dump` in `postgres`."""
    if not arguments or arguments[0].startswith("-"):
        return False
    if is_shell(arguments):
        return True
    known = profile(image)
    name = ImageName.parse(image)
    if known is None or name is None or _starts_nothing(known):
        return False
    if known.entrypoint and not _is_script(known.entrypoint[-1]):
        return False
    return base_name(arguments[0]) not in _servers(known, name)


def starts_own(image: str, commands: Iterable[Sequence[str]]) -> bool:
    """Return whether one of the commands is the image's own program or entrypoint, or a shell whose script starts it.

    Such a command takes the place of the image's, and needs what that needs, besides what else it does.
    """
    known, name = profile(image), ImageName.parse(image)
    if known is None or name is None or _starts_nothing(known):
        return False
    own = _servers(known, name) | {base_name(program) for program in (known.entrypoint or ())[-1:]}
    return any(program in own for words in commands for program in _programs(words))


def servers(reference: str) -> set[str]:
    """Return the names under which arguments start an image's own server; none where nothing is known of it."""
    known, name = profile(reference), ImageName.parse(reference)
    return set() if known is None or name is None else _servers(known, name)


def _programs(words: Sequence[str]) -> Iterator[str]:
    rest = behind_wrapper(words)
    inner = ([word.unquoted for word in command.words] for command in script_commands(shell_script(rest)))
    yield from (base_name(start[0]) for start in (rest, *map(behind_wrapper, inner)) if start)


def _starts_nothing(image: Image) -> bool:
    """Whether it is a base that has no server: what a manifest starts takes nothing's place."""
    return image.base and image.starts is None


def _servers(image: Image, name: ImageName) -> set[str]:
    server = base_name(name.familiar)
    otherwise = set(_OTHERWISE.get(server, ()))
    return otherwise if image.base else otherwise | {server + ending for ending in _ENDINGS}


def _is_script(program: str) -> bool:
    return program.endswith(".sh") or base_name(program).endswith("entrypoint")
