"""`harden audit`: the periodic validation, from the files to what their images do, with a record that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from hardener import engine
from hardener.bot.git import head
from hardener.cli.connection import connected
from hardener.cli.exceptionfile import looked_for
from hardener.cli.failed import FailedError
from hardener.cli.options import paths_argument, settings_for, settings_options, settled
from hardener.cli.pages import policy_parts, write_page
from hardener.cli.screen import color_option, show
from hardener.cli.span import seconds
from hardener.cli.streams import say, tell, working
from hardener.engine import Outcome, Result, clock
from hardener.model.settings import Settings
from hardener.policy import auditrecords
from hardener.policy.audit import Looked, judge, why_accepted
from hardener.policy.auditrecords import Audit
from hardener.policy.exceptions import checking
from hardener.report import audit as report
from hardener.text.find import nearest
from hardener.text.terminal import printable


@click.command(short_help="Check files, images and exceptions against the policy; keep a dated record.")
@paths_argument
@click.option("--strict", is_flag=True, help="What was not checked counts as not met.")
@click.option("--no-images", is_flag=True, help="Build and start nothing: criteria about images are not checked then.")
@click.option(
    "--append",
    "notes",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Put the result behind what FILE holds, as Markdown.",
)
@click.option("--trend", is_flag=True, help="Show the records that are there, and check nothing.")
@click.option("--host", metavar="URL", help="The engine's address [DOCKER_HOST, else Docker's context].")
@click.option("--settle", callback=seconds, default="3s", metavar="TIME", help="How long an image has to start [3s].")
@click.option("--timeout", callback=seconds, default="30m", metavar="TIME", help="How long all builds may take [30m].")
@settings_options
@click.option("-v", "--verbose", is_flag=True, help="All reasons.")
@color_option
@click.pass_context
def audit(context: click.Context, /, *, paths: tuple[str, ...], trend: bool, **given: Any) -> None:
    """Check PATHS (default: the current folder) as a periodic audit does.

    It builds the images that files build, starts each once without a network, and looks as whom and with what
    capabilities it runs and how many setuid files it has; then whether manifests drop all capabilities and have no
    privileged flags, and whether each added capability is justified by an exception that is not past.

    A record of it goes to .harden/audits beside the first PATH's .harden or .git, with a page of the same name.

    \b
    Exit code:
      0  every criterion is met
      1  one is not, or with --strict was not checked
      2  wrong usage, or a file could not be read, parsed or written
    """  # noqa: D301 - \b is click's
    from hardener.report.page import Page  # noqa: PLC0415 - what makes pages takes longer to load than a run
    from hardener.report.page import parts as pageparts  # noqa: PLC0415 - as above

    places = [Path(path) for path in paths] or [Path()]
    root = _root(places)
    verbose, color, strict, notes = (given.pop(key) for key in ("verbose", "color", "strict", "notes"))
    how = {key: given.pop(key) for key in ("no_images", "host", "settle", "timeout")}
    if trend and notes:
        raise click.UsageError("--trend checks nothing: there is nothing to put behind a file with --append")
    if trend:
        show(report.trend(_history(root)), color)
        return
    with working("looking at files"):
        result = engine.run(places, settings_for(**given))
    settings = settled(places[0], **given).settings
    looked = _look(result, settings, **how)
    judged = judge(result, looked, _faults(places[0], settings, result))
    done = Audit(
        result=result, looked=looked, judged=judged, level=settings.level.value, commit=head(root), strict=strict
    )
    record = done.record()
    show(report.text(judged, verbose=verbose), color)
    path = _keep(root, record)
    parts = (pageparts.audit(record), *policy_parts(places[0], settings, result))
    title = f"{root.name}, audit of {record['date']}"
    page = Page(title, clock.today(), settings.level, result, parts=parts, audits=_history(root))
    write_page(path.with_suffix(".html"), page)
    if notes is not None:
        _append(notes, report.markdown(record))
    say(f"{printable(str(path))} has the record, {path.stem}.html beside it the page\n")
    context.exit(2 if result.errors else int(not done.met))


def _root(places: Sequence[Path]) -> Path:
    """Return the folder that the records belong to. Raises FailedError."""
    for place in places:
        if not place.exists():
            raise FailedError(f"{place}: does not exist")
    start = places[0].resolve()
    known = nearest(start, auditrecords.FOLDER.parent)
    return known.parent if known else engine.project_root(start if start.is_dir() else start.parent)


def _look(result: Result, settings: Settings, *, no_images: bool, host: str | None, **times: float) -> Looked:
    """Build and start what the files build, unless that is not wanted or there is no engine: then say so."""
    files = {(Path(seen.file), seen.dialect) for seen in result.subjects if seen.dialect != "kubernetes"}
    if not files:
        return Looked()
    if no_images:
        return Looked(unseen=("--no-images: none was built",))
    try:
        with connected(host) as there:
            from hardener.runtime.builds import Builder, told  # noqa: PLC0415 - the engine's library is an extra

            builder = Builder(engine=there, tell=tell, **times)
            return told(builder.look(files), settings.thresholds, why_accepted(result, settings.exceptions))
    except FailedError as error:
        return Looked(unseen=(error.message,))


def _faults(start: Path, settings: Settings, result: Result) -> list[Outcome]:
    """Return what is wrong with the exceptions themselves. Raises FailedError."""
    file = looked_for(start)
    if file is None:
        return []
    matched = [one for subject in result.subjects for one in subject.granted]
    found = checking.problems(file, settings.thresholds, matched)
    return [outcome for outcome in found if outcome.finding.rule not in checking.WARNINGS]


def _keep(root: Path, record: Mapping[str, Any]) -> Path:
    """Write the record and return where it is. Raises FailedError."""
    try:
        return auditrecords.keep(root, clock.today(), record)
    except OSError as error:
        raise FailedError(f"{root / auditrecords.FOLDER}: cannot be written ({error.strerror})") from None


def _append(notes: Path, section: str) -> None:
    """Put a section behind what a file holds, with the file's line ends. Raises FailedError."""
    try:
        with notes.open("a+b") as file:
            file.seek(0)
            held = file.read()
            before = "" if not held else "\n" if held.endswith(b"\n") else "\n\n"
            end = "\r\n" if b"\r\n" in held else "\n"
            file.write((before + section).replace("\n", end).encode())
    except OSError as error:
        raise FailedError(f"{notes}: cannot be written ({error.strerror})") from None


def _history(root: Path) -> list[dict[str, Any]]:
    try:
        return auditrecords.history(root)
    except auditrecords.RecordError as error:
        raise FailedError(str(error)) from None
