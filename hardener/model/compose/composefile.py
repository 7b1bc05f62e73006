"""Compose files: services with what they run, as whom, and what is mounted into them.

Read as the Compose specification says (https://github.com/compose-spec/compose-spec/blob/main/spec.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from hardener.model.compose.service import Layers, Service
from hardener.model.document import TEMPLATE, Document, Held
from hardener.model.foreignowners import FROM_FILE
from hardener.model.settings import User
from hardener.text.changes import Path as TreePath
from hardener.text.source import Source
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlnode import Node
from hardener.text.yamlproblems import Problem
from hardener.text.yamltree import Tree

_NUMERIC_USER = re.compile(r"(?P<uid>\d+)(?::(?P<gid>\d+))?\Z")


@dataclass(slots=True, eq=False)
class ComposeFile(Document):
    """A Compose file with its services."""

    tree: Tree = field(kw_only=True)
    services: list[Service] = field(default_factory=list)
    """Those of which this file, or what they extend, names an image or a build."""
    fragments: list[Service] = field(default_factory=list)
    """The others: parts of override files, and what is only there to be extended. They get nothing added."""
    layers: dict[Service, Layers] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    """What the `.env` file beside it sets."""
    folder: Path = field(default=Path(), kw_only=True)
    """What its relative paths start from."""
    key_order: ClassVar = ("user", "cap_drop", "cap_add", "security_opt", "read_only", "tmpfs")
    """How new keys of a service stand among each other."""

    @property
    def comments(self) -> list[tuple[int, int]]:
        """Start and end of each comment, from its `#`."""
        return self.tree.comments

    @property
    def subjects(self) -> list[Service]:
        """Its services; fragments are looked at through those that use them."""
        return self.services

    def covers(self, path: TreePath) -> bool:
        """Return whether rules look at what stands at `path`: a fragment below `x-` counts only through its users."""
        return len(path) > 1 and path[1] == "services"

    def services_for(self, *keys: str) -> Iterator[Service]:
        """Yield the services that may lack something: one that inherits its image only where it has such a key itself.

        What the other ones lack, the service lacks that they inherit from, and there it is added.
        """
        for service in self.services:
            if not service.inherits or any(service.own(key) is not None for key in keys):
                yield service

    @property
    def parts(self) -> list[Service]:
        """All services and fragments, in the order of the text."""
        return sorted([*self.services, *self.fragments], key=lambda service: service.start)


def parse(source: Source, tree: Tree, *, named: bool = False) -> ComposeFile | None:
    """Return the view of a Compose file; None where no service in it has an image, a build or something to extend.

    `named`: its name says that it is a Compose file, so that it may also consist of fragments, or include others.
    """
    document = ComposeFile(source, tree=tree, folder=source.path.parent)
    sections = []
    including = False
    for number in range(len(tree.documents)):
        root = tree.root(number)
        including |= root is not None and root.get("include") is not None
        services = root.get("services") if root is not None else None
        if services is None:
            continue
        sections.append(services.node)
        for name, cursor in services.entries():
            _add_service(document, name, cursor)
    extending = any(part.own("extends") is not None for part in document.fragments)
    if not (document.services or extending or (named and (document.fragments or including))):
        return None
    if tree.problems:
        _hold(document, tree.problems, sections)
    return document


def numeric_user(text: str) -> User | None:
    """Return the ids of `uid:gid`; None for names, variables and a uid alone (its group depends on the image)."""
    match = _NUMERIC_USER.match(text)
    return User(int(match["uid"]), int(match["gid"])) if match and match["gid"] is not None else None


def give_away(user: User, mounts: tuple[str, ...]) -> str:
    """Return how files under mounts and secrets, as they stand in the file, get to belong to a user; empty for none."""
    binds = [mount.partition(":")[0] for mount in mounts if mount.startswith((".", "/", "~")) and ":" in mount]
    secrets = [mount.removeprefix(FROM_FILE) for mount in mounts if mount.startswith(FROM_FILE)]
    volumes = [mount.partition(":")[0] for mount in mounts if mount.partition(":")[0] not in (*binds, FROM_FILE[:-2])]
    words = [f"give the mounted files to it on the host first: chown -R {user} {' '.join(binds)}"] if binds else []
    words += [f"give the files in {', '.join(volumes)} to {user} first, with chown -R"] if volumes else []
    words += [f"let {user} read the files of {', '.join(secrets)}: they keep their mode on the host"] if secrets else []
    return "; ".join(words)


def _hold(document: ComposeFile, problems: list[Problem], sections: list[Node]) -> None:
    """Hold each service in which a problem lies, or the file where one may hide a service.

    Problems and services are both gone through in the order of the text, since a file can have thousands of each.
    """
    waiting = document.parts[::-1]
    around: list[Service] = []
    held: dict[Service, Held] = {}
    for problem in problems:
        while waiting and waiting[-1].start <= problem.offset:
            around.append(waiting.pop())
        around = [part for part in around if problem.offset < part.cursor.node.end]
        if around and problem.kind != "complex key":
            held |= {
                part: Held(part.start, part.end, part.subject, problem.reason) for part in around if part not in held
            }
        elif reason := _hides(problem, sections):
            document.held += [*held.values(), Held(problem.offset, problem.offset, "file", reason)]
            document.services, document.fragments = [], []
            return
    document.services = [service for service in document.services if service not in held]
    document.fragments = [service for service in document.fragments if service not in held]
    document.held += held.values()


def _hides(problem: Problem, sections: list[Node]) -> str:
    """Return why a file is held in which a problem lies outside of services; empty where it hides none."""
    if problem.kind == "complex key":
        return TEMPLATE
    inside = any(section.start <= problem.offset < section.end for section in sections)
    return problem.reason if inside or problem.reason.startswith("services ") else ""


def _add_service(document: ComposeFile, name: str, cursor: Cursor) -> None:
    end = cursor.key.end if cursor.key is not None else cursor.end
    service = Service(document, f"service {name}", cursor.key_start, end, name, cursor)
    (document.fragments if service.inherits else document.services).append(service)
