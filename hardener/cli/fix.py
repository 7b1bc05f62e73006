"""`harden fix`: findings, a diff, or the files themselves rewritten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from hardener import engine
from hardener.cli.apply import write_all
from hardener.cli.failed import FailedError
from hardener.cli.formats import REPORTS
from hardener.cli.options import paths_argument, settings_for, settings_options
from hardener.cli.request import Format, Request
from hardener.cli.screen import color_option, mention, rendered
from hardener.cli.streams import put, take, width, working
from hardener.engine import Result, State
from hardener.report import grouped, overview, terminal
from hardener.report.lines import Line
from hardener.text.diff import unified


@click.command(short_help="Find what can be hardened, show it as a diff or write it.")
@paths_argument
@click.option("--diff", is_flag=True, help="Print the changes as a unified diff, for git apply.")
@click.option("--write", is_flag=True, help="Write the changes.")
@click.option("--check", is_flag=True, help="Exit with 1 if these options would change something.")
@click.option("--strict", is_flag=True, help="With --check: also for what is unsafe or held.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes too that may change how the program behaves.")
@click.option("--include-accepted", is_flag=True, help="Findings too that `harden config accept-current` recorded.")
@settings_options
@click.option(
    "--force-exclude", is_flag=True, help="Apply --exclude to PATHS too, and pass over those that are not ours (hooks)."
)
@click.option("--format", type=click.Choice([name.value for name in Format]), help="How to report the findings [text].")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Put standard output into FILE."
)
@click.option("--stdin-filename", metavar="NAME", help="The name of what - reads from standard input.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors and the summary, besides what was asked for.")
@click.option("-v", "--verbose", is_flag=True, help="Also evidence and suppressed findings.")
@color_option
@click.pass_context
def fix(context: click.Context, /, **given: Any) -> None:
    """Find what can be hardened in PATHS (default: the current folder), and change nothing unless told to.

    This is what `harden` without a command does; its help says more.
    """
    request = Request.of(given)
    stdin = take() if request.stdin else None
    result = _run(request, stdin)
    if request.writes_files:
        result = write_all(result)
    _deliver(_content(request, result, stdin), request.output)
    mention(_aside(request, result), request.color)
    context.exit(_exit_code(request, result))


def _run(request: Request, stdin: bytes | None) -> Result:
    chosen = {"unsafe_fixes": request.unsafe_fixes, "include_accepted": request.include_accepted}
    settings = settings_for(**chosen, **request.settings)
    overlay = None if stdin is None else {request.paths[0]: stdin}
    with working("looking at files"):
        return engine.run(request.paths, settings, overlay=overlay, force_exclude=request.force_exclude)


def _content(request: Request, result: Result, stdin: bytes | None) -> bytes | str:
    """Return what belongs on standard output: bytes where a program reads them back, else text."""
    columns = None if request.output else width(sys.stdout, request.color)
    if stdin is not None and request.write:
        return next((change.source.encode(change.text) for change in result.changes), stdin)
    if request.diff:
        diff = "".join(unified(change.source, change.edits, change.text) for change in result.changes)
        return diff.encode() if columns is None else rendered(terminal.diff(diff), columns, request.color)
    if request.format is not Format.TEXT:
        return REPORTS[request.format](result, written=request.writes_files)
    if request.quiet:
        return ""
    return rendered(_findings(request, result, for_eyes=columns is not None), columns, request.color)


def _findings(request: Request, result: Result, *, for_eyes: bool) -> Iterator[Line]:
    """Yield the overview and the findings; where no terminal shows them, the findings alone, for searches."""
    if request.overview:
        yield from overview.overview(result, alone=True)
    elif for_eyes:
        yield from overview.overview(result, alone=False, written=request.writes_files)
        yield Line(())
        yield from grouped.findings(result, written=request.writes_files, verbose=request.verbose)
    else:
        yield from terminal.findings(result, written=request.writes_files, verbose=request.verbose)


def _deliver(content: bytes | str, output: Path | None) -> None:
    if output is None:
        put(content)
        return
    try:
        output.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise FailedError(f"{output}: cannot be written ({error.strerror})") from None


def _aside(request: Request, result: Result) -> Iterator[Line]:
    """Yield what belongs on standard error."""
    if request.overview:
        yield from terminal.errors(result)
        return
    takes_stdout = request.diff or (request.stdin and request.write)
    if takes_stdout and not request.quiet:
        yield from terminal.beside_diff(result, verbose=request.verbose)
    yield from terminal.closing(result, written=request.write, quiet=request.quiet)


def _exit_code(request: Request, result: Result) -> int:
    if result.errors:
        return 2
    counted = {State.FIXED, State.UNSAFE, State.HELD} if request.strict else {State.FIXED}
    return int(request.check and any(outcome.state in counted for outcome in result.outcomes))
