"""What `harden verify` saw, for CI systems: SARIF, GitHub's annotations, GitLab's code quality report.

It stands where the manifest that made a container has its service. Where none on this host does, SARIF has the name of
the container or image alone, and GitLab, which asks for a file, has it in place of one. What `--strict` fails on is an
error, what else failed a warning; what is not known is an open result in SARIF (3.27.9), a notice or an info elsewhere.
What a justified exception accepts is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hardener.report import github, gitlab, sarif
from hardener.report.fingerprints import fingerprint_of
from hardener.report.fixes import artifact, text
from hardener.runtime.verification import Check, Seen, Status, checks, name_of
from hardener.text.terminal import printable


def as_sarif(found: Sequence[Seen]) -> str:
    """Return a SARIF 2.1.0 log of what did not pass, and a newline."""
    rules = sorted({check.rule for _, check in _not_passed(found)})
    results = [_result(seen, check, rules.index(check.rule)) for seen, check in _not_passed(found)]
    return sarif.log(rules, {"executionSuccessful": any(seen.processes for seen in found)}, results)


def as_github(found: Sequence[Seen]) -> str:
    """Return a workflow command for each check that did not pass."""
    return "".join(f"{_command(seen, check)}\n" for seen, check in _not_passed(found))


def as_gitlab(found: Sequence[Seen]) -> str:
    """Return GitLab's array of the checks that did not pass, and a newline."""
    return gitlab.array(_issue(seen, check) for seen, check in _not_passed(found))


def _not_passed(found: Sequence[Seen]) -> Iterator[tuple[Seen, Check]]:
    fine = (Status.PASSED, Status.JUSTIFIED)
    for seen in found:
        yield from ((seen, check) for check in checks(seen) if check.status not in fine)


def _result(seen: Seen, check: Check, index: int) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": printable(name_of(seen))}]}
    if seen.place is not None:
        file = artifact(_shown(seen.place.file))
        location["physicalLocation"] = {"artifactLocation": file, "region": {"startLine": seen.place.line}}
    known = check.status is Status.FAILED
    return {
        "ruleId": check.rule,
        "ruleIndex": index,
        **({"level": _level(check)} if known else {"kind": "open", "level": "none"}),
        "message": text(printable(_words(seen, check))),
        "locations": [location],
        "partialFingerprints": {"ruleContainer/v1": _fingerprint(seen, check)},
    }


def _command(seen: Seen, check: Check) -> str:
    level = _level(check) if check.status is Status.FAILED else "notice"
    place = seen.place
    where: dict[str, str | int] = {"file": printable(_shown(place.file)), "line": place.line} if place else {}
    return github.command(level, printable(_words(seen, check)), **where, title=check.rule)


def _issue(seen: Seen, check: Check) -> dict[str, Any]:
    severity = "info" if check.status is Status.UNKNOWN else "major" if check.strict else "minor"
    place = (_shown(seen.place.file), seen.place.line) if seen.place else (name_of(seen), 1)
    return gitlab.issue(check.rule, _words(seen, check), _fingerprint(seen, check), severity, place)


def _level(check: Check) -> str:
    return "error" if check.strict else "warning"


def _words(seen: Seen, check: Check) -> str:
    said = "not known" if check.status is Status.UNKNOWN else check.status.value
    return f"{name_of(seen)}: {said}: {check.message}"


def _fingerprint(seen: Seen, check: Check) -> str:
    """Return a name that stays while a check fails; what is said tells two checks of one rule apart."""
    return fingerprint_of(check.rule, name_of(seen), check.message.partition(":")[0])


def _shown(file: Path) -> str:
    """Return a path from the current folder if it lies below it, else as it is."""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()
