"""`harden report`: what was found, as a page for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hardener import engine
from hardener.cli.options import paths_argument, settings_for, settings_options, settled
from hardener.cli.pages import policy_parts, write_page
from hardener.cli.screen import mention
from hardener.cli.streams import tell, working
from hardener.engine import clock
from hardener.report.lines import summary_line

if TYPE_CHECKING:
    from hardener.report.page.parts import Part

_JSON = click.Path(path_type=Path, dir_okay=False, exists=True)


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
@click.option("--trial", "tried", type=_JSON, metavar="FILE", help="Show what harden trial --format json wrote too.")
@click.option("--verify", "seen", type=_JSON, metavar="FILE", help="Show what harden verify --format json wrote too.")
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
    **given: Any,
) -> None:
    """Write a page about PATHS (default: the current folder): what protects each service, before and after.

    It has each finding with its place, evidence and what may break, the diff, exceptions and compliance. Nothing else
    is written.

    \b
    Exit code:
      0  done
      2  wrong usage, or a file could not be read, parsed or written (the page has the others)
    """  # noqa: D301 - \b is click's
    from hardener.report.page import Page  # noqa: PLC0415 - what makes pages takes longer to load than a run

    tried, seen = given.pop("tried"), given.pop("seen")
    places = [Path(path) for path in paths] or [Path()]
    with working("looking at files"):
        result = engine.run(places, settings_for(unsafe_fixes=unsafe_fixes, **given))
    settings = settled(places[0], **given).settings
    parts = (*_saved(tried, seen), *policy_parts(places[0], settings, result))
    write_page(page, Page(title or places[0].resolve().name, clock.today(), settings.level, result, parts=parts))
    mention([summary_line(result, written=False)])
    tell(f"{page} has the rest")
    context.exit(2 if result.errors else 0)


def _saved(tried: Path | None, seen: Path | None) -> Iterator[Part]:
    from hardener.report.page import parts  # noqa: PLC0415 - as above

    if tried:
        yield _of_saved(tried, parts.trial, "harden trial")
    if seen:
        yield _of_saved(seen, parts.verification, "harden verify")


def _of_saved(file: Path, read: Callable[[Any], Part], command: str) -> Part:
    """Return the part about what another command wrote. Raises click.UsageError where it wrote something else."""
    try:
        return read(json.loads(file.read_bytes()))
    except OSError as error:
        raise click.UsageError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise click.UsageError(f"{file}: is not what `{command} --format json` writes") from None
