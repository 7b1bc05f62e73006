"""Whether the arguments that a manifest gives an image are for its program, or start another one.

An image's entrypoint is either the program itself, or a script that starts what its arguments say and, by convention,
the program where they begin with an option.
"""

from __future__ import annotations

from collections.abc import Sequence

from hardener.model.images import ImageName, profile
from hardener.model.privileges import base_name
from hardener.model.shell import is_shell

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
    server = base_name(name.familiar)
    names = {server + ending for ending in _ENDINGS} | set(_OTHERWISE.get(server, ()))
    return base_name(arguments[0]) not in names


def _is_script(program: str) -> bool:
    return program.endswith(".sh") or base_name(program).endswith("entrypoint")
