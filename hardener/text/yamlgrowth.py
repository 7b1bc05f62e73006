"""Values that get more room: an empty one, `{}` or a scalar becomes the collection that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hardener.text.yamlnode import Node
from hardener.text.yamlsheet import Sheet
from hardener.text.yamlstyle import Style
from hardener.text.yamltree import BREAKS
from hardener.text.yamlwishes import Wish, additions, fresh

_COLON = re.compile(r"[ \t]*:")


@dataclass(frozen=True, slots=True)
class Growth:
    """Writes into the sheet what becomes of one value. All methods raise RefusedError."""

    sheet: Sheet
    style: Style
    rank: Callable[[str], int]

    def in_block(self, mapping: Node, index: int, wish: Wish) -> None:
        """The value at a position of a block mapping becomes lines below its key."""
        key, value = mapping.pairs[index]
        sheet = self.sheet
        if value.kind == "scalar" and not value.null:
            self._become_list(mapping, index, wish)
            return
        made = fresh(wish, self.rank)
        if made is None or isinstance(made, str | int):
            return
        if value.kind == "scalar" and (value.properties != value.start or value.tag):
            raise wish.refuse("an empty value has an anchor or a tag")
        if (value.kind == "mapping" and wish.include) or (value.kind == "sequence" and wish.inner):
            raise wish.refuse(f"an empty {value.kind} stands there")
        colon = self._after_colon(key, wish)
        between = sheet.text[colon : value.end]
        if "#" in between or any(sign in between for sign in BREAKS):
            raise wish.refuse("a comment or a line break stands in the empty value")
        kept = sheet.text[colon : value.start].rstrip(" \t")
        sheet.replace(colon + len(kept), value.end, "")
        indents = self.style.indents(mapping, [made])
        deeper = sheet.column(mapping.start) + indents[1 if wish.include else 0]
        sheet.write_below(sheet.row(value.end), self.style.lines(made, deeper, indents))

    def _become_list(self, mapping: Node, index: int, wish: Wish) -> None:
        """A scalar becomes the first item of the list that it stood for."""
        key, value = mapping.pairs[index]
        sheet = self.sheet
        if not wish.include or wish.inner:
            raise wish.refuse("a scalar stands where a mapping is needed")
        items = additions([value], wish)
        if not items and not wish.dropped:
            return
        colon = self._after_colon(key, wish)
        awkward = (
            value.properties != value.start or value.style in {"|", ">"} or sheet.row(value.end) != sheet.row(colon)
        )
        if awkward:
            raise wish.refuse("the scalar that would become a list has an anchor, a tag or several lines")
        indents = self.style.indents(mapping, [[""]])
        column = sheet.column(mapping.start) + indents[1]
        lines = self.style.lines(items, column, indents)
        if wish.dropped:
            sheet.replace(colon, value.end, "")
        else:
            sheet.replace(colon, value.start, sheet.newline(sheet.row(colon)) + " " * column + "- ")
        sheet.write_below(sheet.row(value.end), lines)

    def in_flow(self, node: Node, wish: Wish) -> None:
        """A null or scalar in a flow collection becomes a collection in the same style."""
        if node.properties != node.start or node.tag:
            raise wish.refuse("the value has an anchor or a tag")
        if node.null:
            made = fresh(wish, self.rank) or []
            empty = node.start == node.end
            colon = ":" if empty and self.sheet.text[node.start - 1] != ":" else ""
            self.sheet.replace(node.start, node.end, f"{colon}{' ' if empty else ''}{self.style.flow(made)}")
            return
        if not wish.include or wish.inner or wish.exclude:
            raise wish.refuse("a scalar stands where a mapping is needed")
        items = additions([node], wish)
        if items:
            self.sheet.replace(node.start, node.start, "[")
            self.sheet.replace(node.end, node.end, "".join(f", {self.style.flow(item)}" for item in items) + "]")

    def _after_colon(self, key: Node, wish: Wish) -> int:
        match = _COLON.match(self.sheet.text, key.end)
        if match is None:
            raise wish.refuse("the key is written with `?`")
        return match.end()
