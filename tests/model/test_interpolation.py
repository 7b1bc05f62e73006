"""`${NAME:-default}` and its relatives, and `.env` files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.compose.interpolation import interpolated, variables_of

KNOWN = {"A": "1", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$A and ${A}", "1 and 1"),
        ("${B}", None),
        ("$B", None),
        ("${B:-x}", "x"),
        ("${B-x}", "x"),
        ("${B:-}", ""),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${A:?why}", "1"),
        ("${B:?why}", None),
        ("${EMPTY:?why}", None),
        ("${EMPTY?why}", ""),
        ("${A:+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${B:+x}", None),
        ("${B:-${A:-y}z}", "1z"),
        ("${B:-${C}}", None),
        ("${A:-${C}}", "1"),
        ("${B:-a:b}", "a:b"),
        ("$$A $${B}", "$A ${B}"),
        ("${B", None),
        ("${}", None),
        ("5$", None),
        ("${A!x}", None),
    ],
)
def test_a_variable_is_its_value_its_default_or_not_known(text: str, value: str | None) -> None:
    assert interpolated(text, KNOWN) == value


@given(st.text(alphabet="$abA{}:-+?_ ", max_size=30))
def test_whatever_stands_there_is_read_to_its_end(text: str) -> None:
    assert interpolated(text.replace("$", "$$"), KNOWN) == text
    assert isinstance(interpolated(text, KNOWN), str | None)


def test_a_file_of_variables() -> None:
    lines = [
        *("# comment", "A=1", 'export B="x y"  # why', "C='$A'", "D=${A}-2", "E=", "", "F=$UNKNOWN\r", "G=a # b"),
        *("H=a#b\r", "  I: 3", "no word", ""),
    ]
    assert variables_of("\n".join(lines)) == {
        "A": "1", "B": "x y", "C": "$A", "D": "1-2", "E": "", "G": "a", "H": "a#b", "I": "3",
    }  # fmt: skip
