"""The manifests of a run and the kustomizations that take them, linked.

Kustomize reads files only in or below a kustomization's folder, so a manifest without one above it has none at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from hardener.model import kubernetes, kustomization
from hardener.model.document import Held
from hardener.model.kubernetes import KubernetesFile
from hardener.model.kustomization import NAMES, Kustomization, Patch
from hardener.model.overlay import Patched
from hardener.model.weakening import Weakening, of_operations, weakenings
from hardener.model.workload import Container, Pod
from hardener.text import yamltree
from hardener.text.source import Reader, Source, UnreadableError
from hardener.text.unparsable import UnparsableError

_MOST_WAYS = 64
"""How many ways of deploying one file are looked at."""


def kustomize(files: Iterable[KubernetesFile], reader: Reader, search: Callable[[], Iterable[Source]]) -> None:
    """Fill in what kustomizations lay over the files; those that one names as patches become patches.

    `search` gives the kustomizations of the project; it is called only where a file has one above it.
    """
    files = list(files)
    folders = {folder for file in files for folder in file.source.path.parents if folder.is_relative_to(reader.root)}
    if any(reader.is_file(folder / name) for folder in folders for name in NAMES):
        _Linker(search(), reader).link(files)


class _Linker:
    def __init__(self, sources: Iterable[Source], reader: Reader) -> None:
        self._reader = reader
        self._by_folder: dict[Path, Kustomization] = {}
        self._takers: dict[Path, list[Kustomization]] = defaultdict(list)
        self._namers: dict[Path, Kustomization] = {}
        self._patched: dict[Kustomization, list[Patched]] = {}
        for source in sources:
            with suppress(UnparsableError):
                found = kustomization.parse(source)
                if found is not None:
                    self._add(found)

    def _add(self, found: Kustomization) -> None:
        self._by_folder[found.folder] = found
        for path in found.takes:
            self._takers[path].append(found)
        for patch in found.patches:
            if patch.path is not None:
                self._namers[patch.path] = found

    def link(self, files: Iterable[KubernetesFile]) -> None:
        for file in files:
            namer = self._namers.get(file.source.path)
            if namer is not None:
                _become_patch(file, f"{namer.source.name} names it as a patch: a fix goes to its base")
                continue
            ways = list(islice(self._ways(file.source.path, ()), _MOST_WAYS))
            file.overlay.ways = tuple(tuple(rename for each in way for rename in each.images) for way in ways)
            over = dict.fromkeys(each for way in ways for each in way)
            file.overlay.patched = [patched for each in over for patched in self._patches_of(each)]

    def _ways(self, path: Path, seen: tuple[Path, ...]) -> Iterator[tuple[Kustomization, ...]]:
        """Yield the kustomizations on each way from a file or a folder to what is deployed, the innermost first."""
        takers = [taker for taker in self._takers.get(path, ()) if taker.folder not in seen]
        if not takers:
            yield ()
        for taker in takers:
            with_parts = (*(part for at in taker.components if (part := self._by_folder.get(at))), taker)
            for rest in self._ways(taker.folder, (*seen, taker.folder)):
                yield (*with_parts, *rest)

    def _patches_of(self, home: Kustomization) -> list[Patched]:
        if home not in self._patched:
            self._patched[home] = [patched for patch in home.patches for patched in self._read(home, patch)]
        return self._patched[home]

    def _read(self, home: Kustomization, patch: Patch) -> Iterator[Patched]:
        with suppress(UnreadableError, UnparsableError):
            source = self._reader.read(patch.path) if patch.path else Source.from_text(home.source.name, patch.text)
            tree = yamltree.parse(source.text)
            root = tree.root(0)
            if root is not None and root.kind == "sequence":
                yield from (_patched(source, patch, found) for found in of_operations(root))
            document = kubernetes.parse(source, tree)
            for pod in (*document.pods, *document.patches) if document is not None else ():
                for subject in pod.subjects:
                    yield from (_patched(source, patch, found, subject) for found in weakenings(subject))


def _patched(source: Source, patch: Patch, found: Weakening, subject: Pod | Container | None = None) -> Patched:
    pod = subject.pod if isinstance(subject, Container) else subject
    kind, name = patch.kind, patch.name
    if pod is not None and not (kind or name):
        kind, name = pod.kind, re.escape(pod.name)
    container = subject.name if isinstance(subject, Container) else ""
    return Patched(source.name, kind, name, container, found.key, found.words)


def _become_patch(file: KubernetesFile, reason: str) -> None:
    file.held += [Held(pod.start, pod.end, pod.subject, reason) for pod in file.pods]
    file.patches += file.pods
    file.pods.clear()
