"""Commands inside of commands and scripts: what a program is told to start, and what a script's variables stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hardener.model.startup.privileges import base_name
from hardener.model.startup.shell import Command, script_commands
from hardener.text.instructions import Word

STEPS_DOWN = re.compile(
    r"\bos\.(?:setuid|setgid|setgroups|initgroups|chown|setresuid)\b|\bshutil\.chown\b|\bpwd\.getpwnam\b"
    r"|\bprocess\.set(?:uid|gid)\b|\bProcess::(?:UID|Sys)\b|(?<=[\"'`])(?:gosu|su-exec|setpriv|sudo)(?=[\"'` ])"
)
"""What scripts in other languages than the shell's call to become another user, or to give files away."""

_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:(?:export|readonly|local|declare)[ \t]+)?(?P<name>[A-Za-z_]\w*)=(?P<value>[^\n;&|]*)", re.MULTILINE
)
_EXECUTING = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_VALUED = frozenset(
    "-I -L -n -P -d -s -a -E -wait -template -timeout -stdout -stderr -env -delims".split()  # noqa: SIM905 - a table
)
"""Of xargs and dockerize: the options whose value is the next word."""

_CLIENTS = frozenset({"nc", "ncat", "curl", "wget", "wait-for-it", "wait-for", "dockerize", "echo", "printf", "psql"})
_RUNNING = frozenset({"run", "exec", "run-program", "auto-restart"})


def assignments(script: str) -> dict[str, str]:
    """Return the variables that a script sets on lines of their own, those that it sets to one value only."""
    found: dict[str, set[str]] = {}
    for match in _ASSIGNMENT.finditer(script):
        found.setdefault(match["name"], set()).add(match["value"].strip().strip("\"'"))
    return {name: value for name, values in found.items() for value in values if len(values) == 1}


def is_client(program: str) -> bool:
    """Whether the ports in its arguments are those of others."""
    return base_name(program) in _CLIENTS or program.endswith(".sh")


def handed_on(words: Sequence[str]) -> Iterator[Command]:
    """Yield what a program that is not known itself may start: what stands behind `--`, `-exec` and the like."""
    name = base_name(words[0])
    if name == "eval":
        yield from script_commands(" ".join(words[1:]))
    elif name == "find":
        start = words[1] if len(words) > 1 else "."
        at = next((at for at, word in enumerate(words) if word in _EXECUTING), len(words))
        yield from _command([word.replace("{}", f"{start}/x") for word in words[at + 1 :] if word not in (";", "+")])
    elif name in ("xargs", "dockerize"):
        yield from _command(_behind_options(words[1:]))
    else:
        behind = [at + 1 for at, word in enumerate(words) if at and word == "--"]
        behind += [at + 1 for at, word in enumerate(words) if at and word in _RUNNING]
        yield from _command(words[behind[0] :] if behind else ())
        if name.endswith(".sh") or "entrypoint" in name:
            yield from _command(words[1:])


def _behind_options(words: Sequence[str]) -> Sequence[str]:
    """Return what stands behind options, each of which may have a value."""
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if rest and (option in _VALUED) and "=" not in option:
            rest.pop(0)
    return rest


def _command(words: Sequence[str]) -> Iterator[Command]:
    if words and not words[0].startswith("-"):
        yield Command(tuple(Word(word, 0, 0) for word in words), ";", ";", False, ())
