"""Scripts of a package.json, as npm, yarn, pnpm and bun run them.

https://docs.npmjs.com/cli/v11/using-npm/scripts: a script runs between its `pre` and its `post` in the package's
folder; `npm start` without such a script runs `node server.js`.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.startup.doubts import Doubt, Unreadable
from hardener.model.startup.privileges import base_name
from hardener.model.startup.scripts import Missing, Script
from hardener.model.startup.shell import script_commands

if TYPE_CHECKING:
    from hardener.model.startup.reading import Reading

_RUN = frozenset({"run", "run-script"})
_SHORT = frozenset({"start", "stop", "restart", "test"})
_FOLDER = frozenset({"--prefix", "-C", "--dir", "--cwd"})
_OTHERS = frozenset({"--filter", "-F", "--workspace", "-w", "--workspaces", "-r", "--recursive", "workspace"})
"""With these it is the script of another package that runs."""

_OWN_COMMANDS = frozenset(
    """
    add audit bin cache ci config create dlx exec global i info init install link list login logout node outdated owner
    pack publish remove rebuild self-update set uninstall unlink up update upgrade version versions view why x
    """.split()  # noqa: SIM905 - a table of words
)
"""What yarn, pnpm and bun take for a command of their own where a script's name could stand."""


class Call(NamedTuple):
    """A call of a script."""

    script: str
    folder: str
    """Of the package.json; relative to the working directory."""
    elsewhere: bool
    """It is another package's, in a workspace."""


def script_call(words: Sequence[str]) -> Call | None:
    """Return which script a command runs; None where it runs none."""
    tool = base_name(words[0])
    if tool not in ("npm", "yarn", "pnpm", "bun"):
        return None
    names: list[str] = []
    folder = "."
    rest = list(words[1:])
    while rest and rest[0] != "--" and len(names) < 2:
        word = rest.pop(0)
        option, _, value = word.partition("=")
        if option in _FOLDER:
            folder = value or (rest.pop(0) if rest else ".")
        elif not word.startswith("-"):
            names.append(word)
    elsewhere = bool(_OTHERS & {word.partition("=")[0] for word in words[1:]})
    if len(names) == 2 and names[0] in _RUN:
        return None if tool == "bun" and _is_file(names[1]) else Call(names[1], folder, elsewhere)
    if not names or (tool == "bun" and _is_file(names[0])):
        return None
    if names[0] in _SHORT or (tool != "npm" and names[0] not in _OWN_COMMANDS | _RUN):
        return Call(names[0], folder, elsewhere)
    return None


def doubts(reading: Reading, call: Call, where: str, depth: int) -> Iterator[Doubt]:
    """Yield what speaks against another user in what a script runs."""
    if call.elsewhere:
        yield Unreadable(f"{where} runs a script of another package in a workspace, which is not read")
        return
    path = posixpath.normpath(posixpath.join(call.folder, "package.json"))
    file = reading.find(path)
    if isinstance(file, Missing):
        yield Unreadable(f"{where} runs the script `{call.script}`, and its {path} {file.reason}")
        return
    scripts = _scripts(file)
    if scripts is None:
        yield Unreadable(f"{where} runs the script `{call.script}`, and {file.name} cannot be read as JSON")
        return
    for name in (f"pre{call.script}", call.script, f"post{call.script}"):
        for command in script_commands(scripts.get(name, "")):
            yield from reading.command(command, f"`{name}` in {file.name} (line {_line(file, name)})", depth + 1)


def _is_file(word: str) -> bool:
    return "/" in word or re.search(r"\.[cm]?[jt]sx?$", word) is not None


def _scripts(file: Script) -> Mapping[str, str] | None:
    try:
        document = json.loads(file.text)
    except ValueError:
        return None
    scripts = document.get("scripts", {}) if isinstance(document, dict) else None
    if not isinstance(scripts, dict):
        return None
    return {name: text for name, text in scripts.items() if isinstance(text, str)}


def _line(file: Script, name: str) -> int:
    start = file.text.find('"scripts"')
    match = re.compile(rf"{re.escape(json.dumps(name))}\s*:").search(file.text, max(start, 0))
    return file.text.count("\n", 0, match.start() if match else 0) + 1
