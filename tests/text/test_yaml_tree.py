"""Positions, comments and problems of parsed YAML."""

from __future__ import annotations

import pytest

from hardener.text.unparsable import UnparsableError
from hardener.text.yamlnode import Node
from hardener.text.yamltree import Tree, parse, parse_pure

TEXTS = [
    "a: 1\nb: 'x'\nc: \"y\\n\"\nd: |\n  t\n\n  u\n\n\ne: >-\n  v\n# c\n",
    "a:\nb:   # c\nc: !t\nd: &x\ne: !!str # c\nf: &y !t v\n",
    "a:\n- 1\n-\n- - 2\n  -\n  - 3\n-   k: v\n    l:\n",
    "{a, b: , 'c': {}, d: [], e: [x, y: z, ? q], f}\n",
    "? a\n: b\n? c\n? [d]\n: - e\n",
    "x: &b {c: 1}\ny: *b\nz:\n  <<: *b\n  <<: [*b, *b]\n",
    "%YAML 1.2\n--- a\n...\n---\n# nothing\n---\n- 1\n--- |\n x\n",
    "a: é\U0001f600\r\nb: 'ü\r\n\r\n  ö'\r\nc: |+\r\n  x\r\n\r\nd: x\r\n  y\r\n",
    "a: |\n  no newline",
    "a: |2+ # h\n    x\n  \n",
    "a:\n  # c\n  - b # d\n  #e\n\n# f",
    "",
    "# only a comment\n",
]


def shape(node: Node | None) -> object:
    """Everything about a node, as plain data."""
    if node is None:
        return None
    own = (node.kind, node.properties, node.start, node.end, node.anchor, node.tag, node.style, node.value)
    target = node.target.start if node.target else None
    return own, target, [(shape(k), shape(v)) for k, v in node.pairs], [shape(item) for item in node.items]


@pytest.mark.parametrize("text", TEXTS)
def test_both_parsers_give_the_same_tree(text: str) -> None:
    assert list(map(shape, parse(text).documents)) == list(map(shape, parse_pure(text).documents))


@pytest.mark.parametrize("text", ["x: &b \t# tab\n  y: [22:22]\n", "a: 1\t#\t# two\nb: '\t# no' \t # \nc: [x:y]\n"])
def test_tabs_before_comments_survive_the_pure_parser(text: str) -> None:
    tree = parse(text)
    assert tree.text == text
    assert tree.documents[0] is not None
    assert [node.value for node in all_nodes(tree) if "\t" in node.value] == (["\t# no"] if "no" in text else [])


def all_nodes(tree: Tree) -> list[Node]:
    return [node for root in tree.documents if root for node in root.inside()]


@pytest.mark.parametrize("text", TEXTS)
def test_marks_hold_the_text_of_what_they_mark(text: str) -> None:
    for node in all_nodes(parse(text)):
        span = text[node.start : node.end]
        if node.kind == "alias":
            assert span == f"*{node.value}"
        elif node.style in {"'", '"'}:
            assert span[0] == span[-1] == node.style
        elif node.style in {"|", ">"}:
            assert span[0] == node.style
        elif node.style == "flow":
            assert span[0] + span[-1] in {"{}", "[]"}
        elif node.plain:
            assert span.split() == node.value.split()
        if node.properties != node.start:
            assert text[node.properties] in "&!"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a:\n  b: 1 # c\n  # d\n\ne: 2\n", ["b: 1", "2"]),
        ("a: |\n  x\n\n\nb: >+\n  y\n\n\nc: 1\n", ["|\n  x", ">+\n  y\n\n", "1"]),
        ("a: |-\n  x", ["|-\n  x"]),
        ("a: |\r\n  x\r\n\r\nb: |+\r\n  x\r\n\r\n", ["|\r\n  x", "|+\r\n  x\r\n"]),
        ("a: # c\nb:\n- \nc: {d: }\n", ["", "-", "{d: }"]),
    ],
)
def test_collections_end_with_their_last_leaf(text: str, spans: list[str]) -> None:
    (root,) = parse(text).documents
    assert root is not None
    assert [text[value.start : value.end] for _, value in root.pairs] == spans


def test_flow_scalars_with_colons_need_the_pure_parser() -> None:
    tree = parse("a: [80:80, no-new-privileges:true]\n")
    assert [node.value for node in all_nodes(tree) if node.kind == "scalar"] == ["a", "80:80", "no-new-privileges:true"]


def test_comments_are_told_from_text() -> None:
    text = "# 1\na: 'x # no' # 2\nb: y#no\nc: | # 3\n  # no\n# 4\nd: [e, # 5\n  '#no']\ne: !f {} #6\n...\n#7"
    tree = parse(text)
    assert [text[start:end] for start, end in tree.comments] == ["# 1", "# 2", "# 3", "# 4", "# 5", "#6", "#7"]


def test_lines_end_at_line_feeds_alone() -> None:
    text = "a: 'x\u2028\r'\nb: 1\n"
    tree = parse(text)
    assert (tree.line(text.index("'")), tree.line(text.index("b"))) == (1, 2)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: {c: 1, c: 2}\na: 3\n", [(15, "duplicate key"), (21, "duplicate key")]),
        ("a: {{ x }}\n", [(4, "complex key")]),
        ("? [a]\n: b\n", [(2, "complex key")]),
        ("a: &x b\n*x : c\n", [(8, "complex key")]),
        ("a: 1\n'b': {a: 1}\n", []),
    ],
)
def test_problems(text: str, problems: list[tuple[int, str]]) -> None:
    assert [(problem.offset, problem.kind) for problem in parse(text).problems] == problems


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: c: d\n", 2, "mapping values"),
        ("a: {{ x }}: y\n{% if %}\n", 1, ""),
        ("a: *x\n", 1, "nothing is anchored as x"),
        ("a: &x 1\n---\nb: *x\n", 3, "nothing is anchored as x"),
        ("a: \x00\n", 1, "control"),
        ("a:\n- \ud800\n", 2, "surrogate"),
        ("\n" + "[" * 100_000, 2, "200 levels"),
        ("a: [80:80, " + "[" * 300, 1, "200 levels"),
    ],
)
def test_what_is_not_yaml(text: str, line: int, word: str) -> None:
    with pytest.raises(UnparsableError) as error:
        parse(text)
    assert error.value.line == line
    assert word in error.value.reason


def test_a_tree_is_built_without_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardener.text.yamltree.CParser", None)
    assert list(map(shape, parse(TEXTS[0]).documents)) == list(map(shape, parse_pure(TEXTS[0]).documents))
