"""The report as one HTML page: nothing is loaded from anywhere, and what files hold is text in it, never markup."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import hardener
from hardener.engine import Result, State
from hardener.model.settings import Level
from hardener.report.controls import CONTROLS
from hardener.report.page.code import DiffLine, diff_lines, within
from hardener.report.page.parts import Part
from hardener.report.page.posture import Mark, Row, opened, rows
from hardener.report.page.trend import trend
from hardener.rules import catalog
from hardener.templates import folder
from hardener.text.terminal import printable

_WORDS = {State.FIXED: "fixed", State.UNSAFE: "unsafe", State.HELD: "held", State.SUPPRESSED: "accepted"}
MARKS = {
    Mark.MET: "met",
    Mark.FIXED: "open, met by a fix",
    Mark.UNSAFE: "open, its fix may break the program",
    Mark.HELD: "open, held",
    Mark.ACCEPTED: "accepted by a person",
    Mark.NONE: "nothing to check",
}
"""In the legend; page.css has them too, for who hears the page: a word for each of thousands of cells is slow."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is about."""

    title: str
    day: date
    level: Level
    result: Result
    written: bool = False
    parts: tuple[Part, ...] = ()
    audits: Sequence[Mapping[str, Any]] = ()
    """Their records, the oldest first."""


def html(page: Page) -> str:
    """Return the page's text; encode it as UTF-8."""
    result = page.result
    found = rows(result)
    held = [(row, outcome) for row in found for outcome in row.outcomes if outcome.state is State.HELD]
    count = Counter(outcome.state for outcome in result.outcomes)
    named = {outcome.finding.rule for outcome in result.outcomes}
    notices = [("error", notice) for notice in result.errors] + [("note", notice) for notice in result.skipped]
    style, script = _part("page.css"), _part("page.js")
    rules = [rule for rule in catalog().values() if rule.id in named]
    own = [("posture", "Posture"), *([("services", "Services")] if found else [])]
    own += [("held", "Held")] if held else []
    own += [("trend", "Audits")] if len(page.audits) > 1 else []
    own += [(part.anchor, part.title) for part in page.parts]
    own += [("rules", "Rules")] if rules else []
    own += [("notes", "Errors and notes")] if notices else []
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=page.title,
            day=page.day.isoformat(),
            version=hardener.__version__,
            level=page.level.value,
            written=page.written,
            files=result.files,
            policy=_policy(style, script),
            style=style,
            script=script,
            rows=found,
            opened=opened(found),
            root=opened(found)["user"],
            controls=[control for control in CONTROLS if any(row.cells[control.id] is not Mark.NONE for row in found)],
            diffs=_diffs(result, found),
            totals=[(state.value, count[state]) for state in State],
            words={state.value: word for state, word in _WORDS.items()}
            | ({} if page.written else {"fixed": "would be fixed"}),
            legend=MARKS.items(),
            rules=rules,
            caveats={rule.id: rule.rule.caveat for rule in catalog().values()},
            held=held,
            tables=page.parts,
            trend=trend(page.audits),
            parts=own,
            notices=notices,
            errors=len(result.errors),
        )
    )


def _diffs(result: Result, found: Sequence[Row]) -> Mapping[str, list[DiffLine]]:
    """Return what changes in each row's lines, by anchor; a file's first row has what stands above it too."""
    changes = {change.source.name: change for change in result.changes}
    dialects = {row.file: row.dialect for row in found}
    lines = {name: diff_lines(change, dialects[name]) for name, change in changes.items()}
    first = {row.file: row.anchor for row in reversed(found)}
    return {
        row.anchor: within(lines.get(row.file, []), 0 if first[row.file] == row.anchor else row.line, row.until)
        for row in found
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder() / "report"), autoescape=True, undefined=StrictUndefined, finalize=_shown
    )
    environment.globals["count"] = _counted
    return environment


def _shown(value: object) -> object:
    """Return a value as the page shows it: of what files hold, no character that changes how others are read."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _part(name: str) -> Markup:
    return Markup((folder() / "report" / name).read_text(encoding="utf-8"))  # noqa: S704 - it is ours


def _policy(style: str, script: str) -> str:
    """Return the page's Content-Security-Policy: nothing but its own style and script, by their hashes."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    styles, scripts = (f"'sha256-{value}'" for value in hashes)
    return f"default-src 'none'; style-src {styles}; script-src {scripts}; base-uri 'none'; form-action 'none'"
