"""Where a value that a reader sees is defined, and who else reads it from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hardener.text.changes import Path
from hardener.text.yamlcursor import merge_sources, merged, supplier
from hardener.text.yamlnode import Node
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamltree import Tree

_MOST_READERS = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change at some path would be made."""

    home: Path
    """The path without aliases and merges: of the value, or of the one to be made there."""
    users: frozenset[Path]
    """All paths by which readers of the data come to it, its own among them."""


class Sharing:
    """Follows the aliases and merge keys of one tree; keep it for all questions about that tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._simple = not tree.aliases and "<<" not in tree.text
        self._readers: dict[Path, frozenset[Path]] = {}
        self._under_way: set[Path] = set()

    def place(self, path: Path, *, entry: bool = False) -> Place:
        """Return where `path` leads.

        With `entry`, an alias at its very end is not followed: the place is that of the entry, not of what the
        alias stands for. Raises RefusedError where more readers than can be looked through share it.
        """
        if self._simple:
            return Place(path, frozenset((path,)))
        home, rest = self._home(path, entry)
        if not rest:
            return Place(home, self._read(home))
        first = rest[0]
        through = self._read_key(home, first) if isinstance(first, str) else self._read(home)
        ends = rest[1:] if isinstance(first, str) else rest
        return Place(home + rest, frozenset(reader + ends for reader in through))

    def _home(self, path: Path, entry: bool) -> tuple[Path, Path]:
        """The path of the last node that exists on the way, and what of `path` remains."""
        document = path[0]
        node = self._tree.documents[document] if isinstance(document, int) else None
        home: Path = path[:1]
        for depth, step in enumerate(path[1:], start=1):
            if node is None:
                return home, path[depth:]
            if isinstance(step, int):
                if node.kind != "sequence" or step >= len(node.items):
                    return home, path[depth:]
                node, home = node.items[step], (*home, step)
            else:
                found = supplier(node, step)
                if found is None:
                    return home, path[depth:]
                mapping, index = found
                if mapping is not node:
                    home = self._paths[id(mapping)]
                node, home = mapping.pairs[index][1], (*home, step)
            if node.target is not None and not (entry and depth == len(path) - 1):
                node = node.target
                home = self._paths[id(node)]
        return home, ()

    def _read(self, home: Path) -> frozenset[Path]:
        """All ways to the node at `home`."""
        known = self._readers.get(home)
        if known is not None:
            return known
        if home in self._under_way:
            return frozenset()
        self._under_way.add(home)
        found: set[Path] = set()
        if len(home) == 1:
            found.add(home)
        else:
            step = home[-1]
            found |= self._read_key(home[:-1], step) if isinstance(step, str) else self._read_item(home[:-1], step)
        for alias in self._aliases_of.get(home, ()):
            found |= self._read(alias)
        self._under_way.discard(home)
        if len(found) > _MOST_READERS:
            raise RefusedError("too many aliases share it")
        if not self._under_way:  # inside a cycle the answer is partial
            self._readers[home] = frozenset(found)
        return frozenset(found)

    def _read_item(self, home: Path, step: int) -> set[Path]:
        if _is_merge_path((*home, step)):
            return set()
        return {(*reader, step) for reader in self._read(home)}

    def _read_key(self, home: Path, key: str) -> set[Path]:
        """All ways to `key` of the mapping at `home`, whether it is there or is going to be."""
        if _is_merge_path((*home, key)):
            return set()
        found = {(*reader, key) for reader in self._read(home)}
        for user in self._mergers(home):
            if self._would_supply(user, home, key):
                found |= {(*reader, key) for reader in self._read(user)}
            if len(found) > _MOST_READERS:
                raise RefusedError("too many aliases share it")
        return found

    def _would_supply(self, user: Path, home: Path, key: str) -> bool:
        for node in merged(self._nodes[user]):
            if self._paths[id(node)] == home:
                return True
            if node.position(key) is not None:
                return False
        return False

    def _mergers(self, home: Path) -> list[Path]:
        """The mappings that merge the one at `home`, directly or through others."""
        found: dict[Path, None] = {}
        waiting = [home]
        while waiting:
            for user in self._merged_into.get(waiting.pop(), ()):
                if user not in found and user != home:
                    found[user] = None
                    waiting.append(user)
        return list(found)

    @cached_property
    def _paths(self) -> dict[int, Path]:
        """Where each collection, anchored node and alias stands, by its id."""
        found: dict[int, Path] = {}
        for number, root in enumerate(self._tree.documents):
            waiting: list[tuple[Path, Node]] = [((number,), root)] if root else []
            while waiting:
                path, node = waiting.pop()
                if node.kind != "scalar" or node.anchor is not None:
                    found[id(node)] = path
                waiting += (((*path, key.value), value) for key, value in node.pairs)
                waiting += (((*path, index), item) for index, item in enumerate(node.items))
        return found

    @cached_property
    def _nodes(self) -> dict[Path, Node]:
        return {self._paths[id(mapping)]: mapping for mapping in self._tree.mappings if id(mapping) in self._paths}

    @cached_property
    def _aliases_of(self) -> dict[Path, list[Path]]:
        found: dict[Path, list[Path]] = {}
        for alias in self._tree.aliases:
            if alias.target is not None and id(alias) in self._paths and id(alias.target) in self._paths:
                found.setdefault(self._paths[id(alias.target)], []).append(self._paths[id(alias)])
        return found

    @cached_property
    def _merged_into(self) -> dict[Path, list[Path]]:
        found: dict[Path, list[Path]] = {}
        for mapping in self._tree.mappings:
            for source in merge_sources(mapping):
                if id(mapping) in self._paths and id(source) in self._paths:
                    found.setdefault(self._paths[id(source)], []).append(self._paths[id(mapping)])
        return found


def _is_merge_path(path: Path) -> bool:
    """Whether it is the value of a merge key, or an item of its list: read as part of a mapping, not as a value."""
    return path[-1] == "<<" or (isinstance(path[-1], int) and len(path) > 1 and path[-2] == "<<")
