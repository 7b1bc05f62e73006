"""`# harden: ignore[rule] until=2026-12-31 reason`: where a person says that a finding is accepted, and for how long.

The comment counts for what stands on its line or, on a line of its own, for the next line that is no comment. A comment
without a reason has no effect, and neither has one that names no rule of ours or whose date is none; both are said.
`until` may be left out. It names the last day, in UTC, on which the finding is accepted: then it is back, and says so.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from hardener.engine import clock
from hardener.engine.result import Notice
from hardener.model.document import Document
from hardener.model.finding import Finding
from hardener.rules import catalog, matches

_MARK = re.compile(r"#\s*harden:\s*ignore\b(?:\[(?P<rules>[^\]]*)\])?(?P<words>.*)")
_UNTIL = re.compile(r"(?<!\S)until\s*=\s*(\S*)", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Accepted(NamedTuple):
    """That findings of a rule are accepted, to the end of a day or, where that is None, for good."""

    rule: str
    until: date | None
    reason: str

    @property
    def words(self) -> str:
        return f"{self.reason} (until {self.until})" if self.until else self.reason


class Suppressions:
    """The accepted findings of one file."""

    def __init__(self, document: Document) -> None:
        self.notices: list[Notice] = []
        self._today = clock.today()
        self._by_line: dict[int, list[_Accepted]] = {}
        if "harden:" not in document.source.text:
            return
        for start, end in document.comments:
            self._add(document, start, end)

    def reason_for(self, finding: Finding) -> str:
        """Return why a person accepts the finding; empty where nobody does, or did until a day that is past."""
        return next((accepted.words for accepted in self._about(finding) if not self._is_past(accepted)), "")

    def until(self, finding: Finding) -> date | None:
        """Return the last day on which a person accepts the finding; None where that has no end, or nobody does."""
        return next((accepted.until for accepted in self._about(finding) if not self._is_past(accepted)), None)

    def told(self, finding: Finding) -> Finding:
        """Return the finding; where it was accepted until a day that is past and is not any more, it says so."""
        past = [accepted.until for accepted in self._about(finding) if accepted.until and self._is_past(accepted)]
        if not past or self.reason_for(finding):
            return finding
        return finding._replace(message=f"{finding.message}; its suppression expired on {max(past)}")

    def _about(self, finding: Finding) -> list[_Accepted]:
        lines = dict.fromkeys((finding.line, finding.subject_line))
        accepted = (accepted for line in lines for accepted in self._by_line.get(line, ()))
        return [one for one in accepted if matches(finding.rule, one.rule)]

    def _is_past(self, accepted: _Accepted) -> bool:
        return accepted.until is not None and accepted.until < self._today

    def _add(self, document: Document, start: int, end: int) -> None:
        text = document.source.text
        mark = _MARK.search(text[start:end])
        if mark is None:
            return
        line, _ = document.position(start)
        days, reason = _UNTIL.findall(mark["words"]), " ".join(_UNTIL.sub("", mark["words"]).split())
        rules = [rule.strip() for rule in (mark["rules"] or "").split(",") if rule.strip()]
        wrong = [rule for rule in rules if not any(matches(known, rule) for known in catalog())]
        problem = _problem(rules, wrong, reason) or _problem_of_days(days)
        if problem:
            self.notices.append(Notice(document.file, f"`harden: ignore` has no effect: {problem}", line))
        if not reason or _problem_of_days(days):
            return
        until = _day(days[0]) if days else None
        target = line if text[text.rfind("\n", 0, start) + 1 : start].strip() else _next_line(text, end, line)
        accepted = [_Accepted(rule, until, reason) for rule in rules if rule not in wrong]
        self._by_line.setdefault(target, []).extend(accepted)


def _problem(rules: list[str], wrong: list[str], reason: str) -> str:
    if wrong:
        return f"no rule is called {wrong[0]}"
    return "it names no rule" if not rules else "" if reason else "it gives no reason"


def _problem_of_days(days: list[str]) -> str:
    if len(days) > 1:
        return "it says twice until when"
    return f'"until={days[0]}" names no day, as until=2026-12-31 does' if days and _day(days[0]) is None else ""


def _day(written: str) -> date | None:
    """Return the day; None where the calendar has none of that name."""
    try:
        return date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        return None


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
