"""What is known about images: the profiles in templates/images, each fact with its source, and a project's own.

A profile lies under the image's familiar name (`postgres.yaml`, `prom/prometheus.yaml`), or serves a whole folder of
names as `_any.yaml`. Facts that depend on the tag are variants, laid over the profile in their order. A fact that no
source tells is None here: not known, which is never the same as "none".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self, cast

from hardener import templates
from hardener.model.settings import User
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

Family = Literal["shadow", "busybox", "none", "windows", "unknown"]
Starts = Literal["root", "steps-down", "non-root"]

# The grammar of https://github.com/distribution/reference (regexp.go), which also keeps `..` out of names.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_WORD = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?:(?P<registry>(?:{_LABEL}(?:\.{_LABEL})+|localhost)(?::\d+)?|{_LABEL}:\d+)/)?"
    rf"(?P<repository>{_WORD}(?:/{_WORD})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}|[^@]*\$[^@]*))?"
    r"(?:@(?P<digest>[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_DOCKER_HUB = {None, "docker.io", "index.docker.io"}


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image reference, taken apart and normalised as Docker does it."""

    registry: str
    """`docker.io` where none is written."""
    repository: str
    """`library/nginx` for `nginx`."""
    tag: str | None
    """`latest` where nothing is written; None where a digest or a variable stands instead."""
    digest: str | None

    @classmethod
    def parse(cls, reference: str) -> Self | None:
        """Return the parts of `reference`, or None if it is no image reference; a tag may hold `${…}`."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            return None
        registry, repository, tag, digest = match.group("registry", "repository", "tag", "digest")
        if registry in _DOCKER_HUB:
            registry = "docker.io"
            repository = repository if "/" in repository else f"library/{repository}"
        if tag is None and digest is None:
            tag = "latest"
        return cls(registry, repository, None if tag and "$" in tag else tag, digest)

    @property
    def familiar(self) -> str:
        """The name as people write it, without tag and digest: `nginx`, `prom/prometheus`, `ghcr.io/org/app`."""
        if self.registry != "docker.io":
            return f"{self.registry}/{self.repository}"
        return self.repository.removeprefix("library/")


class Writable(NamedTuple):
    """A path that the image writes to."""

    path: str
    kind: Literal["data", "runtime", "scratch"]
    """Data must outlive the container; runtime (sockets, pid files, generated files) and scratch need not."""
    volume: bool
    """Whether the image itself declares it as VOLUME."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where facts come from."""

    facts: tuple[str, ...]
    """Keys of the profile, which are field names of `Image`."""
    source: str
    """A file at a commit or a tag of the image's public repository, or a page of documentation."""
    read: str | None
    """The day on which a page was read, where its address says no version."""
    note: str
    """How the facts follow from the source, where that is not plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What is known about one image; every field but the first three may be None, for not known."""

    name: str
    """The familiar name, without tag."""
    base: bool
    """Whether it is a runtime or a system to build on: then the Dockerfile decides what starts."""
    family: Family
    """How users are made: `shadow` useradd, `busybox` adduser, `none` not at all; `unknown`: the tag would tell."""
    distribution: str | None = None
    """debian, ubuntu, alpine, rhel, wolfi, none …"""
    shell: bool | None = None
    default_user: User | None = None
    """As whom it starts when nobody says otherwise."""
    users: Mapping[str, User] | None = None
    """Users that exist in it besides the system's own."""
    starts: Starts | None = None
    """`root` stays root, `steps-down` starts as root and then becomes `runs_as`, `non-root` never is root."""
    runs_as: User | None = None
    """The user that it works as."""
    direct: bool | None = None
    """Whether it can be started directly as `runs_as`, given that its data belongs to that user."""
    capabilities: tuple[str, ...] | None = None
    """Capabilities that it needs when it starts as `default_user`."""
    direct_capabilities: tuple[str, ...] | None = None
    """Capabilities that it needs when it starts directly as `runs_as`."""
    file_capabilities: tuple[str, ...] | None = None
    """Programs that carry file capabilities, which no-new-privileges makes void."""
    setuid: bool | None = None
    """Whether its start-up depends on a setuid program."""
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, str] | None = None
    """Variables that it sets and that Dockerfiles use; not all of them."""
    writable: tuple[Writable, ...] | None = None
    ports: tuple[int, ...] | None = None
    no_new_privileges: bool | None = None
    """True: known to work under no-new-privileges; False: known not to."""
    read_only: bool | None = None
    """True: known to work on a read-only root when the `writable` paths are provided."""
    evidence: tuple[Evidence, ...] = ()

    def sources(self, fact: str) -> tuple[str, ...]:
        """Return where the fact (a field's name) comes from."""
        return tuple(entry.source for entry in self.evidence if fact in entry.facts)


class Images:
    """What is known of images: the profiles that ship, behind those of a project's own."""

    def __init__(self, own: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> None:
        self._own = own
        self._known: dict[str, Image | None] = {}
        self._found: dict[str, Mapping[str, Any] | None] = {}

    def profile(self, reference: str) -> Image | None:
        """Return what is known about an image, or None if there is no profile for its name."""
        if reference not in self._known:
            self._known[reference] = self._profile(reference)
        return self._known[reference]

    def _profile(self, reference: str) -> Image | None:
        name = ImageName.parse(reference)
        document = self._find(name.familiar) if name is not None else None
        if name is None or document is None:
            return None
        facts: dict[str, Any] = {}
        proofs: dict[str, list[Evidence]] = {}
        for layer in self._layers(document, name):
            entries = [_evidence(entry) for entry in layer.get("evidence", ())]
            for fact in layer.keys() & Image.__dataclass_fields__.keys() - {"evidence"}:
                facts[fact] = layer[fact]
                proofs[fact] = [entry for entry in entries if fact in entry.facts]
        return _image(name.familiar, facts, tuple(_still_holding(proofs)))

    def _find(self, name: str) -> Mapping[str, Any] | None:
        if name not in self._found:
            own = next((image for image in self._own if fnmatchcase(name, image)), None)
            self._found[name] = self._own[own] if own is not None else _shipped(name)
        return self._found[name]

    def layers(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield what the profile of a familiar name says, each mapping to be laid over the ones before it.

        One with `tags` holds for the tags that these globs match. None is yielded where there is no profile.
        """
        document = self._find(name)
        if document is not None:
            yield from self._named_layers(document, name)

    def _layers(self, document: Mapping[str, Any], name: ImageName) -> Iterator[Mapping[str, Any]]:
        """Yield the mappings that hold for `name`, each to be laid over the ones before it."""
        for layer in self._named_layers(document, name.familiar):
            if name.tag is None and "tags" in layer:
                yield dict.fromkeys(layer.keys() - {"names", "tags", "evidence"})
            elif _matches(name.tag or "", layer.get("tags", ("*",))):
                yield layer

    def _named_layers(self, document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
        if "like" in document:
            like = self._find(document["like"])
            if like is None or like is document:
                like = _shipped(document["like"])
            if like is None:
                raise FileNotFoundError(f"image profile of {name}: there is no profile of {document['like']}")
            yield from self._named_layers(like, name)
        yield document
        yield from (variant for variant in document.get("variants", ()) if _matches(name, variant.get("names", ("*",))))


_THOSE_THAT_SHIP = Images()
_in_use: ContextVar[Images] = ContextVar("images", default=_THOSE_THAT_SHIP)


@contextmanager
def using(images: Images) -> Iterator[None]:
    """Let `profile` ask these images until the block ends; other runs at the same time do not see them."""
    token = _in_use.set(images)
    try:
        yield
    finally:
        _in_use.reset(token)


def profile(reference: str) -> Image | None:
    """Return what is known about an image, or None if there is no profile for its name.

    Where the tag cannot be known (a digest alone, a variable), facts that depend on it are not known either.
    Reads at most the file under the image's name, the one that it refers to, and the `_any.yaml` beside it.
    """
    return _in_use.get().profile(reference)


def shipped_names() -> Iterator[str]:
    """Yield the familiar names of which there is a profile that ships; one for a whole folder ends with `/*`."""
    folder = templates.folder() / "images"
    for file in sorted(folder.rglob("*.yaml")):
        place = file.with_name("*") if file.stem == "_any" else file.with_suffix("")
        yield place.relative_to(folder).as_posix()


def is_shipped(name: str) -> bool:
    """Whether there is a profile that ships for this familiar name."""
    return ImageName.parse(name) is not None and _shipped(name) is not None


def _still_holding(proofs: Mapping[str, list[Evidence]]) -> Iterator[Evidence]:
    """Yield each entry once, with those of its facts that no later layer has replaced."""
    for entry in dict.fromkeys(entry for entries in proofs.values() for entry in entries):
        yield replace(entry, facts=tuple(fact for fact in entry.facts if entry in proofs.get(fact, ())))


def _shipped(name: str) -> Mapping[str, Any] | None:
    folder = templates.folder() / "images"
    for file in (folder / f"{name}.yaml", (folder / name).parent / "_any.yaml"):
        if file.is_file():
            return _read(file)
    return None


@cache
def _read(file: Path) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], to_python(parse(file.read_text(encoding="utf-8")).root(0)))


def _matches(text: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs)


def _evidence(entry: Mapping[str, Any]) -> Evidence:
    return Evidence(tuple(entry["facts"]), entry["source"], entry.get("read"), entry.get("note", ""))


def _image(name: str, facts: dict[str, Any], evidence: tuple[Evidence, ...]) -> Image:
    named = {user: _user(ids, user) for user, ids in (facts.get("users") or {}).items()}
    names = {"0:0": "root"} | {str(user): user.name for user in named.values()}
    converters: dict[str, Callable[[Any], Any]] = {
        "users": lambda _: MappingProxyType(named),
        "environment": MappingProxyType,
        "default_user": lambda ids: _user(ids, names.get(ids, ids)),
        "runs_as": lambda ids: _user(ids, names.get(ids, ids)),
        "writable": lambda paths: tuple(Writable(at["path"], at["kind"], at.get("volume", False)) for at in paths),
    }
    known: dict[str, Any] = {"family": "unknown"} | {
        fact: converters[fact](value) if fact in converters else tuple(value) if isinstance(value, list) else value
        for fact, value in facts.items()
        if value is not None
    }
    return Image(name=name, evidence=evidence, **known)


def _user(ids: str, name: str) -> User:
    uid, _, gid = ids.partition(":")
    return User(int(uid), int(gid), name)
