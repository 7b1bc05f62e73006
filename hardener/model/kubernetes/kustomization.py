"""Kustomizations: which files they take as manifests and which as patches, and what they call the images.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import NamedTuple

from hardener.model.kubernetes.fields import items_at, text_at
from hardener.text import yamltree
from hardener.text.source import Source
from hardener.text.yamlcursor import Cursor

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_MANIFESTS = ("resources", "bases", "components")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")


class Rename(NamedTuple):
    """An entry of `images`."""

    name: str
    new_name: str
    new_tag: str
    digest: str

    def applied(self, image: str) -> str:
        """Return the image's reference after it; unchanged where it is about another image."""
        name, tag = _split(image)
        if name != self.name:
            return image
        suffix = f"@{self.digest}" if self.digest else f":{self.new_tag}" if self.new_tag else tag
        return (self.new_name or name) + suffix


class Patch(NamedTuple):
    """One patch that a kustomization lays over what it takes."""

    path: Path | None
    """The file that it stands in; None where it stands in the kustomization itself."""
    text: str
    """The patch itself in that case."""
    kind: str
    """The kind that its `target` names, a regular expression; empty where there is none."""
    name: str
    """The name, likewise."""


@dataclass(frozen=True, slots=True, eq=False)
class Kustomization:
    """One kustomization; paths are absolute, and links in them are not followed."""

    source: Source
    takes: frozenset[Path]
    """The files and folders whose manifests it takes."""
    components: frozenset[Path]
    """Those that are components, which change what their user takes as well."""
    patches: tuple[Patch, ...]
    images: tuple[Rename, ...]
    namespace: str
    """What it puts everything in; empty where it leaves that."""
    affixes: tuple[str, str]
    """What it puts before and after every name."""

    @property
    def folder(self) -> Path:
        """By which others name it."""
        return self.source.path.parent


def parse(source: Source) -> Kustomization | None:
    """Return what a kustomization says; None for an empty one. Raises UnparsableError."""
    root = yamltree.parse(source.text).root(0)
    if root is None:
        return None
    folder = source.path.parent
    return Kustomization(
        source,
        takes=frozenset(_path(folder, item.text) for key in _MANIFESTS for item in items_at(root, key) if item.text),
        components=frozenset(_path(folder, item.text) for item in items_at(root, "components") if item.text),
        patches=tuple(patch for key in _PATCHES for item in items_at(root, key) for patch in _patches(folder, item)),
        images=tuple(_rename(item) for item in items_at(root, "images")),
        namespace=text_at(root, "namespace"),
        affixes=(text_at(root, "namePrefix"), text_at(root, "nameSuffix")),
    )


def _patches(folder: Path, item: Cursor) -> Iterator[Patch]:
    words = item.text or text_at(item, "path") or text_at(item, "patch")
    if not words:
        return
    is_text = "\n" in words or (item.text is None and not text_at(item, "path"))
    target = (text_at(item, "target", "kind"), text_at(item, "target", "name"))
    yield Patch(None, words, *target) if is_text else Patch(_path(folder, words), "", *target)


def _rename(item: Cursor) -> Rename:
    return Rename(*(text_at(item, key) for key in ("name", "newName", "newTag", "digest")))


def _path(folder: Path, words: str) -> Path:
    return Path(normpath(folder / words))


def _split(image: str) -> tuple[str, str]:
    """Return the name and what follows it: a tag with its colon, a digest with its sign, or nothing."""
    end = image.find("@")
    if end < 0:
        colon = image.rfind(":")
        end = colon if colon > image.rfind("/") else len(image)
    return image[:end], image[end:]
