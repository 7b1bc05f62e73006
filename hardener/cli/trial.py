"""`harden trial`: does it still run when it is hardened, and what does it need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hardener.cli.connection import connected
from hardener.cli.failed import FailedError
from hardener.cli.options import settled
from hardener.cli.screen import color_option, show
from hardener.cli.span import seconds
from hardener.cli.streams import is_watched, put, say, tell

if TYPE_CHECKING:
    from hardener.runtime.trial.trial import Trialled

FORMATS = ("text", "json", "junit", "markdown")


@click.command(short_help="Start services before and after hardening; find what they need.")
@click.option("--image", metavar="REF", help="Try this image alone.")
@click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="CMD|URL",
    help="Must answer: a command ([SERVICE=]CMD, in the container) or a URL.",
)
@click.option(
    "--workload",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    metavar="SCRIPT",
    help="Run this while it is up; services are at $NAME_ADDRESS.",
)
@click.option(
    "--settle",
    callback=seconds,
    metavar="TIME",
    default="10s",
    help="Without a health check: how long quiet counts as ready [10s].",
)
@click.option("--timeout", callback=seconds, metavar="TIME", default="10m", help="How long all of it may take [10m].")
@click.option("--max-runs", type=click.IntRange(2), default=30, help="How often one service may be started [30].")
@click.option("--network", is_flag=True, help="Let services reach other networks than their own.")
@click.option("--secrets", is_flag=True, help="Give services the real secrets and configs.")
@click.option("--write-profile", is_flag=True, help="Write what was shown to .harden/images, for the fixers.")
@click.option("--keep", is_flag=True, help="Leave what was started, until --remove-kept.")
@click.option("--remove-kept", is_flag=True, help="Remove what earlier trials with --keep left, and do nothing else.")
@click.option("--host", metavar="URL", help="The engine's address [DOCKER_HOST, else Docker's context].")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="Report as [text].")
@color_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.pass_context
def trial(context: click.Context, /, *, form: str, color: str, remove_kept: bool, **given: Any) -> None:
    """Start FILE (a Compose file or a Dockerfile) as it is and hardened, and compare what it does.

    It runs apart from what is yours: an own project, an internal network, copies of volumes; all of it is removed in
    the end. Hardened means with --unsafe-fixes, and once more after a restart. Where a service fails, the least that
    must be taken back is looked for: capabilities, places to write to, the user, no-new-privileges.

    \b
    Exit code:
      0  every service that was tried works hardened, as it is or with what was found
      1  one does not
      2  wrong usage, or nothing could be tried
    """  # noqa: D301 - \b is click's
    if remove_kept:
        _remove_kept(given["host"])
        return
    found = _try(**given)
    _put(found, form, color)
    if given["keep"]:
        say("what was started is kept: `harden trial --remove-kept` removes it\n")
    code = _exit_code(found)
    if code == 0 and is_watched() and not given["write_profile"]:
        tell("next: again with --write-profile, which records this for the fixers; then harden --diff")
    context.exit(code)


def _remove_kept(host: str | None) -> None:
    """Remove what trials kept, and say how much that was. Raises FailedError."""
    with connected(host) as engine:
        from hardener.runtime.trial.leftovers import remove_kept  # noqa: PLC0415 - the engine's library is an extra

        removed = remove_kept(engine)
    say(f"removed {removed} containers, networks, volumes and images that trials had kept\n")


def _put(found: Sequence[Trialled], form: str, color: str) -> None:
    from hardener.report import trial as report  # noqa: PLC0415 - what it is about needs the engine's library

    if form == "text":
        show(report.text(found), color)
        return
    programs = {"json": report.as_json, "junit": report.junit, "markdown": report.markdown}
    put(programs[form](found))


def _try(*, host: str | None, **given: Any) -> list[Trialled]:
    if (given["file"] is None) == (not given["image"]):
        raise click.UsageError("give a Compose file or a Dockerfile, or --image")
    settings = replace(settled(given["file"] or Path(), config=None).settings, unsafe_fixes=True, recorded={})
    try:
        with connected(host) as there:
            from hardener.runtime.trial.conduct import Asked, conduct  # noqa: PLC0415 - as above

            return conduct(Asked(**given), there, settings, tell)
    except OSError as error:
        place = error.filename2 or error.filename or "a file of the trial"  # of a link that is made, the second
        raise FailedError(f"{place} cannot be read or written ({error.strerror})") from None


def _exit_code(found: Sequence[Trialled]) -> int:
    from hardener.runtime.trial.trial import Outcome  # noqa: PLC0415 - as above

    outcomes = {each.outcome for each in found}
    if Outcome.FAILED in outcomes:
        return 1
    return 0 if outcomes - {Outcome.NOT_TRIED} else 2
