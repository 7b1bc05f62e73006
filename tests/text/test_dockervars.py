"""Variable expansion, by the examples of Docker's reference and by BuildKit's own table of words."""

import pytest

from hardener.text.dockervars import expand

VARIABLES = {"A": "1", "E": "", "P": "a b", "_x": "y"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$A", "1"),
        ("${A}b", "1b"),
        ("$A$A/$_x", "11/y"),
        ("a$", "a$"),
        ("$-", None),
        ("$1", None),
        ("$U", None),
        ("${U}", None),
        ("${U:-d}", "d"),
        ("${U-d}", "d"),
        ("${E:-d}", "d"),
        ("${E-d}", ""),
        ("${A:-d}", "1"),
        ("${A:+d}", "d"),
        ("${E:+d}", ""),
        ("${E+d}", "d"),
        ("${U+d}", ""),
        ("${A:?e}", "1"),
        ("${E:?e}", None),
        ("${E?e}", ""),
        ("${U:?e}", None),
        ("${U:-${A:-x}}y", "1y"),
        ("${U:-'}'}", "}"),
        ("${U:-$V}", None),
        ("${A#1}", None),
        ("${A%%1}", None),
        ("${A/1/2}", None),
        ("${A", None),
        ("${}", None),
        ("${:-a}", None),
        ("${A=b}", None),
        ("\\$A", "$A"),
        ("'$A'", "$A"),
        ('"$A b"', "1 b"),
        ('"\\$A\\"\\a"', '$A"\\a'),
        ("'a", None),
        ('"a', None),
        ("a\\ b\\\\", "a b\\"),
        ("a\\", "a"),
        ("$P", "a b"),
        ("${U:-" * 200 + "}" * 200, None),
    ],
)
def test_expansion(text: str, value: str | None) -> None:
    assert expand(text, VARIABLES) == value


def test_backtick_escapes() -> None:
    assert expand("C:\\$A`$A", VARIABLES, "`") == "C:\\1$A"
