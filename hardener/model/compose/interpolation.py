"""Variables in Compose files: `${NAME:-default}` and its relatives, and the `.env` file that gives them values.

https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_OPERATOR = re.compile(r":?[-?+]")
_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*
        (?:'(?P<raw>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\r\n]*?))(?:[ \t]+\#[^\n]*)?[ \t]*\r?$""",
    re.MULTILINE | re.VERBOSE,
)


def interpolated(text: str, variables: Mapping[str, str]) -> str | None:
    """Return `text` with its variables replaced; None where one has neither a value nor a default.

    A variable that is not among `variables` may still have a value where the file is used, so it is not known, and
    never empty.
    """
    if "$" not in text:
        return text
    value, end = _until(text, 0, variables, inside=False)
    return value if end == len(text) else None


def variables_of(text: str) -> dict[str, str]:
    """Return what an `.env` file sets; a variable whose value rests on an unknown one is left out."""
    found: dict[str, str] = {}
    for match in _LINE.finditer(text):
        raw = match["raw"]
        value = raw if raw is not None else interpolated(match["quoted"] or match["plain"] or "", found)
        if value is not None:
            found[match["name"]] = value
    return found


def _until(text: str, start: int, variables: Mapping[str, str], *, inside: bool) -> tuple[str | None, int]:
    """Return the value of `text` from `start` to its end or, inside braces, to the one that closes them."""
    parts: list[str] = []
    known, at = True, start
    while at < len(text) and not (inside and text[at] == "}"):
        if text[at] != "$":
            parts.append(text[at])
            at += 1
            continue
        value, at = _variable(text, at, variables)
        known = known and value is not None
        parts.append(value or "")
    return "".join(parts) if known else None, at


def _variable(text: str, at: int, variables: Mapping[str, str]) -> tuple[str | None, int]:
    """Return the value of what stands at a `$`, and where that ends."""
    if text.startswith("$$", at):
        return "$", at + 2
    braces = text.startswith("${", at)
    name = _NAME.match(text, at + (2 if braces else 1))
    if name is None:
        return None, len(text)
    if not braces:
        return variables.get(name[0]), name.end()
    operator = _OPERATOR.match(text, name.end())
    word, end = _until(text, operator.end() if operator else name.end(), variables, inside=True)
    if end >= len(text) or (operator is None and end != name.end()):
        return None, len(text)
    return _chosen(variables.get(name[0]), operator[0] if operator else "", word), end + 1


def _chosen(value: str | None, operator: str, word: str | None) -> str | None:
    """Return what an operator makes of a variable and the word behind it."""
    missing = value is None or (not value and operator.startswith(":"))
    if operator.endswith("-"):
        return word if missing else value
    if operator.endswith("+"):
        return None if value is None else "" if missing else word
    return None if missing and operator else value
