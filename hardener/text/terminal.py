"""Make text that comes from files safe to show: what a terminal would obey, or hide, is written out."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f"  # what moves the cursor, rings, or starts a command
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing, so that text lies
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # unseen
    r"\ud800-\udfff]"  # bytes of a file name that are not UTF-8: they cannot be written out at all
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str, keep: str = "") -> str:
    r"""Return `text` with control, direction and invisible characters as `\n`, `\x1b`, `\u202e` or `\U000e0041`.

    The characters in `keep`, such as `"\n\t"`, stay. A backslash stays one, so this is for eyes and cannot be undone.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: match[0] if match[0] in keep else _written_out(match[0]), text)


def _written_out(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
