"""YAML text as a tree of nodes with exact positions. The only importer of ruamel.yaml.

The tree is built from the C parser's events, which is some thirty times faster than ruamel's own loader. Where no C
parser can be imported, or where the bundled libyaml 0.1.7 rejects what is valid (`[80:80]`), the pure parser is asked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import chain
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlnode import Node
from hardener.text.yamlproblems import Problem, key_problems

try:
    from _ruamel_yaml import CParser
except ImportError:  # pragma: no cover - depends on the extra that is installed
    try:
        from _ruamel_yaml_clibz import CParser  # type: ignore[import-not-found] # the other extra
    except ImportError:
        CParser = None

BREAKS = "\n\r\x85\u2028\u2029"
"""What ends a line for YAML 1.1; the rest of the project counts lines by `\\n` alone."""

_DEPTH = 200
_MOST_TABS = 50
"""That the pure parser is helped over; each costs another try."""
_TAB = re.compile(r"\t[ \t]*#")
_REJECTED_BY_LIBYAML_0_1 = "found unexpected ':'"
_PROPERTIES = re.compile(rf"(?:[&!][^\s]*|[ \t{BREAKS}]+|(?<=[\s])#[^{BREAKS}]*)+")
_COMMENT = re.compile(rf"(?:(?<=[ \t{BREAKS}])|\A)#[^{BREAKS}]*")
_COLON = re.compile(rf"(?:[ \t{BREAKS}]+|(?<=[ \t{BREAKS}])#[^{BREAKS}]*)*:")
_DASH = re.compile(rf"(?:[ \t{BREAKS}]+|(?<=[ \t{BREAKS}])#[^{BREAKS}]*)*-")


class Tree:
    """The documents of one YAML stream. Offsets are characters; lines count from 1 and end at line feeds alone."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.documents: list[Node | None] = []
        """The root of each document; None for a document without content."""
        self.mappings: list[Node] = []
        """All mappings in the order of the text."""
        self.aliases: list[Node] = []
        """All aliases in the order of the text."""
        self.quotes: set[str] = set()
        """The scalar styles that occur, besides plain."""

    def root(self, document: int) -> Cursor | None:
        """A reader's cursor on the root of a document; None where there is no such document, or nothing in it."""
        if not 0 <= document < len(self.documents):
            return None
        node = self.documents[document]
        return None if node is None else Cursor((document,), node)

    def line(self, offset: int) -> int:
        """The number of the line that holds the character at `offset`."""
        return bisect_right(self._line_starts, offset)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def problems(self) -> list[Problem]:
        """Duplicate keys and keys that are no scalars, in the order of the text."""
        return sorted(chain.from_iterable(key_problems(mapping) for mapping in self.mappings))

    @cached_property
    def comments(self) -> list[tuple[int, int]]:
        """Where the comments stand: from the `#` up to the end of the line, which is not included."""
        if "#" not in self.text:
            return []
        found: list[tuple[int, int]] = []
        done = 0
        for start, end in chain(self._opaque(), [(len(self.text), len(self.text))]):
            found += (match.span() for match in _COMMENT.finditer(self.text, done, start))
            done = end
        return found

    def _opaque(self) -> Iterator[tuple[int, int]]:
        """The spans in which a `#` starts no comment."""
        for root in self.documents:
            for node in root.inside() if root else ():
                if node.kind == "alias" or (node.kind == "scalar" and node.style not in {"|", ">"}):
                    yield node.start, node.end
                elif node.kind == "scalar":
                    header = re.compile(f"[{BREAKS}]").search(self.text, node.start, node.end)
                    yield header.start() if header else node.end, node.end


def parse(text: str) -> Tree:
    """Parse `text`, which must not start with a byte order mark. Raises UnparsableError."""
    if CParser is None:
        return parse_pure(text)
    try:
        return _build(text, CParser(text).get_event)
    except MarkedYAMLError as error:
        if error.problem == _REJECTED_BY_LIBYAML_0_1:
            return parse_pure(text)
        raise _unparsable(text, error) from None
    except (YAMLError, UnicodeEncodeError) as error:
        raise _unparsable(text, error) from None


def parse_pure(text: str) -> Tree:
    """As `parse`, with the parser that is written in Python.

    It rejects a tab in front of a comment, which is as good as a space: then it is shown one.
    """
    shown = text
    for _ in range(_MOST_TABS):
        events = YAML(typ="safe", pure=True).parse(shown)
        try:
            tree = _build(shown, partial(next, events, None))
        except (YAMLError, UnicodeEncodeError) as error:
            tab = _tab_before_comment(shown, error)
            if tab is None:
                raise _unparsable(text, error) from None
            shown = f"{shown[:tab]} {shown[tab + 1 :]}"
        else:
            tree.text = text
            return tree
    raise UnparsableError(f"more than {_MOST_TABS} tabs in front of comments", 1)


def _tab_before_comment(text: str, error: Exception) -> int | None:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    return mark.index if mark is not None and _TAB.match(text, mark.index) else None


def _unparsable(text: str, error: Exception) -> UnparsableError:
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return UnparsableError(error.problem or error.context or "not YAML", _line_of(text, mark.index if mark else 0))
    if isinstance(error, ReaderError):
        return UnparsableError(error.reason, _line_of(text, error.position))
    if isinstance(error, UnicodeEncodeError):
        return UnparsableError("a surrogate is not a character", _line_of(text, error.start))
    return UnparsableError(str(error), 1)


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _build(text: str, next_event: Callable[[], Any]) -> Tree:  # noqa: C901, PLR0912, PLR0915 - one hot loop over events
    tree = Tree(text)
    anchors: dict[str, Node] = {}
    children: list[Node] = []
    parents: list[tuple[Node, list[Node]]] = []
    while (event := next_event()) is not None:
        kind = event.__class__
        if kind is ScalarEvent:
            start = properties = event.start_mark.index
            end = event.end_mark.index
            value = event.value
            style = event.style
            anchor = event.anchor
            tag = None
            if anchor is not None or event.ctag is not None:
                tag = event.tag
                start = _after_properties(text, properties, end)
            elif start == end:
                start = properties = end = _place_of_nothing(text, start, parents, children)
            if style:
                tree.quotes.add(style)
                if style in "|>":
                    end = _end_of_block_scalar(text, start, end)
            node = Node("scalar", properties, start, end, anchor, tag, style or "", value)
            children.append(node)
            if anchor is not None:
                anchors[anchor] = node
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            node = _collection(text, event, kind is MappingStartEvent)
            if kind is MappingStartEvent:
                tree.mappings.append(node)
            if node.anchor is not None:
                anchors[node.anchor] = node
            children.append(node)
            parents.append((node, children))
            children = []
            if len(parents) > _DEPTH:
                raise UnparsableError(f"nested deeper than {_DEPTH} levels", _line_of(text, node.start))
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            inner = children
            node, children = parents.pop()
            if kind is MappingEndEvent:
                parts = iter(inner)
                node.pairs = list(zip(parts, parts, strict=True))
            else:
                node.items = inner
            node.end = event.end_mark.index if node.style == "flow" or not inner else inner[-1].end
        elif kind is AliasEvent:
            node = _alias(text, event, anchors)
            tree.aliases.append(node)
            children.append(node)
        elif kind is DocumentStartEvent:
            anchors = {}
        elif kind is DocumentEndEvent:
            root = children.pop()
            tree.documents.append(None if root.properties == root.end and root.plain else root)
    return tree


def _collection(text: str, event: Any, is_mapping: bool) -> Node:
    properties = event.start_mark.index
    start = event.end_mark.index
    if not event.flow_style:
        style = "block"
        if not is_mapping and text[start] != "-":  # a list at its key's column is marked by its first dash
            start -= 1
    elif is_mapping and (properties == start or text[start - 1] != "{"):
        style = "pair"
        start = properties
    else:
        style = "flow"
        start -= 1
    tag = None if event.ctag is None else event.tag
    kind = "mapping" if is_mapping else "sequence"
    return Node(kind, properties, start, start, event.anchor, tag, style, "")  # type: ignore[arg-type] # two literals


def _alias(text: str, event: Any, anchors: dict[str, Node]) -> Node:
    start = event.start_mark.index
    target = anchors.get(event.anchor)
    if target is None:
        raise UnparsableError(f"nothing is anchored as {event.anchor}", _line_of(text, start))
    node = Node("alias", start, start, event.end_mark.index, None, None, "", event.anchor)
    node.target = target
    return node


def _after_properties(text: str, start: int, end: int) -> int:
    match = _PROPERTIES.match(text, start, end)
    return match.end() if match else start


def _place_of_nothing(text: str, mark: int, parents: list[tuple[Node, list[Node]]], children: list[Node]) -> int:
    """The offset directly after the indicator that announces an empty node; marks lie there or at the next token."""
    if not parents:
        return mark
    parent = parents[-1][0]
    if parent.kind == "sequence":
        match = _DASH.match(text, children[-1].end if children else parent.start, mark)
        return match.end() if match else mark
    if len(children) % 2 == 0:
        return mark
    key_end = children[-1].end
    match = _COLON.match(text, key_end, mark)
    return match.end() if match else key_end


def _end_of_block_scalar(text: str, start: int, end: int) -> int:
    """Before the last line break that belongs to the scalar: with `+` that of the last empty line, else of its text."""
    if text[end - 1] not in BREAKS:
        return end
    header = text[start : start + 4].rstrip(BREAKS + " ")
    if "+" in header:
        return end - (2 if text[end - 2 : end] == "\r\n" else 1)
    return start + len(text[start:end].rstrip(BREAKS))


def duplicate_key(mapping: Node) -> Node | None:
    """The first key of the mapping that repeats an earlier one."""
    found = (problem.offset for problem in key_problems(mapping) if problem.kind == "duplicate key")
    offset = next(found, None)
    return next((key for key, _ in mapping.pairs if key.start == offset), None)
