"""Changes to generated YAML: what is declared happens, and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hardener.text.changes import Exclude, Include, Path, Put, Remove, Scalar, Value, YamlChange
from hardener.text.edits import splice
from hardener.text.unparsable import UnparsableError
from hardener.text.yamldata import check
from hardener.text.yamledit import render
from hardener.text.yamlnode import Node
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamltree import Tree, parse

KEYS = ["a", "b.c", "image", "'q'", '"r"', "é\U0001f600"]
SCALARS = ["", "~", "1", "x", "80:80", "yes", "0644", "'s'", '"d"', "${V:-w}", "two words", "!t x", "!!str", "*z"]
FLOW = [
    "{}",
    "[]",
    "[a, b]",
    "{ k: 1, l: [m] }",
    '["p","q",]',
    "[\n X a, # c\n X b\nX]",
    "{\n X k: 1,\n X l: 2 # c\nX}",
]
BLOCKS = ["|\n X t", "|-\n X t\n\n X u", ">\n X t\n\n", "|+\n X t\n\n", "'x\n X y'", "x\n X y"]
NEW = ["new", "user", "y", "cap_drop", "a"]
VALUES: list[Scalar] = [True, 5, "ALL", "no", "10001:10001", "a: b", "it's", "", "\U0001f600\u2028", "t:true"]
ITEMS: list[Value] = ["ALL", "a", "t:true", {"name": "tmp", "emptyDir": {}}, {"k": ["l", {"m": 1}]}, 7]
COMMENTS = ["", "", "justified in docs/adr/0007-a.md", "a: [b] # 'c' ,"]


@st.composite
def blocks(draw: st.DrawFn, column: int, depth: int) -> list[str]:
    """The lines of a block mapping or sequence at a column."""
    margin = " " * column
    lines: list[str] = []
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    listed = depth < 3 and draw(st.booleans())
    for key in keys:
        lines += draw(st.sampled_from([[], [], [], [""], [margin + "# own"], [margin + "  # deeper", ""], ["# far"]]))
        head = margin + ("-" if listed else f"{key}:")
        kind = draw(st.sampled_from(["scalar", "scalar", "scalar", "flow", "text", "block", "block"]))
        if kind == "block" and depth:
            step = draw(st.sampled_from([2, 2, 4]))
            inner = draw(blocks(column + step, depth - 1))
            if listed and not inner[0].lstrip().startswith("#") and inner[0].strip() and draw(st.booleans()):
                lines += [head + " " * (step - 1) + inner[0].lstrip(" "), *inner[1:]]
            else:
                lines += [head + draw(st.sampled_from(["", "  # c", " &n"])), *inner]
            continue
        value = draw(st.sampled_from({"flow": FLOW, "text": BLOCKS}.get(kind, SCALARS))).replace("X", margin)
        comment = "" if kind == "text" else draw(st.sampled_from(["", "", " # c", "   "]))
        lines += (head + (" " + value if value else "") + comment).split("\n")
    return lines


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A YAML stream, with an anchor that its aliases can name."""
    anchors = st.sampled_from([["z: &z [w]"], ["z: &z", "    w: 1"]])
    documents = [["---", *draw(anchors), *draw(mappings())] for _ in range(draw(st.integers(1, 2)))]
    lines = [line for document in documents for line in document]
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return newline.join(lines) + draw(st.sampled_from([newline, newline, "", newline * 2]))


def mappings() -> st.SearchStrategy[list[str]]:
    """The lines of a block mapping at column 0 that do not set `z` again."""
    return blocks(0, 3).filter(lambda lines: not any(line.startswith("-") for line in lines))


def nodes(tree: Tree) -> list[tuple[Path, Node]]:
    found: list[tuple[Path, Node]] = []
    waiting: list[tuple[Path, Node]] = [((i,), root) for i, root in enumerate(tree.documents) if root]
    while waiting:
        path, node = waiting.pop()
        found.append((path, node))
        waiting += [((*path, key.value), value) for key, value in node.pairs]
        waiting += [((*path, index), item) for index, item in enumerate(node.items)]
    return found


@st.composite
def change_at(draw: st.DrawFn, path: Path, node: Node) -> YamlChange:
    """Some change that could concern this node."""
    before = tuple(key.value for key, _ in node.pairs[-1:]) if draw(st.booleans()) else ()
    value, item = draw(st.sampled_from(VALUES)), draw(st.sampled_from(ITEMS))
    comment = draw(st.sampled_from(COMMENTS))
    changes: list[YamlChange] = [
        Put((*path, draw(st.sampled_from(NEW))), value, before),
        Put((*path, draw(st.sampled_from(NEW)), "deep"), value, before),
        Include((*path, draw(st.sampled_from(NEW))), item, before, comment),
    ]
    if node.kind == "sequence":
        changes = [
            Include(path, item, comment=comment),
            *(Exclude(path, part.value) for part in node.items if part.kind == "scalar"),
        ]
    elif node.kind == "scalar":
        changes = [Put(path, value), Include(path, item, comment=comment), Put((*path, "deep"), value)]
    return draw(st.sampled_from([*changes, Remove(path)]))


def agreeing(changes: list[YamlChange]) -> list[YamlChange]:
    """The changes without those that contradict an earlier one."""
    found: list[YamlChange] = []
    for change in changes:
        if not any(contradict(change, other) or contradict(other, change) for other in found):
            found.append(change)
    return found


def contradict(one: YamlChange, two: YamlChange) -> bool:
    if one.path == two.path:
        if isinstance(one, Include | Exclude) and isinstance(two, Include | Exclude):
            return type(one) is not type(two) and one.item == two.item
        return True
    if two.path[: len(one.path)] != one.path:
        return False
    into_item = isinstance(two.path[len(one.path)], int) and len(two.path) > len(one.path) + 1
    return not (isinstance(one, Include) and into_item)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_declared_happens_and_nothing_else(data: st.DataObject) -> None:
    text = data.draw(texts())
    try:
        tree = parse(text)
    except UnparsableError:
        assume(False)
    assume(not tree.problems)
    places = nodes(tree)
    chosen = data.draw(st.lists(st.sampled_from(range(len(places))), min_size=1, max_size=6))
    changes = agreeing([data.draw(change_at(*places[index])) for index in chosen])
    changes, new = rendered(tree, changes)
    new_tree = parse(new)
    assert check(tree, changes, new_tree) is None
    hold_against_pyyaml(text, new, changes)
    asked: list[YamlChange] = [change for change in changes if isinstance(change, Put | Include)]
    if len(asked) == len(changes):
        assert not comments(tree) - comments(new_tree)
        assert only_asked_for(comments(new_tree) - comments(tree), asked)
        assert rendered(new_tree, asked)[1] == new


def only_asked_for(new: Counter[str], changes: list[YamlChange]) -> bool:
    """Whether nothing is in these comments but what the changes say."""
    asked = {change.comment for change in changes if isinstance(change, Include) and isinstance(change.item, str)}
    said = ", ".join(comment.removeprefix("# ") for comment in new)
    for comment in sorted(filter(None, asked), key=len, reverse=True):
        said = said.replace(comment, "")
    return not said.strip(", ")


class Loader(yaml.SafeLoader):
    """PyYAML's, with our unknown tags read as text."""


Loader.add_multi_constructor("!t", lambda loader, _, node: loader.construct_scalar(node))


def hold_against_pyyaml(old: str, new: str, changes: list[YamlChange]) -> None:
    """Another parser must find what was asked for; everything is skipped that it could not load before either."""
    try:
        before = list(yaml.load_all(old, Loader))
    except (yaml.YAMLError, ValueError):
        return
    after = list(yaml.load_all(new, Loader))
    assert len(before) == len(after)
    changed = {change.path[0] for change in changes}
    for number, document in enumerate(after):
        assert number in changed or document == before[number]
    for change in changes:
        if any(isinstance(step, int) for step in change.path[1:]):
            continue  # positions may have shifted
        found = look_up(after, change.path)
        match change:
            case Put(value=value):
                assert (found, type(found)) == (value, type(value))
            case Include(item=item):
                assert item in found or str(item) in map(str, found if isinstance(found, list) else [found])
            case Exclude(item=item):
                assert not isinstance(found, list) or item not in found
            case Remove():
                assert found is MISSING


MISSING = object()


def look_up(data: Any, path: Path) -> Any:
    step: Any
    for step in path:
        if not isinstance(data, list if isinstance(step, int) else dict) or (step not in data and step != path[0]):
            return MISSING
        data = data[step]
    return data


def rendered(tree: Tree, changes: list[YamlChange]) -> tuple[list[YamlChange], str]:
    """The changes that can be made, with the new text."""
    while True:
        try:
            return changes, splice(tree.text, render(tree, changes))
        except RefusedError as refusal:
            refused = {id(change) for change, _ in refusal.refused}
            assert refused & {id(change) for change in changes}
            changes = [change for change in changes if id(change) not in refused]


def comments(tree: Tree) -> Counter[str]:
    return Counter(tree.text[start:end] for start, end in tree.comments)
