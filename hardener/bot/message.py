"""Titles and messages of commits, as Conventional Commits 1.0.0 has them: what, and why."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence

from hardener.bot.groups import Group
from hardener.bot.plain import plain
from hardener.model.finding import Finding
from hardener.rules import catalog

WIDTH = 72
_SCOPE = 60
"""Characters of a name in a title at most."""
_MOST = 12
"""How many places, pieces of evidence and caveats a message names; it counts the others."""


def message_of(rule: str, findings: Sequence[Finding]) -> str:
    """Return the message of a commit that makes what one rule asks for; `findings` are all that it settles."""
    others = sorted({finding.rule for finding in findings} - {rule})
    subject = f"fix({rule.partition('-')[0]}): {_title(rule)}"
    parts = [subject if len(subject) <= WIDTH else f"{subject[: WIDTH - 1]}…", _why(rule)]
    if others:
        parts.append(_filled(f"With it, since one without the other would not work: {', '.join(map(_title, others))}."))
    parts.append(_listed("Where", _places(findings)))
    parts.append(_listed("Evidence", dict.fromkeys(text for finding in findings for text in finding.evidence)))
    parts.append(_listed("What may break", dict.fromkeys(found.caveat for found in findings if found.caveat)))
    parts.append(f"Rule: {rule}, see `harden explain`")
    return "\n\n".join(filter(None, parts)) + "\n"


def title_of(group: Group) -> str:
    """Return the title of a pull request."""
    if group.rules and group.about in catalog():
        return f"fix({group.about.partition('-')[0]}): {_title(group.about)}"
    scope = plain(re.sub(r"[^\w./-]+", "-", group.about).strip("-")[:_SCOPE])
    return f"fix({scope}): harden containers" if scope else "fix: harden containers"


def first_paragraph(documentation: str) -> str:
    """Return why a rule is there: what its documentation says first, behind its title."""
    return " ".join(documentation.strip().split("\n\n")[1:2]).replace("\n", " ")


def _title(rule: str) -> str:
    return catalog()[rule].rule.title if rule in catalog() else plain(rule)


def _why(rule: str) -> str:
    return _filled(first_paragraph(catalog()[rule].documentation)) if rule in catalog() else ""


def _places(findings: Iterable[Finding]) -> list[str]:
    by_file: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.subject not in by_file[finding.file]:
            by_file[finding.file].append(finding.subject)
    return [f"{file}: {_some(subjects)}" for file, subjects in by_file.items()]


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - _MOST
    return ", ".join(texts[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _listed(head: str, texts: Iterable[str]) -> str:
    lines = [_filled(plain(text), "- ") for text in texts]
    if len(lines) > _MOST:
        lines = [*lines[:_MOST], f"- and {len(lines) - _MOST} more"]
    return "\n".join([f"{head}:", *lines]) if lines else ""


def _filled(text: str, mark: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
