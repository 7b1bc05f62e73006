"""File modes as chmod and its like take them: whether they let anybody write, and the same without that."""

from __future__ import annotations

import re

_OCTAL = re.compile(r"0?[0-7]{1,4}")
_CLAUSE = re.compile(r"([ugoa]*)([-+=])([rwxXst]*)")

_WRITE = 0o2
_STICKY = 0o1000


def lets_anybody_write(mode: str) -> bool:
    """Whether a mode gives every user the right to write; a sticky one (1777) does so on purpose, as /tmp has it.

    `+w` without a class keeps to the umask, which is 022 in builds.
    """
    if _OCTAL.fullmatch(mode):
        bits = int(mode, 8)
        return bool(bits & _WRITE) and not bits & _STICKY
    clauses = [_CLAUSE.fullmatch(clause) for clause in mode.split(",")]
    if any(clause is None for clause in clauses):
        return False
    found = [clause for clause in clauses if clause is not None]
    if any("t" in clause[3] and clause[2] != "-" for clause in found):
        return False
    return any(set(clause[1]) & {"o", "a"} and clause[2] != "-" and "w" in clause[3] for clause in found)


def granted(mode: str, class_: str, before: int) -> int:
    """Return the three bits that a class (`g` or `o`) has once `mode` is set on a file where it had `before`."""
    if _OCTAL.fullmatch(mode):
        return int(mode, 8) >> (3 if class_ == "g" else 0) & 0o7
    bits = before
    for clause in filter(None, map(_CLAUSE.fullmatch, mode.split(","))):
        if clause[1] and not {class_, "a"} & set(clause[1]):
            continue
        named = sum(bit for letters, bit in (("r", 0o4), ("w", 0o2), ("xX", 0o1)) if set(letters) & set(clause[3]))
        bits = {"+": bits | named, "-": bits & ~named, "=": named}[clause[2]]
    return bits


def without_others(mode: str, *, group: bool) -> str:
    """Return a mode in which the owner, and with `group` the group too, may write where anybody might.

    What else it grants stays: `777` is `755` then, `a+rwX` is `a+rX,u+w`.
    """
    if _OCTAL.fullmatch(mode):
        taken = _WRITE if group else _WRITE | 0o20
        return f"{int(mode, 8) & ~taken:0{len(mode)}o}"
    writers = "ug" if group else "u"
    clauses = []
    for clause in mode.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None or not set(match[1]) & {"o", "a"} or match[2] == "-" or "w" not in match[3]:
            clauses.append(clause)
            continue
        rest = match[3].replace("w", "")
        if rest or match[2] == "=":
            clauses.append(f"{match[1]}{match[2]}{rest}")
        clauses.append(f"{writers}+w")
    return ",".join(dict.fromkeys(clauses))
