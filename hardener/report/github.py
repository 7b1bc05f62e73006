"""Annotations for GitHub Actions: workflow commands, one on each line.

The escapes are those of GitHub's own toolkit (github.com/actions/toolkit, packages/core/src/command.ts). What these
options would change is an error, as it is for `--check`; what is unsafe or held is a warning.
"""

from __future__ import annotations

from hardener.engine import Notice, Outcome, Result
from hardener.report.lines import is_error, left, texts
from hardener.text.terminal import printable

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def report(result: Result, *, written: bool) -> str:
    """Return a command for each finding that is left, each file that went wrong and each note on a file."""
    commands = [_finding(outcome) for outcome in left(result, written=written)]
    commands += (_notice("error", notice) for notice in result.errors)
    commands += (_notice("notice", notice) for notice in result.skipped)
    return "".join(f"{command}\n" for command in commands)


def command(name: str, message: str, **properties: str | int) -> str:
    """Return a workflow command."""
    given = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {given}::{message.translate(_DATA)}"


def _finding(outcome: Outcome) -> str:
    finding = outcome.finding
    level = "error" if is_error(outcome) else "warning"
    file, message = printable(finding.file), "\n".join(texts(outcome))
    return command(level, message, file=file, line=finding.line, col=finding.column, title=finding.rule)


def _notice(level: str, notice: Notice) -> str:
    return command(level, printable(notice.message), file=printable(notice.path), line=notice.line or 1)
