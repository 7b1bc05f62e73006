"""`harden compliance`: which controls of which frameworks are met, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from hardener import engine
from hardener.cli import completion
from hardener.cli.failed import FailedError
from hardener.cli.options import names_in, paths_argument, settings_for, settings_options
from hardener.cli.screen import color_option, mention, show
from hardener.cli.streams import put, working
from hardener.engine import Result, clock
from hardener.policy.compliance import Assessment, Status, assess
from hardener.policy.frameworks import Framework, FrameworkError, frameworks
from hardener.policy.observed import ObservedError, read
from hardener.policy.wrong import hint
from hardener.report import compliance as report
from hardener.report import terminal

_UNMET = {Status.OPEN, Status.FIXED}


@click.command(short_help="Show which controls of CIS, NIST, PCI DSS and others are met.")
@paths_argument
@click.option(
    "--framework",
    "names",
    multiple=True,
    metavar="NAME",
    callback=names_in,
    shell_complete=completion.known_frameworks,
    help="Only these: names or the beginnings of names, such as cis or pci-dss-4, repeated or with commas between them;"
    " see --list.",
)
@click.option("--list", "listing", is_flag=True, help="List the frameworks, with versions.")
@click.option("--unsafe-fixes", is_flag=True, help="Count as fixed what --write --unsafe-fixes would fix.")
@click.option(
    "--verify",
    "verified",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="What harden verify --format json saw, as further evidence.",
)
@click.option("--check", is_flag=True, help="Exit with 1 if a control is open, or met only once the fixes are written.")
@settings_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="Report as [text]."
)
@click.option("-v", "--verbose", is_flag=True, help="All evidence, and where the knowledge behind fixes comes from.")
@color_option
@click.pass_context
def compliance(context: click.Context, /, *, paths: tuple[str, ...], listing: bool, check: bool, **given: Any) -> None:
    """Show control by control what PATHS (default: the current folder) are evidence for, and change nothing.

    \b
    met                       rules looked at it, and found nothing
    fixed by this change      met once `harden --write` has run
    exception until DATE      people accept it, by a comment or a justified exception
    open                      found, and not fixed: the rest is a person's work
    not checked               no rule looks, it is not selected, or a file could not be read
    not decidable from files  it is about hosts, clusters or people
    not applicable            these files define nothing that it is about

    "In part" says that files show a part of the control; what they leave open stands below it.

    \b
    Exit code:
      0  done
      1  --check found a control that is open, or fixed but not written
      2  wrong usage, or a file could not be read or parsed
    """  # noqa: D301 - \b is click's
    chosen = _chosen(given.pop("names"))
    if listing:
        put("".join(f"{each.key:24}{each.title} {each.version}\n" for each in chosen))
        return
    form, verbose, color, verified = (given.pop(key) for key in ("form", "verbose", "color", "verified"))
    with working("looking at files"):
        result = engine.run([*map(Path, paths)] or [Path()], settings_for(**given))
    assessed = _assessed(chosen, result, verified)
    if form == "text":
        show(report.text(chosen, assessed, verbose=verbose), color)
    else:
        put((report.as_json if form == "json" else report.markdown)(chosen, assessed, clock.today()))
    mention(terminal.errors(result), color)
    unmet = any(each.status in _UNMET for found in assessed.values() for each in found)
    context.exit(2 if result.errors else int(check and unmet))


def _chosen(names: tuple[str, ...]) -> list[Framework]:
    """Return the frameworks that are called or begin so. Raises click.BadParameter and FailedError."""
    try:
        known = frameworks()
    except FrameworkError as error:
        raise FailedError(str(error)) from None
    for name in names:
        if not any(key.startswith(name) for key in known):
            raise click.BadParameter(
                f'no framework is or begins with "{name}"{hint(name, known)}', param_hint="--framework"
            )
    return [each for key, each in known.items() if not names or key.startswith(names)]


def _assessed(chosen: Sequence[Framework], result: Result, verified: Path | None) -> dict[str, list[Assessment]]:
    try:
        observed = read(verified) if verified else ()
    except ObservedError as error:
        raise FailedError(str(error)) from None
    return {each.key: assess(each, result, observed) for each in chosen}
