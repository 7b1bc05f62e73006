"""One service of a Compose file, as Compose sees it: through anchors and merge keys, and with what it merges.

`extends` and override files: https://github.com/compose-spec/compose-spec/blob/main/13-merge.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.compose.interpolation import interpolated
from hardener.model.compose.mounts import Mount, tmpfs, volume
from hardener.model.document import Subject
from hardener.model.images.arguments import starts_another, starts_own
from hardener.model.startup.shell import Command, script_commands
from hardener.text.changes import Path as TreePath
from hardener.text.instructions import Word
from hardener.text.yamlcursor import Cursor

if TYPE_CHECKING:
    from hardener.model.compose.composefile import ComposeFile

_REMOTE = re.compile(r".*://|git@|github\.com/")
_RESET, _OVERRIDE = "!reset", "!override"
_TRUE = frozenset({"true", "yes", "y", "on", "1", "t"})


class Build(NamedTuple):
    """What a service is built from; the paths are as the file gives them, joined to its folder."""

    context: Path
    dockerfile: Path
    target: str | None


class Layers(NamedTuple):
    """The services of other places that Compose merges with one, each list with the winner first."""

    over: tuple[Service, ...] = ()
    """Of override files."""
    under: tuple[Service, ...] = ()
    """What it extends or, for a part of an override file, what that is laid over."""


_ALONE = Layers()


@dataclass(frozen=True, eq=False)
class Service(Subject):
    """One service, seen through its anchors and merge keys, and with what Compose merges with it."""

    document: ComposeFile
    name: str
    cursor: Cursor
    """What stands in this file alone."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def layers(self) -> Layers:
        """What Compose merges with it."""
        return self.document.layers.get(self, _ALONE)

    @property
    def inherits(self) -> bool:
        """Its image or build is that of a service that it extends."""
        return self.cursor.get("image") is None and self.cursor.get("build") is None

    def path(self, *keys: str | int) -> TreePath:
        """Return the path of a key below this service."""
        return (*self.cursor.path, *keys)

    def own(self, key: str) -> Cursor | None:
        """Return what this file alone says; None for nothing, null and what a `!reset` takes away."""
        value = self.cursor.get(key)
        return None if value is None or value.is_null or value.tag == _RESET else value

    def said(self, key: str) -> list[tuple[Service, Cursor]]:
        """Return all that is said about a key, with who says it, what wins first; up to a `!reset` or `!override`."""
        layers = self.layers
        if layers is _ALONE:
            alone = self.own(key)
            return [] if alone is None else [(self, alone)]
        found = []
        for layer in (*layers.over, self, *layers.under):
            value = layer.cursor.get(key)
            if value is not None and value.tag == _RESET:
                break
            if value is not None and not value.is_null:
                found.append((layer, value))
                if value.tag == _OVERRIDE:
                    break
        return found

    def get(self, key: str) -> Cursor | None:
        """Return the value in force; its path and offsets may be those of another file."""
        said = self.said(key)
        return said[0][1] if said else None

    def text(self, key: str) -> str | None:
        """Return the scalar in force with its variables replaced; None where there is none or one is not known."""
        said = self.said(key)
        return said[0][0].plain(said[0][1]) if said else None

    def plain(self, value: Cursor) -> str | None:
        """Return a scalar of its file with its variables replaced; None for anything else."""
        return None if value.text is None else interpolated(value.text, self.document.variables)

    def items(self, key: str) -> list[Cursor]:
        """Return the items of a list in force, what it extends first, or the one scalar that stands for it."""
        return [item for _, value in reversed(self.said(key)) for item in _listed(value)]

    def own_items(self, key: str) -> list[Cursor]:
        """Return the items that stand in this file."""
        value = self.own(key)
        return [] if value is None else _listed(value)

    def decided_elsewhere(self, key: str) -> str:
        """Return what another place says about a key, so that this is not the place to change it; empty for nothing."""
        for layer in self.layers.over:
            value = layer.cursor.get(key)
            if value is not None and not value.is_null and not _adds_up(value):
                return f"{layer.place} has a `{key}` that wins over any here: change it there"
        value = self.cursor.get(key)
        if value is not None and value.tag == _RESET:
            return f"`{key}: !reset` takes it away"
        if value is None or value.is_null:
            for layer in self.layers.under:
                above = layer.own(key)
                if above is not None and not _adds_up(above):
                    return f"its `{key}` is that of {layer.place}: change it there"
        return ""

    @property
    def place(self) -> str:
        """Its name and its file, in words."""
        return f"{self.subject} in {self.document.file}"

    @cached_property
    def image(self) -> str | None:
        """The image's reference; None where there is none or a variable hides it."""
        return self.text("image")

    @cached_property
    def build(self) -> Build | None:
        """What it is built from; None where it is not, or a variable or an inline Dockerfile hides it."""
        said = self.said("build")
        if not said or any(value.get("dockerfile_inline") for _, value in said):
            return None
        context = next(((layer, part) for layer, value in said if (part := _context(value))), None)
        home = context[0] if context else said[-1][0]
        folder = home.plain(context[1]) if context else "."
        dockerfile = self._build_text("dockerfile", "Dockerfile")
        if not folder or not dockerfile or _REMOTE.match(folder):
            return None
        root = home.document.folder / folder
        return Build(root, root / dockerfile, self._build_text("target", "") or None)

    def _build_text(self, key: str, default: str) -> str | None:
        for layer, value in self.said("build"):
            part = value.get(key)
            if part is not None and not part.is_null:
                return layer.plain(part)
        return default

    @property
    def is_built(self) -> bool:
        """It has a `build`, whether or not that can be followed."""
        return self.get("build") is not None

    @property
    def started(self) -> str:
        """What it is told to start in its image, as the words stand in the file; empty where it is told nothing."""
        return " ".join(word for words in self.told_to_start for word in words)

    @property
    def told_to_start(self) -> tuple[list[str], list[str]]:
        """The words of its entrypoint and of its command, as they stand in the file; empty where nothing is said."""
        return self._words("entrypoint"), self._words("command")

    def replaces_program(self, image: str) -> bool:
        """Return whether it starts something else than its image, of which `image` tells by its name."""
        words = [interpolated(word, self.document.variables) or word for word in self._words("command")]
        return self.get("entrypoint") is not None or starts_another(image, " ".join(words).split())

    def starts_own(self, image: str) -> bool:
        """Return whether its entrypoint or command starts the program of its image, maybe among others."""
        commands = (command for key in ("entrypoint", "command") for command in self.commands(key))
        return starts_own(image, ([word.unquoted for word in command.words] for command in commands))

    def commands(self, key: str) -> list[Command]:
        """Return what its `entrypoint` or its `command` starts; offsets are of no use."""
        value = self.get(key)
        if value is None:
            return []
        return script_commands(_unescaped(value)) if value.text is not None else _one(value.elements())

    @property
    def health_check(self) -> list[Command]:
        """What its `healthcheck` starts; offsets are of no use."""
        said = self.get("healthcheck")
        test = said.get("test") if said is not None else None
        if test is None:
            return []
        if test.text is not None:
            return script_commands(_unescaped(test))
        words = test.elements()
        if words and words[0].text == "CMD-SHELL":
            return script_commands(" ".join(map(_unescaped, words[1:])))
        return _one(words[1:])

    def _words(self, key: str) -> list[str]:
        value = self.get(key)
        return [] if value is None else [item.text or "" for item in _listed(value)]

    @property
    def privileged(self) -> bool:
        """`privileged: true` is in force."""
        return self.is_on("privileged")

    def is_on(self, key: str) -> bool:
        """Whether the switch in force is on."""
        said = self.said(key)
        return bool(said) and said[0][0].switched(said[0][1]) is True

    def switched(self, value: Cursor) -> bool | None:
        """Return what Compose reads a switch of this file as, in quotes or not; None where a variable decides."""
        text = self.plain(value)
        return None if text is None else text.lower() in _TRUE

    @property
    def forbids_new_privileges(self) -> bool:
        """`no-new-privileges` is in force."""
        options = {(item.text or "").replace("=", ":").replace(" ", "") for item in self.items("security_opt")}
        return bool(options & {"no-new-privileges", "no-new-privileges:true"})

    @property
    def is_confined(self) -> bool:
        """Docker's default seccomp profile is in force."""
        return not self.privileged and not any("seccomp" in (item.text or "") for item in self.items("security_opt"))

    @cached_property
    def mounts(self) -> list[Mount]:
        """Everything in `volumes`, `volumes_from` and `tmpfs`; of two at one place the one that wins."""
        found: dict[str, Mount] = {}
        for key, read in (("volumes", volume), ("tmpfs", tmpfs)):
            for layer, value in self.said(key):
                for item in _listed(value):
                    mount = read(item, layer.document.variables)
                    if mount is not None:
                        found.setdefault(mount.target.rstrip("/"), mount)
        names = {(item.text or "").partition(":")[0] for item in self.items("volumes_from")} - {self.name}
        for other in self.document.services:
            if other.name in names and not other.items("volumes_from"):
                found = {mount.target.rstrip("/"): mount for mount in other.mounts} | found
        return list(found.values())

    @property
    def own_mounts(self) -> list[Mount]:
        """What stands under `volumes` in this file."""
        found = (volume(item, self.document.variables) for item in self.own_items("volumes"))
        return [mount for mount in found if mount is not None]

    def writable_mounts(self) -> tuple[str, ...]:
        """Return the volumes and bind mounts that it may write to, as they stand in the file."""
        return tuple(mount.words for mount in self.mounts if mount.source and not mount.read_only)

    def span(self, key: str) -> tuple[int, int]:
        """Return the offsets of a key with its value, or those of the service where it has no such key of its own."""
        value = self.cursor.get(key)
        return (self.start, self.end) if value is None or value.supplied_by_merge else (value.key_start, value.end)


def _unescaped(value: Cursor) -> str:
    """Return a scalar as the container gets it: `$$` is Compose's way to write `$`."""
    return (value.text or "").replace("$$", "$")


def _one(words: list[Cursor]) -> list[Command]:
    """Return the command of a list's words; none where it is empty."""
    found = tuple(Word(_unescaped(word), 0, 0) for word in words)
    return [Command(found, ";", ";", False, ())] if found else []


def _listed(value: Cursor) -> list[Cursor]:
    return [value] if value.text is not None else value.elements()


def _context(build: Cursor) -> Cursor | None:
    """Return the part of a `build` that says where it is: the short form itself, or its `context`."""
    part = build if build.text is not None else build.get("context")
    return None if part is None or part.is_null else part


def _adds_up(value: Cursor) -> bool:
    """Whether Compose puts it together with what other places say, instead of choosing one."""
    return value.kind != "scalar" and value.tag not in {_RESET, _OVERRIDE}
