"""What a pod mounts for its program's configuration, as far as it stands in manifests of the same project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from hardener.model.kubernetes.fields import items_at, text_at, value_at
from hardener.text import yamltree
from hardener.text.find import find
from hardener.text.source import UnreadableError
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor

if TYPE_CHECKING:
    from hardener.model.kubernetes.workload import Container
    from hardener.model.project import Project

_KIND = "ConfigMap"
Texts = tuple[str | None, ...]


def mounted_texts(project: Project, container: Container, is_wanted: Callable[[str], bool]) -> Iterator[str | None]:
    """Yield the texts of the ConfigMaps that are mounted at wanted places; None for what cannot be read.

    All of a ConfigMap counts, also where only a part is mounted. What another source of a volume has is not known.
    """
    names = {
        text_at(volume, "name"): text_at(volume, "configMap", "name")
        for volume in items_at(container.pod.spec, "volumes")
    }
    for mount in container.mounts:
        if is_wanted(mount.path):
            yield from project.once(_config_maps).get(names.get(mount.volume, ""), (None,))


def _config_maps(project: Project) -> Mapping[str, Texts]:
    """Return the texts of the project's ConfigMaps by name, of all that have the same one together."""
    found: dict[str, Texts] = {}
    for file in find([project.reader.root]):
        with suppress(UnreadableError, UnparsableError):
            raw = project.reader.read_bytes(file.path)
            if _KIND.encode() in raw:
                tree = yamltree.parse(project.reader.decode(file.path, raw).text)
                roots = (tree.root(number) for number in range(len(tree.documents)))
                for name, texts in (each for root in roots if root is not None for each in _in(root)):
                    found[name] = (*found.get(name, ()), *texts)
    return found


def _in(manifest: Cursor) -> Iterator[tuple[str, Texts]]:
    for item in items_at(manifest, "items"):
        yield from _in(item)
    if text_at(manifest, "kind") == _KIND:
        data = value_at(manifest, "data")
        texts = (value.text for _, value in data.entries()) if data is not None else ()
        unreadable = (None,) if value_at(manifest, "binaryData") is not None else ()
        yield text_at(manifest, "metadata", "name"), (*texts, *unreadable)
