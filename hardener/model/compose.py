"""Compose files: services with what they run, as whom, and what is mounted into them.

Read as the Compose specification says (https://github.com/compose-spec/compose-spec/blob/main/spec.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import ClassVar, NamedTuple

from hardener.model.document import TEMPLATE, Document, Held, Subject
from hardener.model.settings import User
from hardener.model.shell import Command, is_shell, script_commands
from hardener.text.changes import Path as TreePath
from hardener.text.instructions import Word
from hardener.text.source import Source
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlnode import Node
from hardener.text.yamltree import Problem, Tree

_VARIABLE = re.compile(r"\$(?:\$|(?P<bare>\w+)|\{\w+(?::?-(?P<default>[^${}]*))?[^{}]*\})")
_NUMERIC_USER = re.compile(r"(?P<uid>\d+)(?::(?P<gid>\d+))?\Z")


class Build(NamedTuple):
    """What a service is built from; the paths are as the file gives them, joined to its folder."""

    context: Path
    dockerfile: Path
    target: str | None


class Mount(NamedTuple):
    """Something mounted into a service."""

    source: str
    target: str
    read_only: bool
    words: str
    """As it stands in the file."""

    def covers(self, path: str) -> bool:
        """Return whether `path` lies at or below the place where this is mounted."""
        return PurePosixPath(path).is_relative_to(self.target or "/")


@dataclass(slots=True)
class ComposeFile(Document):
    """A Compose file of which at least one service has an image or a build."""

    tree: Tree = field(kw_only=True)
    services: list[Service] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    """Services that stand here without image or build: overrides, which get nothing added."""
    key_order: ClassVar = ("user", "cap_drop", "cap_add", "security_opt", "read_only", "tmpfs")
    """How new keys of a service stand among each other."""

    @property
    def comments(self) -> list[tuple[int, int]]:
        """Start and end of each comment, from its `#`."""
        return self.tree.comments

    def covers(self, path: TreePath) -> bool:
        """Return whether rules look at what stands at `path`: a fragment below `x-` counts only through its users."""
        return len(path) > 1 and path[1] == "services"


@dataclass(frozen=True, eq=False)
class Service(Subject):
    """One service, seen through its anchors and merge keys."""

    document: ComposeFile
    name: str
    cursor: Cursor

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def path(self, *keys: str | int) -> TreePath:
        """Return the path of a key below this service."""
        return (*self.cursor.path, *keys)

    def text(self, key: str) -> str | None:
        """Return a scalar's text with `${NAME:-default}` replaced by the default; None where it is not known."""
        value = self.cursor.get(key)
        return interpolated(value.text) if value is not None and value.text is not None else None

    def items(self, key: str) -> list[Cursor]:
        """Return the items of a list, or the one scalar that stands for it."""
        value = self.cursor.get(key)
        return [] if value is None or value.is_null else _listed(value)

    @cached_property
    def image(self) -> str | None:
        """The image's reference; None where there is none or a variable hides it."""
        return self.text("image")

    @cached_property
    def build(self) -> Build | None:
        """What it is built from; None where it is not, or a variable or an inline Dockerfile hides it."""
        build = self.cursor.get("build")
        if build is None or build.get("dockerfile_inline"):
            return None
        context = interpolated(build.text if build.text is not None else _text_of(build, "context", "."))
        dockerfile = interpolated(_text_of(build, "dockerfile", "Dockerfile"))
        target = build.get("target")
        if not context or not dockerfile or "://" in context or context.startswith("git@"):
            return None
        folder = self.document.source.path.parent / context
        return Build(folder, folder / dockerfile, interpolated(target.text or "") if target else None)

    @property
    def is_built(self) -> bool:
        """It has a `build`, whether or not that can be followed."""
        return self.cursor.get("build") is not None

    @property
    def replaces_program(self) -> bool:
        """It starts something else than its image does: by an entrypoint of its own, or a shell for a command."""
        value = self.cursor.get("entrypoint")
        return (value is not None and not value.is_null) or is_shell(
            [item.text or "" for item in self.items("command")]
        )

    def commands(self, key: str) -> list[Command]:
        """Return what its `entrypoint` or its `command` starts; offsets are of no use."""
        words = [(item.text or "").replace("$$", "$") for item in self.items(key)]
        value = self.cursor.get(key)
        if value is not None and value.text is not None:
            return script_commands(words[0])
        return [Command(tuple(Word(word, 0, 0) for word in words), ";", ";", False, ())] if words else []

    @property
    def privileged(self) -> bool:
        """`privileged: true` stands there."""
        value = self.cursor.get("privileged")
        return value is not None and value.truth is True

    @cached_property
    def mounts(self) -> list[Mount]:
        """Everything in `volumes` and `tmpfs`."""
        return [
            *(mount for item in self.items("volumes") if (mount := _volume(item))),
            *(Mount("", _tmpfs_target(item.text), False, item.text) for item in self.items("tmpfs") if item.text),
        ]

    def writable_mounts(self) -> tuple[str, ...]:
        """Return the volumes and bind mounts that it may write to, as they stand in the file."""
        return tuple(mount.words for mount in self.mounts if mount.source and not mount.read_only)

    def span(self, key: str) -> tuple[int, int]:
        """Return the offsets of a key with its value, or those of the service where it has no such key of its own."""
        value = self.cursor.get(key)
        return (self.start, self.end) if value is None or value.supplied_by_merge else (value.key_start, value.end)


def parse(source: Source, tree: Tree) -> ComposeFile | None:
    """Return the view of a Compose file; None where no service in it has an image or a build."""
    document = ComposeFile(source, tree=tree)
    sections = []
    for number in range(len(tree.documents)):
        root = tree.root(number)
        services = root.get("services") if root is not None else None
        if services is None:
            continue
        sections.append(services.node)
        for name, cursor in services.entries():
            _add_service(document, name, cursor)
    if not document.services and not document.held:
        return None
    for problem in tree.problems:
        _hold(document, problem, sections)
    return document


def numeric_user(text: str) -> User | None:
    """Return the ids of `uid:gid`; None for names, variables and a uid alone (its group depends on the image)."""
    match = _NUMERIC_USER.match(text)
    return User(int(match["uid"]), int(match["gid"])) if match and match["gid"] is not None else None


def give_away(user: User, mounts: tuple[str, ...]) -> str:
    """Return how files under mounts, as they stand in the file, get to belong to a user; empty without mounts."""
    binds = [mount.partition(":")[0] for mount in mounts if mount.startswith((".", "/", "~")) and ":" in mount]
    volumes = [mount.partition(":")[0] for mount in mounts if mount.partition(":")[0] not in binds]
    words = [f"give the mounted files to it on the host first: chown -R {user} {' '.join(binds)}"] if binds else []
    words += [f"give the files in {', '.join(volumes)} to {user} first, with chown -R"] if volumes else []
    return "; ".join(words)


def interpolated(text: str) -> str | None:
    """Return `text` with variables replaced by the defaults that they carry; None where one carries none."""
    unknown = False

    def value(match: re.Match[str]) -> str:
        nonlocal unknown
        if match[0] == "$$":
            return "$"
        unknown = unknown or match["default"] is None
        return match["default"] or ""

    replaced = _VARIABLE.sub(value, text)
    return None if unknown else replaced


def _hold(document: ComposeFile, problem: Problem, sections: list[Node]) -> None:
    """Hold the service in which a problem lies, or the file where the problem may hide a service."""
    inside = [s for s in document.services if s.start <= problem.offset < s.cursor.node.end]
    hides = any(section.start <= problem.offset < section.end for section in sections)
    if problem.kind == "complex key":
        inside, held = document.services, [Held(problem.offset, problem.offset, "file", TEMPLATE)]
    elif inside:
        held = [Held(s.start, s.end, s.subject, problem.reason) for s in inside]
    elif hides or problem.reason.startswith("services "):
        inside, held = document.services, [Held(problem.offset, problem.offset, "file", problem.reason)]
    else:
        return
    document.services = [service for service in document.services if service not in inside]
    document.held += held


def _add_service(document: ComposeFile, name: str, cursor: Cursor) -> None:
    subject = f"service {name}"
    if cursor.get("image") is None and cursor.get("build") is None:
        if cursor.get("extends") is not None:
            reason = "it extends another service: harden that one, or name an image or a build here"
            document.held.append(Held(cursor.key_start, _key_end(cursor), subject, reason))
        else:
            document.fragments.append(name)
        return
    document.services.append(Service(document, subject, cursor.key_start, _key_end(cursor), name, cursor))


def _key_end(cursor: Cursor) -> int:
    return cursor.key.end if cursor.key is not None else cursor.end


def _listed(value: Cursor) -> list[Cursor]:
    return [value] if value.text is not None else list(value.elements())


def _text_of(mapping: Cursor, key: str, default: str) -> str:
    value = mapping.get(key)
    return default if value is None or value.text is None else value.text


def _volume(item: Cursor) -> Mount | None:
    """Read both syntaxes of a volume (compose-spec, "volumes")."""
    if item.text is not None:
        return _short_volume(item.text)
    target = _text_of(item, "target", "")
    if not target:
        return None
    read_only = item.get("read_only")
    kind, source = _text_of(item, "type", "volume"), _text_of(item, "source", "")
    words = f"{source or kind}:{target}"
    return Mount(
        "" if kind == "tmpfs" else source or kind, target, read_only is not None and read_only.truth is True, words
    )


def _short_volume(text: str) -> Mount:
    plain = interpolated(text) or text
    parts = list(_colon_parts(plain))
    if len(parts) == 1:
        return Mount("(anonymous)", parts[0], False, text)
    options = parts[2].split(",") if len(parts) > 2 else []
    return Mount(parts[0], parts[1], "ro" in options, text)


def _colon_parts(text: str) -> Iterator[str]:
    r"""Split at colons that stand outside `${…}` and are not a Windows drive's (`C:\data`)."""
    yield from re.split(r"(?<!^[A-Za-z]):(?![^{}]*\})", text)


def _tmpfs_target(text: str) -> str:
    return text.partition(":")[0]
