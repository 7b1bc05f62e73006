"""Scalars as text: what a plain one means, and how to write one that means the same to YAML 1.1 and 1.2."""

from __future__ import annotations

import json
import re
from typing import Self

from hardener.text.changes import Scalar
from hardener.text.yamlnode import Node

# YAML 1.1: https://yaml.org/type/ ; YAML 1.2: section 10.3 of the specification
_NOT_A_STRING = re.compile(
    r"""
      (?: | ~ | null | y | n | yes | no | on | off | true | false | = | << )
    | [-+]? [0-9] [0-9_]*                                             # also octal as 0644
    | [-+]? (?: 0b [01_]+ | 0o [0-7_]+ | 0x [0-9a-f_]+ )
    | [-+]? [0-9] [0-9_]* (?: : [0-5]? [0-9] )+ (?: \. [0-9_]* )?     # base 60
    | [-+]? (?: [0-9] [0-9_]* (?: \. [0-9_]* )? | \. [0-9_]+ ) (?: e [-+]? [0-9]+ )?
    | [-+]? \. inf | \. nan
    | [0-9]{4} - [0-9]{1,2} - [0-9]{1,2} (?: (?: t | [ \t]+ ) [0-9]{1,2} : .* )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DIGITS_AND_COLONS = re.compile(r"[0-9]+(?::[0-9]+)+")
_PLAIN = re.compile(r"[A-Za-z0-9_/$.+~][^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]*")
_PLAIN_IN_FLOW = re.compile(r"[A-Za-z0-9_/$.+~][A-Za-z0-9_/$.+~@%=^ -]*")
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


class Commented(str):
    """A string that is to be written with a comment beside it; as data it is the string alone."""

    comment: str

    def __new__(cls, text: str, comment: str) -> Self:
        """Return `text` with its comment: one line, without the sign."""
        made = super().__new__(cls, text)
        made.comment = comment
        return made


def comment_beside(value: object) -> str:
    """Return what stands behind a value in its line; empty where nothing is to."""
    return f"  # {value.comment}" if isinstance(value, Commented) else ""


def reads_as_string(text: str) -> bool:
    """Whether this plain scalar is a string in YAML 1.1 and in YAML 1.2."""
    return not _NOT_A_STRING.fullmatch(text)


def stands_for(node: Node, value: Scalar) -> bool:
    """Whether the node is a scalar that means `value` to every YAML version."""
    if node.kind != "scalar" or node.tag is not None:
        return False
    if isinstance(value, str):
        return node.value == value and (not node.plain or reads_as_string(value))
    return node.plain and node.value == plain_text(value)


def plain_text(value: Scalar) -> str:
    """The text of a scalar without quotes: `true`, `64`, `ALL`."""
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


def written(value: Scalar, quote: str, *, flow: bool, quoted: bool = False) -> str:
    """`value` as YAML text on one line: plain where that is safe and not `quoted`, else in `quote` where it can be."""
    if not isinstance(value, str):
        return plain_text(value)
    if not quoted and _safe_plain(value, flow):
        return value
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _safe_plain(text: str, flow: bool) -> bool:
    if not reads_as_string(text) or _DIGITS_AND_COLONS.fullmatch(text):
        return False
    if text.endswith((":", " ")) or ": " in text or " #" in text or text.startswith("..."):
        return False
    return bool((_PLAIN_IN_FLOW if flow else _PLAIN).fullmatch(text))
