"""What each construct of YAML looks like before and after changes: rendered, guarded, and stable."""

from __future__ import annotations

import pytest

from hardener.text.changes import Exclude, Include, Put, Remove, Replace, Value, YamlChange
from hardener.text.edits import splice
from hardener.text.yamldata import check
from hardener.text.yamledit import render
from hardener.text.yamlrefusal import RefusedError
from hardener.text.yamltree import parse

WEB = (0, "services", "web")
VOLUME: Value = {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}

CHANGED: dict[str, tuple[str, list[YamlChange], str]] = {
    "a key at the end of its mapping, above the blank line": (
        "services:\n  web:\n    image: a\n\n  db:\n    image: b\n",
        [Put((*WEB, "read_only"), True)],
        "services:\n  web:\n    image: a\n    read_only: true\n\n  db:\n    image: b\n",
    ),
    "below deeper comments, above those at its own column": (
        "a:\n  b:\n    c: 1\n    # of c\n  # of d\n  d: 2\n",
        [Put((0, "a", "b", "x"), 1), Put((0, "a", "q"), 2, before=("d",))],
        "a:\n  b:\n    c: 1\n    x: 1\n    # of c\n  q: 2\n  # of d\n  d: 2\n",
    ),
    "commented-out items stay with their list": (
        "a:\n- x\n# - y\n# and why\n\n# of b\nb: 1\n",
        [Put((0, "c"), 1, before=("b",))],
        "a:\n- x\n# - y\n# and why\nc: 1\n\n# of b\nb: 1\n",
    ),
    "in front of the first of several keys": (
        "image: a\n# ports\nports: []\nuser: b\n",
        [Put((0, "read_only"), True, before=("user", "ports"))],
        "image: a\nread_only: true\n# ports\nports: []\nuser: b\n",
    ),
    "in front of the first key of an item": (
        "- image: a\n  name: b\n",
        [Put((0, 0, "name2"), "x", before=("image",))],
        "- name2: x\n  image: a\n  name: b\n",
    ),
    "new parents once, siblings in order": (
        "spec:\n  a: 1\n",
        [
            Include((0, "spec", "securityContext", "capabilities", "drop"), "ALL"),
            Put((0, "spec", "securityContext", "runAsUser"), 10001),
            Put((0, "spec", "securityContext", "runAsNonRoot"), True),
        ],
        (
            "spec:\n  a: 1\n  securityContext:\n    runAsNonRoot: true\n    runAsUser: 10001\n"
            "    capabilities:\n      drop:\n        - ALL\n"
        ),
    ),
    "the file's indentation and dashes": (
        "spec:\n    list:\n    - a\n",
        [Include((0, "spec", "map", "drop"), "ALL")],
        "spec:\n    list:\n    - a\n    map:\n        drop:\n        - ALL\n",
    ),
    "a comment beside a new item": (
        "web:\n  cap_add:\n  - KILL # to stop\n",
        [
            Include((0, "web", "cap_add"), "KILL", comment="unsaid, for it is there"),
            Include((0, "web", "cap_add"), "IPC_LOCK", comment="for mlock"),
            Include((0, "web", "cap_drop"), "ALL", comment="all"),
        ],
        "web:\n  cap_add:\n  - KILL # to stop\n  - IPC_LOCK  # for mlock\n  cap_drop:\n  - ALL  # all\n",
    ),
    "a comment behind a list in a line": (
        "a: [x]\nb: {drop: [ALL]}\nc: [x] # said\nd: [\n  x\n]\n",
        [
            Include((0, "a"), "w", comment="for w"),
            Include((0, "b", "add"), "w", comment="for w"),
            Include((0, "b", "add"), "z", comment="for z"),
            Include((0, "c"), "w", comment="for w"),
            Include((0, "d"), "w", comment="for w"),
        ],
        (
            "a: [x, w]  # for w\nb: {drop: [ALL], add: [w, z]}  # for w, for z\nc: [x, w] # said\n"
            "d: [\n  x,\n  w\n]  # for w\n"
        ),
    ),
    "no comment in JSON": (
        '{"a": ["x"], "b": {}}\n',
        [Include((0, "a"), "w", comment="for w"), Include((0, "b", "c"), "z", comment="for z")],
        '{"a": ["x", "w"], "b": {"c": ["z"]}}\n',
    ),
    "carriage returns": (
        "a:\r\n  b: 1\r\n",
        [Put((0, "a", "c"), 1), Include((0, "d"), "x")],
        "a:\r\n  b: 1\r\n  c: 1\r\nd:\r\n  - x\r\n",
    ),
    "mixed line endings follow the neighbour": (
        "a:\r\n  b: 1\nc:\n  d: 1\r\n",
        [Put((0, "a", "x"), 1), Put((0, "c", "z"), 1)],
        "a:\r\n  b: 1\n  x: 1\nc:\n  d: 1\r\n  z: 1\r\n",
    ),
    "no newline at the end": ("a: 1", [Put((0, "b"), 1), Include((0, "c"), "x")], "a: 1\nb: 1\nc:\n  - x"),
    "removed without a newline at the end": ("a: 1\nb: 2\nc: 3", [Remove((0, "b")), Remove((0, "c"))], "a: 1"),
    "a newline that is part of a text stays": ("a: |\n  x\nb:", [Remove((0, "b"))], "a: |\n  x\n"),
    "above a block scalar that has no newline": ("a: 1\nb: |\n  x", [Put((0, "c"), 1)], "a: 1\nc: 1\nb: |\n  x"),
    "below a stripped block scalar": ("b: |-\n  x", [Put((0, "c"), 1)], "b: |-\n  x\nc: 1"),
    "below the blank lines that a block scalar keeps": (
        "b: |+\n  x\n\n# c\n",
        [Put((0, "c"), 1)],
        "b: |+\n  x\n\nc: 1\n# c\n",
    ),
    "above the blank lines that a block scalar does not keep": (
        "b: >\n  x\n\n\nd: 1\n",
        [Put((0, "c"), 1, before=("d",))],
        "b: >\n  x\nc: 1\n\n\nd: 1\n",
    ),
    "quotes of the file": (
        "a: 'x'\n",
        [Put((0, "user"), "10001:10001"), Put((0, "b"), "no"), Put((0, "c"), "it's")],
        "a: 'x'\nuser: '10001:10001'\nb: 'no'\nc: it's\n",
    ),
    "double quotes where there are none": (
        "a: x\n",
        [Put((0, "user"), "10001:10001"), Put((0, "b"), "a: b"), Put((0, "c"), "é\x85\n"), Put((0, "d"), "${A:-1}")],
        'a: x\nuser: "10001:10001"\nb: "a: b"\nc: "é\\u0085\\n"\nd: ${A:-1}\n',
    ),
    "quoted keys": ('"a":\n  "b": 1\n', [Put((0, "a", "c"), "d")], '"a":\n  "b": 1\n  "c": d\n'),
    "JSON": (
        '{"a": {"b": ["c"]}, "d": {}}\n',
        [Include((0, "a", "b"), "x"), Put((0, "d", "e"), "f"), Include((0, "g"), VOLUME)],
        '{"a": {"b": ["c", "x"]}, "d": {"e": "f"}, "g": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}]}\n',
    ),
    "a scalar's characters only": (
        "a: root  # why\nb: \"0\"\nc: '0'\nd: &x 0\n",
        [Put((0, "a"), "1:1"), Put((0, "b"), "app"), Replace((0, "c"), "0", 5), Put((0, "d"), 7)],
        'a: "1:1"  # why\nb: "app"\nc: 5\nd: &x 7\n',
    ),
    "null": (
        "a:\nb: ~ # c\nc: null\nd:   # why\n",
        [Put((0, "a"), 1), Put((0, "b"), "x"), Include((0, "c"), "z"), Put((0, "d", "e"), True)],
        "a: 1\nb: x # c\nc:\n  - z\nd:   # why\n  e: true\n",
    ),
    "empty flow collections in a block become blocks": (
        "a: {} # c\nb: []\nc:\n  - {}\n",
        [Put((0, "a", "x"), 1), Include((0, "b"), VOLUME), Put((0, "c", 0, "z"), 2)],
        "a: # c\n  x: 1\nb:\n  - name: tmp\n    emptyDir:\n      sizeLimit: 64Mi\nc:\n  - {z: 2}\n",
    ),
    "a scalar becomes the list that it stands for": (
        "tmpfs: /tmp # c\nb: {t: /tmp}\n",
        [Include((0, "tmpfs"), "/run"), Include((0, "b", "t"), "/run")],
        "tmpfs:\n  - /tmp # c\n  - /run\nb: {t: [/tmp, /run]}\n",
    ),
    "an item below the last, with its dash and quotes": (
        'a:\n-   "x"\n-   "y" # c\n\nb: 1\n',
        [Include((0, "a"), "z")],
        'a:\n-   "x"\n-   "y" # c\n-   "z"\n\nb: 1\n',
    ),
    "colons in block and in flow": (
        "a: [x]\nb:\n  - y\n",
        [Include((0, "a"), "no-new-privileges:true"), Include((0, "b"), "no-new-privileges:true")],
        'a: [x, "no-new-privileges:true"]\nb:\n  - y\n  - no-new-privileges:true\n',
    ),
    "flow on one line": (
        "a: [x, y,]\nb: { c: 1 }\nd: {e: , f}\n",
        [Include((0, "a"), "z"), Put((0, "b", "k"), 2, before=("c",)), Put((0, "d", "e"), 1), Put((0, "d", "f"), 2)],
        "a: [x, y, z,]\nb: { k: 2, c: 1 }\nd: {e: 1 , f: 2}\n",
    ),
    "flow on many lines, each comment with its entry": (
        "a: [\n  x, # of x\n  y # of y\n]\nb: {\n  c: 1, # of c\n}\n",
        [Include((0, "a"), "z"), Put((0, "b", "d"), 2), Put((0, "b", "k"), 3, before=("c",))],
        "a: [\n  x, # of x\n  y, # of y\n  z\n]\nb: {\n  k: 3,\n  c: 1, # of c\n  d: 2,\n}\n",
    ),
    "items out of flow": (
        "a: [x, y, z]\nb: [x, y]\nc: [x]\nd: [\n  x,\n  y # of y\n]\n",
        [Exclude((0, key), item) for key, item in (("a", "y"), ("b", "x"), ("c", "x"), ("d", "y"))],
        "a: [x, z]\nb: [y]\nd: [\n  x\n]\n",
    ),
    "one item for another": (
        "a: [NET_RAW]\nb:\n  - NET_RAW # why\n",
        [
            Exclude((0, "a"), "NET_RAW"),
            Include((0, "a"), "ALL"),
            Exclude((0, "b"), "NET_RAW"),
            Include((0, "b"), "ALL"),
        ],
        "a: [ALL]\nb:\n  - ALL\n",
    ),
    "a removed entry takes its own comment, those above stay": (
        "a:\n  # above\n  b: 1 # own\n  # above c\n  c: 2\n",
        [Remove((0, "a", "b"))],
        "a:\n  # above\n  # above c\n  c: 2\n",
    ),
    "a parent that is emptied goes, its comments stay": (
        "a: |\n  text\nb:\n  c:\n    # why\n    - SYS_ADMIN # own\nd: 1\n",
        [Exclude((0, "b", "c"), "SYS_ADMIN")],
        "a: |\n  text\n# why\nd: 1\n",
    ),
    "a parent that was empty before stays": (
        "a: {}\nb: []\n",
        [Remove((0, "a", "x")), Exclude((0, "b"), "y")],
        "a: {}\nb: []\n",
    ),
    "the first key of an item": (
        "- privileged: true\n  name: a\n- privileged: true\n",
        [Remove((0, 0, "privileged")), Remove((0, 1, "privileged"))],
        "- name: a\n",
    ),
    "everything of an item for something else": (
        "- privileged: true # own\n- x\n",
        [Remove((0, 0, "privileged")), Put((0, 0, "user"), 1)],
        "- user: 1\n- x\n",
    ),
    "everything of a mapping for something else": (
        "a:\n  # why\n  b: 1\nc: 2\n",
        [Remove((0, "a", "b")), Put((0, "a", "d"), 1)],
        "a:\n  # why\n  d: 1\nc: 2\n",
    ),
    "several documents": (
        "%YAML 1.1\n---\na: 1\n...\n---\n# nothing\n---\nb: 1\n# end\n",
        [Put((0, "x"), 1), Put((2, "z"), 2)],
        "%YAML 1.1\n---\na: 1\nx: 1\n...\n---\n# nothing\n---\nb: 1\nz: 2\n# end\n",
    ),
    "anchors, merges and tags stay": (
        "x: &b\n  u: 1\nw:\n  <<: *b\nv: !override\n  - 1\n",
        [Put((0, "x", "t"), 2), Put((0, "w", "z"), 3), Include((0, "v"), "q")],
        "x: &b\n  u: 1\n  t: 2\nw:\n  <<: *b\n  z: 3\nv: !override\n  - 1\n  - q\n",
    ),
    "dotted names": ("a.b:\n  c: 1\n", [Put((0, "a.b", "d"), 1)], "a.b:\n  c: 1\n  d: 1\n"),
    "other line breaks of YAML 1.1": (
        "a:\x85  b: 1\x85c: 2\n",
        [Put((0, "a", "d"), 1)],
        "a:\x85  b: 1\n  d: 1\x85c: 2\n",
    ),
    "a lone carriage return": ("a:\r  b: 1\rc: 2\r", [Put((0, "a", "d"), 1)], "a:\r  b: 1\n  d: 1\rc: 2\r"),
    "separators inside strings": (
        'a: "x\u2028y"\nb: {}\n',
        [Put((0, "b", "c"), "\u2028"), Put((0, "d"), "\U0001f600")],
        'a: "x\u2028y"\nb:\n  c: "\\u2028"\nd: "\U0001f600"\n',
    ),
    "beside an explicit key": ("? a\n: b\n", [Put((0, "c"), 1)], "? a\n: b\nc: 1\n"),
    "what holds already": (
        'a: [ALL]\nb: "x"\nc: true\nd: /tmp\n',
        [
            Include((0, "a"), "ALL"),
            Put((0, "b"), "x"),
            Put((0, "c"), True),
            Include((0, "d"), "/tmp"),
            Remove((0, "e", "f")),
        ],
        'a: [ALL]\nb: "x"\nc: true\nd: /tmp\n',
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_change(case: str) -> None:
    before, changes, after = CHANGED[case]
    tree = parse(before)
    text = splice(before, render(tree, changes, ("runAsNonRoot", "runAsUser", "capabilities")))
    assert text == after
    new = parse(text)
    assert check(tree, changes, new) is None
    asked = [change for change in changes if isinstance(change, Put | Include) and change.path[:2] != (0, 0)]
    assert render(new, asked) == []


REFUSED: dict[str, tuple[str, YamlChange, str]] = {
    "alias": ("a: &x {b: 1}\nc: *x\n", Put((0, "c", "d"), 1), "alias *x"),
    "pair without braces": ("a: [b: 1]\n", Put((0, "a", 0, "c"), 1), "pair without braces"),
    "complex key": ("a: {{ x }}\n", Put((0, "a", "b"), 1), "not a scalar"),
    "explicit key": ("? a\n: b\n", Put((0, "c"), 1, before=("a",)), "written with `?`"),
    "comment in empty flow": ("a: {\n # c\n}\n", Put((0, "a", "b"), 1), "comment"),
    "null with anchor": ("a: &x\nb: *x\n", Put((0, "a", "b"), 1), "anchor"),
    "null with tag": ("a: !reset\n", Put((0, "a"), 1), "tag"),
    "duplicate key": ("a: 1\na: 2\n", Put((0, "a"), 3), "set twice"),
    "mapping for a scalar": ("a: {b: 1}\n", Put((0, "a"), 1), "a mapping stands"),
    "scalar for a mapping": ("a: 1\n", Put((0, "a", "b"), 1), "a scalar stands"),
    "mapping for a list": ("a: {b: 1}\n", Include((0, "a"), "x"), "a mapping stands"),
    "list for a mapping": ("a: [b]\n", Put((0, "a", "x"), 1), "a list stands"),
    "block scalar for a list": ("a: |\n  x\n", Include((0, "a"), "y"), "several lines"),
    "list that ends without newline": ("a:\n- |\n  x", Include((0, "a"), "y"), "block scalar"),
    "other text": ("a: 1\n", Replace((0, "a"), "2", 3), "'2' does not stand there"),
    "nothing to replace": ("a: 1\n", Replace((0, "b"), "2", 3), "'2' does not stand there"),
    "no such item": ("a: [1]\n", Put((0, "a", 4, "b"), 3), "no such item"),
    "referenced anchor": ("a: &x 1\nb: *x\n", Remove((0, "a")), "&x would go"),
    "referenced anchor in a list": ("a: [&x q, r]\nb: *x\n", Exclude((0, "a"), "q"), "&x would go"),
    "empty document": ("---\n---\na: 1\n", Put((0, "a"), 1), "empty"),
    "whole document": ("a: 1\n", Remove((0, "a")), "nothing would be left"),
    "comment among flow entries": ("a: [x, # why\n  y]\n", Exclude((0, "a"), "y"), "comment"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusal_says_why_and_names_the_change(case: str) -> None:
    text, change, word = REFUSED[case]
    with pytest.raises(RefusedError) as refusal:
        render(parse(text), [change])
    assert word in refusal.value.reason
    assert refusal.value.refused == ((change, refusal.value.reason),)


def test_refusal_names_only_what_cannot_be_done() -> None:
    bad, good = Put((0, "a", "b"), 1), Put((0, "c"), 1)
    with pytest.raises(RefusedError) as refusal:
        render(parse("a: 1\n"), [good, bad])
    assert [change for change, _ in refusal.value.refused] == [bad]
