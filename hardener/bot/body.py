"""The text of a pull request: `templates/pull_request.md` with what a run found.

Everything that comes from the repository is escaped: it makes no link, no mention, no markup, and closes no issue.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hardener import __version__, templates
from hardener.bot.groups import place_of
from hardener.engine import Outcome, Result, State
from hardener.model.finding import Finding, Key
from hardener.policy.frameworks import Control, Decides, frameworks
from hardener.report.tables import cell
from hardener.rules import catalog

LIMIT = 65_000
"""Characters; GitHub takes 65,536 and answers more with 422 "body is too long (maximum is 65536 characters)"."""
OPENING = "<!-- harden: opening -->"
"""Stands in the text of a pull request until it has its labels, reviewers and assignees."""
NOT_RUN = (
    "**Not run.** Nothing was started to try this. `harden trial FILE` starts services before and after the change."
)

_STEPS = (10_000, 300, 100, 50, 20, 10, 5, 2)
"""How many entries of each list are shown at most: the first of these with which the text is short enough."""
_TRIAL = re.compile(r"(?<=<!-- harden: trial -->\n).*?(?=\n<!-- harden: end of trial -->)", re.DOTALL)
_MOVES = re.compile(r"\bchown\b|\bfsGroup\b|^let \d+:\d+ read the files of |\blies? below 1024\b")
"""Which parts of a caveat are about ports and about whose files are."""
_CHECK = re.compile(r"(?:To check|Check with)[:,]? .*", re.DOTALL)


def body(result: Result, trial: str) -> str:
    """Return the text for what a run fixes; `trial` is Markdown, or empty where none ran."""
    fixed = [outcome.finding for outcome in result.outcomes if outcome.state is State.FIXED]
    units = _units(fixed)
    words = {
        "version": __version__,
        "fixes": _count(len(fixed), "place"),
        "files": _count(len(result.changes), "file"),
        "services": _count(
            len({place_of(found) for found in fixed if not found.rule.startswith("dockerfile")}), "service"
        ),
        "units": units,
        "risks": _risks(fixed),
        "moves": _moves(fixed),
        "controls": _controls(fixed),
        "left": [*map(_left, _open(result.outcomes))],
    }
    for most in _STEPS:
        for shown in dict.fromkeys((trial or NOT_RUN, _without_table(trial) or NOT_RUN)):
            text = _rendered(words, shown, most)
            if len(text) <= LIMIT:
                return text
    return f"{text[: LIMIT - 100]}\n\n(The text is cut here: {len(text) - LIMIT + 100:,} characters more.)\n"


def with_trial_of(text: str, earlier: str) -> str:
    """Return a text with the trial that an earlier one shows: what was tried is the same."""
    shown = _TRIAL.search(earlier.replace("\r\n", "\n"))
    return _TRIAL.sub(lambda _: shown[0], text) if shown else text


def environment() -> Environment:
    """Return what renders templates: every value that comes from a repository is escaped before."""
    return Environment(  # noqa: S701 - it is Markdown, which `cell` escapes for
        loader=FileSystemLoader(templates.folder()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _rendered(words: dict[str, Any], trial: str, most: int) -> str:
    def cut(entries: Sequence[object]) -> str:
        return f" (and {len(entries) - most} more)" if len(entries) > most else ""

    def more(entries: Sequence[object]) -> str:
        return f"\n… and {len(entries) - most} more, not shown: the text would be too long.\n" if entries[most:] else ""

    text = environment().get_template("pull_request.md").render(**words, trial=trial, most=most, more=more, cut=cut)
    return re.sub(r"\n{3,}", "\n\n", text)


def _units(fixed: Iterable[Finding]) -> list[dict[str, Any]]:
    by_place: dict[str, dict[tuple[str, str], list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in fixed:
        by_place[place_of(finding)][finding.file, finding.subject].append(finding)
    return [
        {"name": cell(name), "places": [_place(*where, findings) for where, findings in subjects.items()]}
        for name, subjects in sorted(by_place.items())
    ]


def _place(file: str, subject: str, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "name": f"{cell(file)}, {cell(subject)}",
        "what": list(dict.fromkeys(_title(finding.rule) for finding in findings)),
        "why": [cell(text) for text in dict.fromkeys(text for finding in findings for text in finding.evidence)],
    }


def _risks(fixed: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return what may break by each rule's fixes, without what has to be done about ports and volumes."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in fixed:
        by_rule[finding.rule].append(finding)
    names = _names(fixed)
    return [risk for rule, findings in by_rule.items() for risk in _risk(rule, findings, names)]


def _risk(rule: str, findings: Sequence[Finding], names: Mapping[Key, str]) -> Iterator[dict[str, Any]]:
    """Yield what may break by one rule's fixes: what is said of all of them, and what of some."""
    parts = [[part for part in _parts(finding) if not _MOVES.search(part)] for finding in findings]
    common = [part for part in dict.fromkeys(parts[0]) if all(part in each for each in parts)]
    own: dict[str, list[str]] = defaultdict(list)
    for finding, each in zip(findings, parts, strict=True):
        for part in each:
            if part not in common:
                own[part].append(names[finding.key])
    if common or own:
        yield {
            "what": _title(rule),
            "where": _count(len(findings), "place"),
            "caveats": [*map(cell, common)],
            "own": [
                {"where": ", ".join(map(cell, dict.fromkeys(places))), "what": cell(part)}
                for part, places in own.items()
            ],
            "check": _check(rule),
        }


def _moves(fixed: Sequence[Finding]) -> list[dict[str, str]]:
    names = _names(fixed)
    found = {(names[each.key], part): None for each in fixed for part in _parts(each) if _MOVES.search(part)}
    return [{"where": cell(where), "what": cell(what)} for where, what in found]


def _names(fixed: Iterable[Finding]) -> dict[Key, str]:
    """Return what each finding's place is called: with its file where several of a format have one so."""
    places = {each.key: (each.rule.partition("-")[0], place_of(each)) for each in fixed}
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, place in places.items():
        files[place].add(key.file)
    return {key: f"{key.file} {place[1]}" if len(files[place]) > 1 else place[1] for key, place in places.items()}


def _parts(finding: Finding) -> list[str]:
    return [part for part in (finding.caveat or "").split("; ") if part]


def _check(rule: str) -> str:
    """Return how to tell, as the rule's documentation ends."""
    found = _CHECK.search(catalog()[rule].documentation) if rule in catalog() else None
    return " ".join(found[0].split()) if found else ""


def _controls(fixed: Sequence[Finding]) -> list[dict[str, str]]:
    """Return the controls of each framework that files decide, at least in part, and that a fix bears on."""
    listed = []
    for framework in frameworks().values():
        controls = [control for control in framework.controls if control.decides in (Decides.WHOLE, Decides.PART)]
        borne = [control.id for control in controls if any(_bears_on(control, finding) for finding in fixed)]
        if borne:
            listed.append({"name": cell(f"{framework.name} {framework.version}"), "ids": cell(", ".join(borne))})
    return listed


def _bears_on(control: Control, finding: Finding) -> bool:
    return any(bearing.rule == finding.rule and bearing.counts(finding.message) for bearing in control.rules)


def _open(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.state in (State.UNSAFE, State.HELD)]


def _left(outcome: Outcome) -> dict[str, str]:
    finding = outcome.finding
    return {
        "place": cell(f"{finding.file}:{finding.line}"),
        "rule": finding.rule,
        "what": cell(f"{finding.subject}: {finding.message}"),
        "why": f"{outcome.state}: {cell(outcome.reason)}",
    }


def _title(rule: str) -> str:
    return catalog()[rule].rule.title if rule in catalog() else cell(rule)


def _without_table(trial: str) -> str:
    """Return a trial's outcomes without its table, and a word on what is left out."""
    rows = [line for line in trial.split("\n") if line.startswith("|")]
    outcomes = [line for line in trial.split("\n") if line and not line.startswith("|")]
    note = f"(The table of {len(rows) - 2} rows is left out: the text would be too long.)"
    return "\n".join([note, "", *outcomes[:200]]) if rows else trial


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
