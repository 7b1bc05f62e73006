import sys
import unicodedata

import pytest

from hardener.text.terminal import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x9b2J", r"\x9b2J"),
        ("user\u202egnp.exe", r"user\u202egnp.exe"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\U000e0041", r"\U000e0041"),
        ("caf\udce9", r"caf\udce9"),
        ("plain é 漢字 😀 \\", "plain é 漢字 😀 \\"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text, shown):
    assert printable(text) == shown


def test_what_is_kept_was_asked_for():
    assert printable("a\n\t\r\x07", keep="\n\t") == "a\n\t\\r\\x07"


def test_every_control_separator_and_surrogate_is_written_out_and_every_visible_character_is_not():
    unsafe = {"Cc", "Cs", "Zl", "Zp"}
    bidirectional = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    visible = {"L", "M", "N", "P", "S"}
    blank_letters = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | {
        chr(code) for code in range(0xFFF0, 0xFFFC)
    }
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category in unsafe or unicodedata.bidirectional(character) in bidirectional:
            assert printable(character) != character, hex(code)
        elif category[0] in visible and character not in blank_letters and not 0xE0000 <= code <= 0xE0FFF:
            assert printable(character) == character, hex(code)


def test_what_is_shown_can_be_encoded():
    assert printable("".join(map(chr, range(0xD7FF, 0xE001)))).encode()
