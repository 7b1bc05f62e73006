"""Which dialect a file is: by its name, then by a cheap look at its bytes, then by its content."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath

from hardener.model.compose import composefile as compose
from hardener.model.dockerfile import stages as dockerfile
from hardener.model.document import TEMPLATE, Document, Held
from hardener.model.kubernetes import manifest as kubernetes
from hardener.text import yamltree
from hardener.text.source import Source


class Dialect(StrEnum):
    """The formats that we rewrite; the value begins the ids of their rules."""

    DOCKERFILE = "dockerfile"
    COMPOSE = "compose"
    KUBERNETES = "kubernetes"


NOT_OURS = "no service with an image or a build, and no container with an image"

_DOCKERFILE = re.compile(r"(?:Dockerfile|Containerfile)(?:\..+)?|.+\.dockerfile", re.IGNORECASE)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-].*)?\.ya?ml", re.IGNORECASE)
_ON_THE_NODE = (b"hostIPC", b"hostNetwork", b"hostPID", b"hostPath")
"""What a patch may say without a word of containers."""
_TOP_LEVEL = re.compile(r"^[\"']?(?:services|kind)[\"']?[ \t]*:", re.MULTILINE)


def by_name(path: PurePath) -> Dialect | None:
    """Return what a file must be by its name alone; most manifests can only be told by their content."""
    if _DOCKERFILE.fullmatch(path.name) and path.suffix.lower() not in {".yaml", ".yml", ".json", ".dockerignore"}:
        return Dialect.DOCKERFILE
    return Dialect.COMPOSE if _COMPOSE.fullmatch(path.name) else None


def may_be_ours(raw: bytes) -> bool:
    """Return False for bytes in which no YAML or JSON manifest of ours can stand; never wrong when it does."""
    if b"\0" in raw:  # UTF-16: it will be refused, but by name
        raw = raw.replace(b"\0", b"")
    if b"services" in raw and (b"image" in raw or b"build" in raw):
        return True
    if b"kind" not in raw:
        return False
    return b"ontainers" in raw or (b"image" in raw and b"List" in raw) or any(word in raw for word in _ON_THE_NODE)


def looks_like_ours(text: str) -> bool:
    """Return whether a text that does not parse was meant as one of our manifests."""
    return _TOP_LEVEL.search(text) is not None and names_an_image(text)


def is_template(text: str) -> bool:
    """Return whether the text has the marks of a Helm or Jinja template for one of our manifests."""
    return ("{{" in text or "{%" in text) and names_an_image(text)


def names_an_image(text: str) -> bool:
    """Return whether the text may name an image; a patch need not."""
    return "image" in text or "build" in text


def read(source: Source, dialect: Dialect | None) -> Document | None:
    """Return the view of a file, None where it is none of ours. Raises UnparsableError.

    `dialect` is what the file is by its name, if that says it.
    """
    return dockerfile.parse(source) if dialect is Dialect.DOCKERFILE else _read_yaml(source, dialect)


def _read_yaml(source: Source, dialect: Dialect | None) -> Document | None:
    tree = yamltree.parse(source.text)
    document = compose.parse(source, tree, named=dialect is Dialect.COMPOSE) or kubernetes.parse(source, tree)
    if document is not None and source.name.endswith(".json"):
        reason = "a JSON manifest: only YAML is rewritten; convert it, or harden what it is generated from"
        return Document(source, [Held(0, 0, "file", reason)])
    return document


def template(source: Source) -> Document:
    """Return the document that stands for a template: held as a whole."""
    return Document(source, [Held(0, 0, "file", TEMPLATE)])
