"""Changes to a YAML tree as edits of its text: all changes of a file at once, and nothing else touched."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hardener.text.changes import Put, Replace, Scalar, Value, YamlChange
from hardener.text.edits import Edit
from hardener.text.yamlblock import BlockEdits, BlockError
from hardener.text.yamlflow import FlowEdits, FlowError
from hardener.text.yamlgrowth import Growth
from hardener.text.yamlnode import Node
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamlscalar import stands_for, written
from hardener.text.yamlsheet import Sheet
from hardener.text.yamlstyle import Style, habits, quotes_of
from hardener.text.yamltree import Tree, duplicate_key
from hardener.text.yamlwishes import Wish, additions, child_at, comments, fresh, gather, settle


def render(tree: Tree, changes: Sequence[YamlChange], order: Sequence[str] = ()) -> list[Edit]:
    """Return the edits that make all `changes` true, in the order of the text.

    The paths of the changes are homes (see `hardener.text.yamlshared`); equal changes are merged and contradictory ones
    sorted out before. New keys that come to stand side by side are sorted as in `order`, unknown ones last.
    Raises RefusedError, which names every change that cannot be rendered.
    """
    sheet = Sheet(tree)
    in_file = cache(lambda: habits(sheet, tree.mappings))
    refused: list[tuple[YamlChange, str]] = []
    ranks = {key: rank for rank, key in enumerate(order)}
    referenced = {id(alias.target) for alias in tree.aliases}
    for document, wish in gather(changes).items():
        root = tree.documents[document] if document < len(tree.documents) else None
        if root is None:
            refused += wish.refuse("the document is empty").refused
            continue
        settle(root, wish)
        _Document(sheet, Style(sheet, root, in_file), ranks, referenced, refused).edit_root(root, wish)
    if refused:
        raise RefusedError(refused[0][1], refused)
    return sheet.edits()


class _Document:
    """Renders the wishes for one document; what it refuses it adds to `refused`."""

    def __init__(
        self,
        sheet: Sheet,
        style: Style,
        ranks: dict[str, int],
        referenced: set[int],
        refused: list[tuple[YamlChange, str]],
    ) -> None:
        self._sheet = sheet
        self._style = style
        self._ranks = ranks
        self._growth = Growth(sheet, style, self._rank)
        self._referenced = referenced
        self._refused = refused

    def edit_root(self, root: Node, wish: Wish) -> None:
        if wish.gone:
            self._refused += wish.refuse("nothing would be left of the document").refused
            return
        self._edit(root, wish, flow=False)

    def _edit(self, node: Node, wish: Wish, *, flow: bool) -> None:
        """Edit a value in its place. What needs more room than that is edited from its mapping: `_edit_entry`."""
        try:
            self._refuse_contradictions(node, wish)
            if not (flow or node.block):
                self._comment_behind(node, wish)
            if wish.set is not None:
                self._set(node, wish, wish.set.value if isinstance(wish.set, Put) else wish.set.new, flow)
            elif node.kind == "mapping":
                self._edit_mapping(node, wish)
            elif node.kind == "sequence":
                self._edit_sequence(node, wish)
            elif flow and wish.makes():
                self._growth.in_flow(node, wish)
            elif wish.makes():
                raise wish.refuse("a scalar stands where a collection is needed")
        except RefusedError as refusal:
            self._refused += refusal.refused
        except (BlockError, FlowError) as reason:
            self._refused += wish.refuse(str(reason)).refused

    def _comment_behind(self, node: Node, wish: Wish) -> None:
        """Put the comments of what comes into a flow collection at the end of its line, if that is free."""
        rest = self._sheet.text[node.end : self._sheet.row_end(self._sheet.row(node.end))]
        said = ", ".join(dict.fromkeys(comments(node, wish))) if node.kind != "scalar" else ""
        if said and not rest.strip() and not self._style.json_quote:
            self._sheet.replace(node.end, node.end, f"  # {said}")

    def _refuse_contradictions(self, node: Node, wish: Wish) -> None:
        if node.kind == "alias":
            raise wish.refuse(f"the alias *{node.value} stands there")
        if wish.set and (wish.inner or wish.include or wish.exclude):
            raise wish.refuse("it cannot be a scalar and a collection")
        if wish.include and node.kind == "mapping" and node.pairs:
            raise wish.refuse("a mapping stands where a list is needed")
        if wish.makes() and node.kind == "sequence" and any(isinstance(step, str) for step in wish.inner):
            raise wish.refuse("a list stands where a mapping is needed")

    def _set(self, node: Node, wish: Wish, value: Scalar, flow: bool) -> None:
        if isinstance(wish.set, Replace) and node.value != wish.set.old:
            raise wish.refuse(f"{wish.set.old!r} does not stand there")
        if node.kind != "scalar":
            raise wish.refuse(f"a {node.kind} stands where a scalar is needed")
        if stands_for(node, value):
            return
        if node.tag is not None:
            raise wish.refuse(f"the value is tagged {node.tag}")
        if node.start == node.end:
            self._set_empty(node, wish, value, flow)
            return
        quotes = node.style if node.style in {"'", '"'} else ""
        text = written(value, quotes or self._style.quote, flow=flow, quoted=bool(quotes))
        self._sheet.replace(node.start, node.end, text)

    def _set_empty(self, node: Node, wish: Wish, value: Scalar, flow: bool) -> None:
        if node.properties != node.start:
            raise wish.refuse("an empty value has an anchor or a tag")
        colon = "" if self._sheet.text[node.start - 1 : node.start] in {":", "-"} else ":"
        self._sheet.replace(node.start, node.end, f"{colon} {written(value, self._style.quote, flow=flow)}")

    def _edit_mapping(self, node: Node, wish: Wish) -> None:
        if not wish.inner:
            return
        if any(key.kind != "scalar" for key, _ in node.pairs):
            raise wish.refuse("a key of the mapping is not a scalar")
        if node.style == "pair" and (wish.dropped or any(child_at(node, step) is None for step in wish.inner)):
            raise wish.refuse("the mapping is a pair without braces")
        twice = duplicate_key(node)
        if twice is not None:
            raise wish.refuse(f"{twice.value} is set twice")
        new: dict[str, tuple[Wish, Value]] = {}
        for step, inner in wish.inner.items():
            child = child_at(node, step)
            if child is None:
                value = None if isinstance(step, int) else fresh(inner, self._rank)
                if value is not None:
                    new[str(step)] = inner, value
            elif child[0] in wish.dropped:
                self._refuse_losing_anchors([node.pairs[child[0]][1]], inner)
            else:
                self._edit_entry(node, child[0], inner)
        self._write_entries(node, wish, new)

    def _rank(self, key: str) -> int:
        return self._ranks.get(key, len(self._ranks))

    def _write_entries(self, node: Node, wish: Wish, new: dict[str, tuple[Wish, Value]]) -> None:
        if not new and not wish.dropped:
            return
        keys = [key for key, _ in node.pairs]
        added: list[str] = []
        added_before: dict[int, list[str]] = {}
        quotes = quotes_of(keys) or self._style.json_quote
        column = self._sheet.column(node.start)
        indents = self._style.indents(node, [value for _, value in new.values()]) if node.block else (0, 0)
        for name in sorted(new, key=self._rank):
            inner, value = new[name]
            place = self._place_before(node, wish, inner)
            if node.block:
                text = self._style.entry(self._style.key(name, keys), value, column, indents)
            else:
                text = [f"{self._style.flow(name, quotes)}: {self._style.flow(value, quotes)}"]
            (added if place is None else added_before.setdefault(place, [])).extend(text)
        edits = BlockEdits if node.block else FlowEdits
        edits(self._sheet, node, wish.dropped, added, added_before).write()

    def _place_before(self, node: Node, wish: Wish, new: Wish) -> int | None:
        places = [
            index for key in new.before if (index := node.position(key)) is not None and index not in wish.dropped
        ]
        return min(places, default=None)

    def _edit_entry(self, mapping: Node, index: int, wish: Wish) -> None:
        """Edit a value that may grow from nothing, `{}` or a scalar into lines of its own."""
        value = mapping.pairs[index][1]
        grows = wish.set is None and wish.makes() and value.kind != "alias"
        if not (grows and mapping.block and not value.block) or (value.pairs or value.items):
            self._edit(value, wish, flow=not mapping.block)
            return
        try:
            self._refuse_contradictions(value, wish)
            self._growth.in_block(mapping, index, wish)
        except RefusedError as refusal:
            self._refused += refusal.refused

    def _edit_sequence(self, node: Node, wish: Wish) -> None:
        for step, inner in wish.inner.items():
            child = child_at(node, step)
            if child is None:
                if inner.makes():
                    self._refused += inner.refuse("there is no such item in the list").refused
            elif child[0] not in wish.dropped:
                self._edit(child[1], inner, flow=not node.block)
        self._refuse_losing_anchors([node.items[index] for index in wish.dropped], wish)
        kept = [item for index, item in enumerate(node.items) if index not in wish.dropped]
        items = additions(kept, wish)
        if not items and not wish.dropped:
            return
        if node.block:
            column = self._sheet.column(node.start)
            gap = self._gap(node)
            indents = self._item_indents(node, items)
            lines = [line for item in items for line in self._style.item(item, column, gap, indents, kept)]
            BlockEdits(self._sheet, node, wish.dropped, lines).write()
        else:
            quotes = quotes_of(kept) or self._style.json_quote
            texts = [self._style.flow(item, quotes) for item in items]
            FlowEdits(self._sheet, node, wish.dropped, texts).write()

    def _gap(self, sequence: Node) -> int:
        """How many blanks stand behind the first dash."""
        text = self._sheet.text
        first = sequence.items[0].properties
        between = text[sequence.start + 1 : first]
        return len(between) if between and not between.strip(" ") else 1

    def _item_indents(self, sequence: Node, items: Sequence[Value]) -> tuple[int, int]:
        mappings = [item for item in sequence.items if item.kind == "mapping" and item.block]
        return self._style.indents(mappings[0] if mappings else sequence, items)

    def _refuse_losing_anchors(self, nodes: Sequence[Node], wish: Wish) -> None:
        for node in nodes:
            lost = next((part for part in node.inside() if part.anchor and id(part) in self._referenced), None)
            if lost is not None:
                raise wish.refuse(f"&{lost.anchor} would go, which is used elsewhere")
