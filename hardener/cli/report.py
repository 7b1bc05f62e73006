"""`harden report`: what was found, as a page for people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from hardener import engine
from hardener.cli.options import paths_argument, settings_for, settings_options, settled
from hardener.cli.streams import OutputError, say, width
from hardener.engine import clock
from hardener.report import terminal
from hardener.report.lines import summary_line
from hardener.text.terminal import printable


@click.command(short_help="Make a page of what was found.")
@paths_argument
@click.option(
    "--html",
    "page",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the page into FILE; it is all of one piece and needs no network.",
)
@click.option("--title", metavar="TEXT", help="What the page is about [the folder's name].")
@click.option("--unsafe-fixes", is_flag=True, help="Show fixes too that may change how the program behaves.")
@settings_options
@click.pass_context
def report(
    context: click.Context,
    /,
    *,
    paths: tuple[str, ...],
    page: Path,
    title: str | None,
    unsafe_fixes: bool,
    **options: Any,
) -> None:
    """Write a page about PATHS (default: the current folder): what protects each service, before and after.

    It has each finding with its place, evidence and what may break, and the diff. Nothing else is written.
    """
    from hardener.report.page import Page, html  # noqa: PLC0415 - what makes pages takes longer to load than a run

    given = [Path(path) for path in paths] or [Path()]
    result = engine.run(given, settings_for(unsafe_fixes=unsafe_fixes, **options))
    level = settled(given[0], **options).settings.level
    about = Page(title or given[0].resolve().name, clock.today(), level, result)
    try:
        page.write_text(html(about), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{page}: cannot be written ({error.strerror})") from None
    say(terminal.render([summary_line(result, written=False)], width=width(sys.stderr, "auto")))
    say(f"{printable(str(page))} has the rest\n")
    context.exit(2 if result.errors else 0)
