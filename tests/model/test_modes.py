from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.dockerfile.modes import granted, lets_anybody_write, without_others


@pytest.mark.parametrize(
    "mode",
    ["777", "0777", "666", "0002", "2777", "a+w", "o+w", "ugo+rwx", "a=rw", "u+x,o=rwx", "go+rwX"],
)
def test_anybody_may_write(mode: str) -> None:
    assert lets_anybody_write(mode)


@pytest.mark.parametrize(
    ("mode", "class_", "before", "after"),
    [
        ("700", "o", 4, 0),
        ("0755", "o", 4, 5),
        ("750", "g", 0, 5),
        ("u+x", "o", 4, 4),
        ("+x", "o", 4, 5),
        ("a+x,o-r", "o", 4, 1),
        ("u=rwx,go=", "g", 5, 0),
        ("ug+X", "g", 4, 5),
    ],
)
def test_what_a_class_is_granted(mode: str, class_: str, before: int, after: int) -> None:
    assert granted(mode, class_, before) == after


@pytest.mark.parametrize(
    "mode",
    ["755", "775", "1777", "3777", "7777", "+w", "+x", "u+w", "ug+rwx", "g=u", "o-w", "a-w", "a+rwxt", "o=u", "x", ""],
)
def test_not_anybody_may_write(mode: str) -> None:
    assert not lets_anybody_write(mode)


@pytest.mark.parametrize(
    ("mode", "group", "closed"),
    [
        ("777", False, "755"),
        ("777", True, "775"),
        ("0666", False, "0644"),
        ("2777", False, "2755"),
        ("002", False, "000"),
        ("a+rwX", False, "a+rX,u+w"),
        ("a+w", True, "ug+w"),
        ("o+w,u+x", False, "u+w,u+x"),
        ("ugo=rwx,g-x", False, "ugo=rx,u+w,g-x"),
    ],
)
def test_the_mode_without_others(mode: str, group: bool, closed: str) -> None:
    assert without_others(mode, group=group) == closed


@given(st.integers(0, 0o777), st.booleans())
def test_only_the_right_to_write_is_taken(bits: int, group: bool) -> None:
    closed = int(without_others(f"{bits:03o}", group=group), 8)
    assert closed == bits & (0o775 if group else 0o755)
    assert not lets_anybody_write(f"{closed:03o}")


@pytest.mark.parametrize("mode", ["777", "a+rwX", "o+w", "ugo=rw", "go+w,a+x", "0733"])
def test_chmod_itself_agrees(mode: str, tmp_path: Path) -> None:
    """The owner can do with the new mode what anybody could with the old one, and nobody else can write."""
    old, new = tmp_path / "old", tmp_path / "new"
    for path, wanted in ((old, mode), (new, without_others(mode, group=False))):
        path.touch()
        path.chmod(0o644)
        subprocess.run(["chmod", wanted, path], check=True)
    before, after = (stat.S_IMODE(path.stat().st_mode) for path in (old, new))
    assert before & stat.S_IWOTH
    assert not after & stat.S_IWOTH
    assert after & ~0o022 == (before | stat.S_IWUSR) & ~0o022
