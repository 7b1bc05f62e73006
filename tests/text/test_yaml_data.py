"""The guard sees every difference that was not declared."""

from __future__ import annotations

import pytest

from hardener.text.changes import Exclude, Include, Put, Remove, Replace, YamlChange
from hardener.text.yamldata import check
from hardener.text.yamltree import parse

OLD = 'a: 1\nb: "1"\nc: &x [p, q]\nd: *x\ne: !t {f: no, g: |\n  t\n}\n'.replace("|\n  t\n", "'h'")

UNDECLARED = {
    "value": ("a: 1", "a: 2"),
    "quotes": ('b: "1"', "b: 1"),
    "quotes around a word of YAML 1.1": ("f: no", "f: 'no'"),
    "anchor": ("&x", "&y"),
    "tag": ("!t", "!u"),
    "alias": ("*x", "[p, q]"),
    "order of items": ("[p, q]", "[q, p]"),
    "lost item": ("[p, q]", "[p]"),
    "new key": ("a: 1", "a: 1\nz: 1"),
    "lost key": ("a: 1\n", ""),
    "renamed key": ("a: 1", "z: 1"),
    "order of keys": ('a: 1\nb: "1"', 'b: "1"\na: 1'),
    "new document": ("a: 1", "---\n---\na: 1"),
}
RENAMED = {"anchor": ("*x", "*y")}


@pytest.mark.parametrize("case", UNDECLARED)
@pytest.mark.parametrize("declared", [[], [Put((0, "new"), True)]], ids=["untouched", "beside a change"])
def test_undeclared_difference(case: str, declared: list[YamlChange]) -> None:
    new = OLD + "new: true\n" * len(declared)
    assert check(parse(OLD), declared, parse(new)) is None
    for old_part, new_part in (UNDECLARED[case], RENAMED.get(case, ("", ""))):
        new = new.replace(old_part, new_part, 1) if old_part else new
    assert check(parse(OLD), declared, parse(new)) is not None


@pytest.mark.parametrize(
    ("old", "change", "right", "wrong"),
    [
        ("a: {}\n", Put((0, "a", "b"), "1"), "a: {b: '1'}\n", "a: {b: 1}\n"),
        ("a:\n", Put((0, "a"), True), "a: true\n", "a: 'true'\n"),
        ("a: 0\n", Put((0, "a"), "10001:10001"), 'a: "10001:10001"\n', "a: 10001\n"),
        ("a: 0\n", Replace((0, "a"), "0", 1), "a: 1\n", "a: 0\n"),
        ("a: x\n", Include((0, "a"), "q"), "a: [x, q]\n", "a: [q, x]\n"),
        ("a: [x]\n", Include((0, "a"), {"b": 1}), "a: [x, {b: 1}]\n", "a: [x, {b: '1'}]\n"),
        ("a: [x]\n", Include((0, "a"), "x"), "a: [x]\n", "a: [x, x]\n"),
        ("a: [x, y]\n", Exclude((0, "a"), "x"), "a: [y]\n", "a: [x]\n"),
        ("a: [x]\nb: 1\n", Exclude((0, "a"), "x"), "b: 1\n", "a: []\nb: 1\n"),
        ("a: {b: {c: 1}}\nd: 1\n", Remove((0, "a", "b", "c")), "d: 1\n", "a: {}\nd: 1\n"),
        ("a: 1\n", Remove((0, "b", "c")), "a: 1\n", "a: 1\nb: {}\n"),
        ("a: &x 1\n", Put((0, "a"), 2), "a: &x 2\n", "a: 2\n"),
        ("a: 1\nb: 2\n", Put((0, "c"), 3), "a: 1\nc: 3\nb: 2\n", "b: 2\na: 1\nc: 3\n"),
    ],
)
def test_declared_difference(old: str, change: YamlChange, right: str, wrong: str) -> None:
    assert check(parse(old), [change], parse(right)) is None
    assert check(parse(old), [change], parse(wrong)) is not None
    assert check(parse(old), [change], parse(old)) is None or right != old


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (Put((0, "a", "b"), 1), "scalar cannot be a mapping"),
        (Replace((0, "a"), "2", 1), "'2' does not stand there"),
        (Replace((0, "z"), "2", 1), "there is no z"),
        (Put((3, "a"), 1), "there is no document 4"),
        (Put((0, "c"), 1), "cannot become a scalar"),
        (Put((0, "c", 7, "x"), 1), "no item 7"),
    ],
)
def test_impossible_change(change: YamlChange, word: str) -> None:
    assert word in str(check(parse(OLD), [change], parse(OLD)))
