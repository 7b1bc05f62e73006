"""Which files and folders a command visibly writes to, by its name and its options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

_EVERY_OPERAND = frozenset({"mkdir", "touch", "tee", "rm", "rmdir", "truncate", "mv", "shred", "mkfifo"})
_LAST_OPERAND = frozenset({"cp", "ln", "install", "rsync"})
_IN_PLACE = re.compile(r"-[a-zA-Z]*i.*|--in-place.*")
_EDITORS = frozenset({"sed", "perl", "yq"})

_OPTIONS = {
    "tar": ("-C", "--directory"),
    "bsdtar": ("-C", "--directory"),
    "unzip": ("-d",),
    "curl": ("-o", "--output"),
    "wget": ("-O", "-P", "--output-document", "--directory-prefix"),
    "openssl": ("-out", "-keyout"),
    "celery": ("-s", "-f"),
    "dd": ("of",),
    "keytool": ("-keystore",),
}
"""Of single programs: the options whose value they write to."""

_NAMED = re.compile(r"--?[\w-]*(?:pid|log|sock|schedule|uds)[\w-]*", re.IGNORECASE)
_NOT_WRITTEN = re.compile(r"level|format|config|conf$|driver|class|dict", re.IGNORECASE)
"""Options of servers by what their names say: `--pidfile`, `--access-logfile`, but not `--log-config`."""

_FILE = re.compile(r"[\w./-]+\.(?:log|pid|sock|socket|db)")
"""A relative path that such an option names."""

_BOUND = re.compile(r"unix:(?://)?(/.*)")
_BINDING = frozenset({"-b", "--bind"})

_ELSEWHERE = {
    ("ssh-keygen", "-A"): "/etc/ssh",
    ("git", "--system"): "/etc/gitconfig",
}
"""Options that mean a place without naming it."""


def written(words: Sequence[str]) -> Iterator[str]:
    """Yield the words, or parts of words, that name what a command writes to."""
    name = words[0].rpartition("/")[2]
    operands = [word for word in words[1:] if not word.startswith("-")]
    if name in _EVERY_OPERAND:
        yield from operands
    elif name in _LAST_OPERAND or (name in _EDITORS and any(_IN_PLACE.fullmatch(word) for word in words[1:])):
        yield from operands[-1:]
    for word, following in zip_longest(words[1:], words[2:], fillvalue=""):
        yield from _by_option(name, word, following)


def _by_option(program: str, word: str, following: str) -> Iterator[str]:
    option, separator, inside = word.partition("=")
    value = inside if separator else following
    if place := _ELSEWHERE.get((program, word)):
        yield place
    elif option in _OPTIONS.get(program, ()):
        yield value
    elif program == "dockerize" and option == "-template":
        yield value.partition(":")[2]
    elif option in _BINDING and (match := _BOUND.fullmatch(value)) is not None:
        yield match[1]
    elif (
        (value.startswith("/") or _FILE.fullmatch(value))
        and _NAMED.fullmatch(option)
        and not _NOT_WRITTEN.search(option)
    ):
        yield value
