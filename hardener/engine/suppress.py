"""`# harden: ignore[rule] reason`: where a person says that a finding is accepted.

The comment counts for what stands on its line or, on a line of its own, for the next line that is no comment. A comment
without a reason has no effect, and neither has one that names no rule of ours; both are said.
"""

from __future__ import annotations

import re

from hardener.engine.result import Notice
from hardener.model.document import Document
from hardener.model.finding import Finding
from hardener.rules import catalog, matches

_MARK = re.compile(r"#\s*harden:\s*ignore\b(?:\[(?P<rules>[^\]]*)\])?(?P<reason>.*)")


class Suppressions:
    """The accepted findings of one file."""

    def __init__(self, document: Document) -> None:
        self.notices: list[Notice] = []
        self._by_line: dict[int, list[tuple[str, str]]] = {}
        if "harden:" not in document.source.text:
            return
        for start, end in document.comments:
            self._add(document, start, end)

    def reason_for(self, finding: Finding) -> str:
        """Return the reason that a person gave for accepting the finding; empty where nobody did."""
        accepted = (*self._by_line.get(finding.line, ()), *self._by_line.get(finding.subject_line, ()))
        return next((reason for rule, reason in accepted if matches(finding.rule, rule)), "")

    def _add(self, document: Document, start: int, end: int) -> None:
        text = document.source.text
        mark = _MARK.search(text[start:end])
        if mark is None:
            return
        line, _ = document.position(start)
        reason = mark["reason"].strip()
        rules = [rule.strip() for rule in (mark["rules"] or "").split(",") if rule.strip()]
        wrong = [rule for rule in rules if not any(matches(known, rule) for known in catalog())]
        problem = _problem(rules, wrong, reason)
        if problem:
            self.notices.append(Notice(document.file, f"`harden: ignore` has no effect: {problem}", line))
            rules = [rule for rule in rules if rule not in wrong] if reason else []
        target = line if text[text.rfind("\n", 0, start) + 1 : start].strip() else _next_line(text, end, line)
        self._by_line.setdefault(target, []).extend((rule, reason) for rule in rules)


def _problem(rules: list[str], wrong: list[str], reason: str) -> str:
    if wrong:
        return f"no rule is called {wrong[0]}"
    return "it names no rule" if not rules else "" if reason else "it gives no reason"


def _next_line(text: str, offset: int, line: int) -> int:
    """Return the number of the next line that is neither blank nor a comment."""
    while (newline := text.find("\n", offset)) >= 0:
        offset, line = newline + 1, line + 1
        following = text[offset : _line_end(text, offset)].strip()
        if following and not following.startswith("#"):
            break
    return line


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return end if end >= 0 else len(text)
