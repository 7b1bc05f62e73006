"""What a reader sees through aliases and merge keys, and where it is defined."""

from __future__ import annotations

import pytest
import yaml

from hardener.text.changes import Path
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlplain import to_python
from hardener.text.yamlshared import Place, Sharing
from hardener.text.yamltree import parse

SHARED = """\
x-env: &env {A: 1}
x-base: &base
  user: root
  caps: &caps [NET_RAW]
  environment: *env
x-more: &more
  <<: *base
  init: true
services:
  one:
    <<: *base
  two:
    <<: [*more, *base]
    user: app
  three: *base
  four:
    caps: *caps
"""


def cursor(text: str, *path: str | int) -> Cursor | None:
    found = parse(text).root(0)
    for step in path:
        if found is not None:
            found = found.get(step) if isinstance(step, str) else found.elements()[step]
    return found


@pytest.mark.parametrize(
    ("path", "text", "merged"),
    [
        (("services", "one", "user"), "root", True),
        (("services", "two", "user"), "app", False),
        (("services", "two", "init"), "true", True),
        (("services", "two", "environment", "A"), "1", False),
        (("services", "three", "user"), "root", False),
        (("services", "four", "caps", 0), "NET_RAW", False),
    ],
)
def test_values_are_seen_where_readers_look(path: tuple[str | int, ...], text: str, merged: bool) -> None:
    found = cursor(SHARED, *path)
    assert found is not None
    assert (found.text, found.supplied_by_merge, found.path) == (text, merged, (0, *path))


def test_a_cursor_points_at_what_stands_there() -> None:
    found = cursor(SHARED, "services", "three")
    assert found is not None
    assert SHARED[found.key_start : found.end] == "three: *base"
    user = found.get("user")
    assert user is not None
    assert SHARED[user.key_start : user.end] == "user: root"
    assert cursor(SHARED, "services", "one", "init") is None
    assert parse(SHARED).root(1) is None


def test_data_with_merges_is_what_pyyaml_reads() -> None:
    assert to_python(parse(SHARED).root(0)) == yaml.safe_load(SHARED)


def test_plain_data_follows_yaml_1_2() -> None:
    text = "[1, -2, 0o17, 0x1F, 1.5, true, 'true', yes, ~, , 1:2x, !!str 5]".replace("~, ,", "~,")
    expected = [1, -2, 15, 31, 1.5, True, "true", "yes", None, "1:2x", "5"]
    assert to_python(parse(text).root(0)) == expected


@pytest.mark.parametrize(
    ("scalar", "truth", "null"),
    [
        ("true", True, False),
        ("FALSE", False, False),
        ("'true'", None, False),
        ("yes", None, False),
        ("'no'", None, False),
        ("Off", None, False),
        ("~", None, True),
        ("", None, True),
        ("''", None, False),
        ("!!str", None, False),
        ("&a null", None, True),
    ],
)
def test_scalars_are_judged_by_text_and_style(scalar: str, truth: bool | None, null: bool) -> None:
    found = cursor(f"a: {scalar}\n", "a")
    assert found is not None
    assert (found.truth, found.is_null) == (truth, null)


def under(key: str, *paths: Path) -> frozenset[Path]:
    return frozenset((*path, key) for path in paths)


BASE: Path = (0, "x-base")
ONE, TWO, THREE, FOUR = ((0, "services", name) for name in ("one", "two", "three", "four"))
MORE: Path = (0, "x-more")
ENVIRONMENTS = under("environment", BASE, MORE, ONE, TWO, THREE)


@pytest.mark.parametrize(
    ("path", "home", "users"),
    [
        ((*ONE, "user"), (*BASE, "user"), under("user", BASE, MORE, ONE, THREE)),
        ((*TWO, "user"), (*TWO, "user"), under("user", TWO)),
        ((*TWO, "init"), (*MORE, "init"), under("init", MORE, TWO)),
        ((*ONE, "new"), (*ONE, "new"), under("new", ONE)),
        ((*THREE, "new"), (*BASE, "new"), under("new", BASE, MORE, ONE, TWO, THREE)),
        ((*FOUR, "caps"), (*BASE, "caps"), under("caps", BASE, MORE, ONE, TWO, THREE, FOUR)),
        ((*ONE, "environment", "A"), (0, "x-env", "A"), under("A", (0, "x-env"), *ENVIRONMENTS)),
        ((*ONE, "environment", "B", "C"), (0, "x-env", "B", "C"), None),
        ((0, "services", "five", "user"), (0, "services", "five", "user"), under("user", (0, "services", "five"))),
    ],
)
def test_places(path: Path, home: Path, users: frozenset[Path] | None) -> None:
    found = Sharing(parse(SHARED)).place(path)
    assert found.home == home
    assert path in found.users
    assert users is None or found.users == users


def test_the_entry_of_an_alias_is_its_own() -> None:
    assert Sharing(parse(SHARED)).place((*FOUR, "caps"), entry=True) == Place((*FOUR, "caps"), under("caps", FOUR))


def test_every_user_of_a_value_leads_to_the_same_home() -> None:
    sharing = Sharing(parse(SHARED))
    for path in ((*ONE, "user"), (*THREE, "user"), (*TWO, "environment", "A"), (*FOUR, "caps", 0)):
        found = sharing.place(path)
        assert {sharing.place(user).home for user in found.users} == {found.home}


@pytest.mark.parametrize(
    "text",
    [
        "a: &a\n  <<: *a\n  b: *a\n",
        "\n".join(
            ["a0: &a0 {k: 1}", *(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 40))]
        ),
        "\n".join(["a0: &a0 [k]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40))]),
    ],
    ids=["cycle", "merges", "aliases"],
)
def test_cycles_and_bombs_are_harmless(text: str) -> None:
    root = parse(text).root(0)
    assert root is not None
    name, last = root.entries()[-1]
    assert last.get("nothing") is None
    assert len(last.entries()) <= 2
    assert Sharing(parse(text)).place((0, name, "nothing")).home[-1] == "nothing"


def test_a_cycle_has_no_plain_data() -> None:
    with pytest.raises(ValueError, match="nested deeper"):
        to_python(parse("&a [*a]\n").root(0))
