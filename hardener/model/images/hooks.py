"""Folders in which entrypoints of images look for scripts to run and for templates to fill in.

nginx's: https://github.com/nginxinc/docker-nginx/tree/b430becb8f0f6b8d69e68cc73a82ea2873c38639/entrypoint

No profile knows what somebody else puts there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hardener.model.evidence import Control
from hardener.model.images.profiles import Writable
from hardener.model.program import PROFILED, Program

_SCRIPTS = "/docker-entrypoint.d"
_TEMPLATES, _MADE_OF_THEM = "/etc/nginx/templates", Writable("/etc/nginx/conf.d", "runtime", False)
_UNKNOWN_OF_SCRIPTS = (Control.READ_ONLY, Control.CAPABILITIES)


def with_hooks(program: Program, is_filled: Callable[[str], bool]) -> Program:
    """Return the program as it is when something is put into the folders of which `is_filled` tells that.

    Scripts may write anywhere and need anything. What is made of templates goes to a folder that has files already;
    where it cannot be written the entrypoint says so, and nginx starts without it.
    """
    if is_filled(_SCRIPTS):
        program = replace(program, proofs={c: s for c, s in program.proofs.items() if not _is_void(c, s)})
    return _with_templates(program) if is_filled(_TEMPLATES) else program


def _is_void(control: Control, source: str) -> bool:
    return control in _UNKNOWN_OF_SCRIPTS and source.startswith(PROFILED)


def _with_templates(program: Program) -> Program:
    return replace(
        program,
        writable=None if program.writable is None else (*program.writable, _MADE_OF_THEM),
        likely=(*program.likely, _MADE_OF_THEM),
        filled=(*program.filled, _MADE_OF_THEM.path),
    )
