"""What keeps supervisord from running as another user than root, read from its configuration file.

As http://supervisord.org/configuration.html says. Where it is not root it refuses to become anybody (`user`), to give
sockets away (`chown`, `socket_owner`), and to start where it cannot write its log or its socket.
"""

from __future__ import annotations

import getopt
import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.places import is_root_home, resolve
from hardener.model.startup.doubts import Doubt, NeedsRoot, Unreadable
from hardener.model.startup.privileges import is_everybodys
from hardener.model.startup.scripts import Script
from hardener.model.startup.shell import script_commands

if TYPE_CHECKING:
    from hardener.model.startup.reading import Reading

_SEARCHED = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")
"""Where it looks without `-c`, relative ones in the working directory."""

_OPTIONS = "c:nhvu:m:d:l:y:z:e:j:i:q:ka:ts"
_LONG_OPTIONS = """
configuration= nodaemon help version user= umask= directory= logfile= logfile_maxbytes= logfile_backups= loglevel=
pidfile= identifier= childlogdir= nocleanup minfds= minprocs= strip_ansi silent
""".split()  # noqa: SIM905 - a table of words

_PROGRAMS = frozenset({"program", "fcgi-program", "eventlistener"})
_WRITTEN = frozenset(
    {
        ("supervisord", "logfile"),
        ("supervisord", "pidfile"),
        ("supervisord", "childlogdir"),
        ("unix_http_server", "file"),
        *((kind, name) for kind in _PROGRAMS for name in ("stdout_logfile", "stderr_logfile")),
    }
)
_NO_FILE = frozenset({"", "none", "auto", "syslog"})
_ONLY_ROOT = frozenset({"user", "chown", "socket_owner"})

_LINE = re.compile(r"(?P<name>[^=:\s][^=:]*?)\s*[=:]\s*(?P<value>.*)")
_COMMENT = re.compile(r"(?:^|\s)[;#].*")
_EXPANSION = re.compile(r"%\((\w+)\)\d*[sd]")


class _Setting(NamedTuple):
    section: str
    name: str
    value: str
    line: int

    @property
    def kind(self) -> str:
        """The section without the program's name."""
        return self.section.partition(":")[0]


def doubts(reading: Reading, words: Sequence[str], where: str, depth: int) -> Iterator[Doubt]:
    """Yield what speaks against another user in a call of supervisord and in its configuration."""
    try:
        given = dict(getopt.gnu_getopt(list(words[1:]), _OPTIONS, _LONG_OPTIONS)[0])
    except getopt.GetoptError as error:
        yield Unreadable(f"{where} calls `supervisord` with options that are not understood: {error}")
        return
    if user := given.get("-u", given.get("--user")):
        yield NeedsRoot(f"{where} calls `supervisord` for the user {user}, which it becomes only as root")
    named = given.get("-c", given.get("--configuration"))
    reason = "is that of its package"
    for path in (named,) if named else _SEARCHED:
        script = reading.find(path)
        if isinstance(script, Script):
            yield from _in_file(reading, script, depth, given.get("-l", given.get("--logfile", "")))
            return
        reason = f"{path} {script.reason}" if named else reason
    yield Unreadable(f"{where} calls `supervisord`, whose configuration {reason}")


def _in_file(reading: Reading, script: Script, depth: int, log: str) -> Iterator[Doubt]:
    settings = list(_settings(script.text))
    for setting in settings:
        yield from _in_setting(reading, script, setting, depth)
    own = {setting.name for setting in settings if setting.section == "supervisord"}
    if "logfile" not in own and not reading.may_write(resolve(log or "supervisord.log", reading.folder) or "/"):
        yield NeedsRoot(f"{script.name} names no `logfile`, and in its working directory supervisord may not write one")


def _in_setting(reading: Reading, script: Script, setting: _Setting, depth: int) -> Iterator[Doubt]:
    where = f"{script.name} (line {setting.line})"
    value = _expanded(setting, script)
    if setting.name in _ONLY_ROOT and setting.section != "supervisorctl":
        yield NeedsRoot(f"{where} says `{setting.name}={setting.value}`, which supervisord can do only as root")
    elif (setting.kind, setting.name) in _WRITTEN and value.lower() not in _NO_FILE:
        path = resolve(reading.expanded(value), reading.folder)
        if path is None:
            yield Unreadable(f"{where} writes to `{value}`, and what that stands for is not known")
        elif not (is_everybodys(path) or reading.may_write(path)):
            yield NeedsRoot(f"{where} has supervisord write to {path}, where only root may")
    elif setting.name == "directory" and is_root_home(value):
        yield NeedsRoot(f"{where} names {value}, which only root may enter")
    elif setting.section == "include":
        yield Unreadable(f"{where} includes {value}, which is not read")
    elif setting.name == "command" and setting.kind in _PROGRAMS:
        for command in script_commands(value):
            yield from reading.command(command, where, depth + 1)


def _settings(text: str) -> Iterator[_Setting]:
    """Yield the settings of a file in the format of Python's ConfigParser; continued values are joined by blanks."""
    section = ""
    last: _Setting | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        content = _COMMENT.sub("", line).rstrip()
        if not content:
            continue
        if last is not None and content[0].isspace():
            last = last._replace(value=f"{last.value} {content.strip()}")
            continue
        if last is not None:
            yield last
        last = None
        if content.startswith("["):
            section = content.strip("[] \t")
        elif (match := _LINE.fullmatch(content)) is not None:
            last = _Setting(section, match["name"].lower(), match["value"], number)
    if last is not None:
        yield last


def _expanded(setting: _Setting, script: Script) -> str:
    """Return a value with supervisord's expressions replaced; environment variables become those of a shell."""
    known = {
        "here": posixpath.dirname(script.path),
        "program_name": setting.section.partition(":")[2],
        "process_num": "0",
        "numprocs": "1",
        "group_name": setting.section.partition(":")[2],
    }

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        return f"${{{name[4:]}}}" if name.startswith("ENV_") else known.get(name, match[0])

    return _EXPANSION.sub(replaced, setting.value).replace("%%", "%")
