"""Lines of keys, against texts that are built so that every line is known."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.policy.lines import Keys, lines_of

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)
VALUES = ["1", '"x"', "[\n 1, # [t]\n 2,\n]", '"""\na = 1\n[b]\n"""', "'''\n'''", "{ y = 1 }", '"\\""', "[]"]
FILLERS = st.lists(st.sampled_from(["", "# a = 1", "   ", "\t# [x]"]), max_size=2)


@given(
    tables=st.dictionaries(
        NAMES, st.dictionaries(NAMES, st.tuples(FILLERS, st.sampled_from(VALUES)), max_size=3), max_size=3
    ),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_of_generated_texts(tables: dict[str, dict[str, tuple[list[str], str]]], newline: str) -> None:
    text: list[str] = []
    expected: dict[Keys, int] = {}
    for table, entries in tables.items():
        text.append(f"[{json.dumps(table, ensure_ascii=False)}]  # x")
        expected[(table,)] = len(text)
        for key, (filler, value) in entries.items():
            text += filler
            expected[(table, key)] = len(text) + 1
            if "y = 1" in value:
                expected[(table, key, "y")] = len(text) + 1
            text += f"{json.dumps(key, ensure_ascii=False)} = {value}".split("\n")
    whole = newline.join(text)
    tomllib.loads(whole)
    assert lines_of(whole) == expected


def test_a_long_list_is_not_parsed_again_with_each_of_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    loads = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: parsed.append(text) or loads(text))
    items = "".join(f'  "service-{number}/",\n' for number in range(1000))
    assert lines_of(f"a = [\n{items}]\nb = 1\n") == {("a",): 1, ("b",): 1003}
    assert len(parsed) < 5


def test_dotted_keys_and_arrays_of_tables() -> None:
    assert lines_of('a.b.c = 1\na.d = 2\n\n[[e]]\nf = 1\n[[e]]\nf = 2\n["x.y".z]\n') == {
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "b", "c"): 1,
        ("a", "d"): 2,
        ("e",): 4,
        ("e", 0): 4,
        ("e", 0, "f"): 5,
        ("e", 1): 6,
        ("e", 1, "f"): 7,
        ("x.y",): 8,
        ("x.y", "z"): 8,
    }
    assert lines_of("[[e]]\n[[e]]\n[e.g]\nh = 1\n[[e.i]]\n[[e.i]]\nj = 1\n[k.l]\n[k.m]\n") == {
        ("e",): 1,
        ("e", 0): 1,
        ("e", 1): 2,
        ("e", 1, "g"): 3,
        ("e", 1, "g", "h"): 4,
        ("e", 1, "i"): 5,
        ("e", 1, "i", 0): 5,
        ("e", 1, "i", 1): 6,
        ("e", 1, "i", 1, "j"): 7,
        ("k",): 8,
        ("k", "l"): 8,
        ("k", "m"): 9,
    }
    assert lines_of("\ne = [\n {f = 1},\n 2, {g = 1}]\n") == {
        ("e",): 2,
        ("e", 0): 2,
        ("e", 0, "f"): 2,
        ("e", 2): 2,
        ("e", 2, "g"): 2,
    }
