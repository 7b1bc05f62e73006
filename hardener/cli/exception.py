"""`harden exception`: list, check, renew and remove justified exceptions; `add` stands in a module of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from hardener.cli.exceptionadd import add
from hardener.cli.exceptionfile import edited, found, found_or_none, last_possible, limits, looked_at, save
from hardener.cli.exceptionoptions import day_of, value_of
from hardener.cli.failed import FailedError
from hardener.cli.formats import REPORTS
from hardener.cli.request import Format
from hardener.cli.screen import show
from hardener.cli.streams import put, tell
from hardener.engine import Result, clock
from hardener.policy.exceptions.checking import WARNINGS, problems
from hardener.policy.exceptions.editing import removed, renewed
from hardener.policy.exceptions.entry import Entry
from hardener.policy.exceptions.reading import ExceptionsFile
from hardener.report import exceptions as report
from hardener.report import terminal


@click.group
def exception() -> None:
    """Justified exceptions: who may deviate from a rule, or have a capability, where, why and until when.

    They stand in the nearest .harden/exceptions.yaml upwards, each with a decision record (ADR). One that is complete
    and not expired is obeyed by every command: its findings are accepted; its capability is kept, and added where a fix
    drops all the others. It lasts six calendar months at most; its last day counts, in UTC.
    """


exception.add_command(add)


@exception.command("list", short_help="List them by the days that are left.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Report as [table].")
def listed(form: str) -> None:
    """List the exceptions by the days that are left. The first column has the number that renew and remove take."""
    file = found_or_none()
    looked = looked_at(file)
    rows = report.rows(file, limits(file.root), None if looked.errors else looked.matched)
    if form == "json":
        put(report.as_json(rows))
    else:
        show(report.table(rows))


@exception.command(short_help="Exit with 1 if one has expired or is incomplete.")
@click.option(
    "--format",
    "form",
    type=click.Choice([name.value for name in Format]),
    default=Format.TEXT.value,
    help="Report as [text].",
)
@click.pass_context
def check(context: click.Context, form: str) -> None:
    """Tell what is wrong with the exceptions.

    Those that expire within 30 days, match nothing or say the same as another are told too, and are no fault.

    \b
    Exit code:
      0  all of them count, or there are none
      1  one has expired or is incomplete
      2  wrong usage, or the file cannot be read
    """  # noqa: D301 - \b is click's
    file = found_or_none()
    looked = looked_at(file)
    told = tuple(problems(file, limits(file.root), None if looked.errors else looked.matched))
    result = Result(told, (), (), looked.errors, 1, {file.source.name: file.source})
    if form == Format.TEXT:
        show([*terminal.findings(result, written=False, verbose=False), report.summary(file, told)])
    else:
        put(REPORTS[Format(form)](result, written=False))
    context.exit(int(any(outcome.finding.rule not in WARNINGS for outcome in told)))


@exception.command(short_help="Let one last longer, for a new reason.")
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--reason", required=True, callback=value_of, metavar="TEXT", help="Why it is still needed; another than before."
)
@click.option("--expires", callback=day_of, metavar="DATE", help="Its new last day [the last one possible].")
def renew(number: int, reason: str, expires: date | None) -> None:
    """Make exception NUMBER (see list) anew today, for a new reason. The old one is kept under `renewals`."""
    file = found()
    entry = _numbered(file, number)
    if reason in {entry.reason, *(past.partition(": ")[2] for past in entry.renewals)}:
        raise click.BadParameter("this reason was given before", param_hint="--reason")
    until = last_possible(file.root, expires)
    save(file, edited(renewed, file, entry, reason, clock.today(), until))
    put(f"{file.source.name}: exception {number} ({entry.what}) lasts until {until}\n")
    if until != entry.expires and _names(file.root / entry.adr, entry.expires):
        tell(f"{entry.adr}: still names {entry.expires}: write the new reason and day there too")
    faults = "; ".join(_numbered(found(), number).faults(file.root, clock.today()))
    if faults:
        tell(f"it does not count: {faults}")


@exception.command(short_help="Take one out of the file.")
@click.argument("number", type=click.IntRange(1))
def remove(number: int) -> None:
    """Take exception NUMBER (see list) out of the file; its decision record stays."""
    file = found()
    entry = _numbered(file, number)
    save(file, edited(removed, file, entry))
    put(f"{file.source.name}: exception {number} ({entry.what}) is removed; {entry.adr or 'no record'} stays\n")


def _names(record: Path, day: date | None) -> bool:
    return day is not None and record.is_file() and str(day).encode() in record.read_bytes()


def _numbered(file: ExceptionsFile, number: int) -> Entry:
    if number > len(file.entries):
        raise FailedError(f"{file.source.name} has no exception {number}: it has {len(file.entries)}")
    return file.entries[number - 1]
