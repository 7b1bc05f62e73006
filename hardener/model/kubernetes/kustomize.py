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

from hardener.model.kubernetes import kustomization, patchedstart
from hardener.model.kubernetes import manifest as kubernetes
from hardener.model.kubernetes.kustomization import NAMES, Kustomization, Patch, Rename
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.overlay import Patched, Started, Target
from hardener.model.kubernetes.weakening import of_operations, weakenings
from hardener.model.kubernetes.workload import Container, Pod
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
        self._laid: dict[Kustomization, list[Patched | Started]] = {}
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
            overlay = file.overlay
            overlay.ways = tuple(tuple(step for each in way for step in self._steps(each)) for way in ways)
            overlay.namespaces = tuple(_last(each.namespace for each in way) for way in ways)
            overlay.affixes = tuple(dict.fromkeys(found for way in ways for found in _affixes(way)))
            over = dict.fromkeys(each for way in ways for each in way)
            overlay.patched = [laid for each in over for laid in self._laid_by(each) if isinstance(laid, Patched)]

    def _ways(self, path: Path, seen: tuple[Path, ...]) -> Iterator[tuple[Kustomization, ...]]:
        """Yield the kustomizations on each way from a file or a folder to what is deployed, the innermost first."""
        takers = [taker for taker in self._takers.get(path, ()) if taker.folder not in seen]
        if not takers:
            yield ()
        for taker in takers:
            with_parts = (*(part for at in taker.components if (part := self._by_folder.get(at))), taker)
            for rest in self._ways(taker.folder, (*seen, taker.folder)):
                yield (*with_parts, *rest)

    def _steps(self, home: Kustomization) -> Iterator[Rename | Started]:
        """Yield what a kustomization does to images: its patches come before its `images`, as kustomize has it."""
        yield from (laid for laid in self._laid_by(home) if isinstance(laid, Started))
        yield from home.images

    def _laid_by(self, home: Kustomization) -> list[Patched | Started]:
        if home not in self._laid:
            self._laid[home] = [laid for patch in home.patches for laid in self._read(home, patch)]
        return self._laid[home]

    def _read(self, home: Kustomization, patch: Patch) -> Iterator[Patched | Started]:
        with suppress(UnreadableError, UnparsableError):
            source = self._reader.read(patch.path) if patch.path else Source.from_text(home.source.name, patch.text)
            tree = yamltree.parse(source.text)
            root = tree.root(0)
            if root is not None and root.kind == "sequence":
                target = Target(patch.kind, patch.name)
                yield from (Patched(source.name, target, found.key, found.words) for found in of_operations(root))
                yield from patchedstart.of_operations(root, target)
            document = kubernetes.view(source, tree)
            for pod in (*document.pods, *document.patches):
                yield from _laid(source, patch, pod)


def _laid(source: Source, patch: Patch, pod: Pod) -> Iterator[Patched | Started]:
    """Yield what a patch that is written as a manifest lays over its base."""
    is_named = patch.kind or patch.name
    target = Target(patch.kind, patch.name) if is_named else Target(pod.kind, re.escape(pod.name))
    for subject in pod.subjects:
        of_it = target._replace(container=subject.name) if isinstance(subject, Container) else target
        yield from (Patched(source.name, of_it, found.key, found.words) for found in weakenings(subject))
        if isinstance(subject, Container):
            yield from patchedstart.of_container(subject.cursor, of_it)


def _last(words: Iterable[str]) -> str:
    """Return the last word that is not empty; empty where there is none."""
    return next((word for word in reversed(list(words)) if word), "")


def _affixes(way: Iterable[Kustomization]) -> Iterator[tuple[str, str]]:
    """Yield what stands before and after names at each step of a way: first nothing, then more and more."""
    before, after = "", ""
    yield before, after
    for each in way:
        before, after = each.affixes[0] + before, after + each.affixes[1]
        yield before, after


def _become_patch(file: KubernetesFile, reason: str) -> None:
    file.patches += file.pods
    file.hold_pods(reason)
