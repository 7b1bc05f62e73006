"""`harden verify`: as whom and with what containers run now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hardener import engine
from hardener.cli.connection import connected
from hardener.cli.failed import FailedError
from hardener.cli.options import configured, settings_for
from hardener.cli.screen import color_option, mention, rendered, show
from hardener.cli.span import seconds
from hardener.cli.streams import is_watched, put, tell, width
from hardener.report import terminal, verification, verificationci
from hardener.runtime.accepted import about
from hardener.runtime.choice import Choice
from hardener.runtime.manifests import place_of
from hardener.runtime.verification import Seen, Status, checks
from hardener.text.diff import unified

PROGRAMS = {
    "json": verification.as_json,
    "sarif": verificationci.as_sarif,
    "github": verificationci.as_github,
    "gitlab": verificationci.as_gitlab,
    "junit": verification.junit,
    "markdown": verification.markdown,
}


@click.command(short_help="Look at running containers: users, capabilities, files.")
@click.option("--all", "everything", is_flag=True, help="Every running container.")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Containers of this Compose service.")
@click.option("--container", "containers", multiple=True, metavar="ID", help="This container, by name or id.")
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Containers of this Compose project.")
@click.option("--image", metavar="REF", help="Start this image once, without a network, and look at it.")
@click.option("--strict", is_flag=True, help="Exit with 1 on uid 0, an unexpected capability, too many files.")
@click.option("--fix", is_flag=True, help="Print the diff for the manifests that made the containers.")
@click.option(
    "--format", "form", type=click.Choice(["text", "table", *PROGRAMS]), default="text", help="Report as [text]."
)
@click.option("--host", metavar="URL", help="The engine's address [DOCKER_HOST, else Docker's context].")
@click.option(
    "--settle", callback=seconds, metavar="TIME", default="3s", help="How long --image may take to start [3s]."
)
@click.option("-v", "--verbose", is_flag=True, help="Also what passed.")
@color_option
@click.argument("command", nargs=-1, metavar="[-- CMD...]")
@click.pass_context
def verify(context: click.Context, /, *, strict: bool, fix: bool, form: str, color: str, **given: Any) -> None:
    """Look at what runs, and change nothing.

    Of every process: user, groups, capabilities, no-new-privileges, seccomp. Of its container: root, namespaces,
    mounts, limits. Of its files: setuid and setgid, file capabilities, what anybody may write, sudo and su.

    What is found carries the id of the rule that fixes it; what cannot be read is unknown, never passed. A capability
    is expected where the manifest adds it, unless for an exception that has expired, and where an exception grants it
    (see harden exception). How many setuid and world-writable files are too many, `thresholds` in the configuration
    says. Both are those of the manifest, else of the current folder.

    \b
    Exit code:
      0  looked
      1  --strict found uid 0, an unexpected capability, or more files than `thresholds` accepts
      2  wrong usage, or nothing could be checked (with --strict: neither user nor capabilities of a container)
    """  # noqa: D301 - \b is click's
    verbose = given.pop("verbose")
    found = _placed(_look(fix=fix, **given))
    if form not in PROGRAMS:
        show(verification.table(found, verbose=verbose), color)
    else:
        put(PROGRAMS[form](found))
    if fix:
        _put_fixes(found, color)
    context.exit(_exit_code(found, strict=strict))


def _look(
    *, image: str | None, command: tuple[str, ...], host: str | None, settle: float, fix: bool, **chosen: Any
) -> list[Seen]:
    """Return what is seen of what the options name. Raises click.UsageError and FailedError."""
    choice = Choice(**chosen)
    if image is None and command:
        raise click.UsageError("a command goes with --image")
    if image is not None and (choice or fix):
        raise click.UsageError("--image looks at an image, the other options at containers: give one or the others")
    if not image and not choice:
        raise click.UsageError("name what to look at: --all, --service, --project, --container or --image")
    with connected(host) as asked:
        from hardener.runtime.looking import look, look_at_image, running  # noqa: PLC0415 - its library is an extra

        if image is not None:
            return [look_at_image(asked, image, command, settle, _tell)]
        there = running(asked)
        if missing := ", ".join(choice.missing(there)):
            raise FailedError(f"not running: {missing}")
        if not there:
            raise FailedError("no container runs: there is nothing to check")
        return list(look(asked, filter(choice.chooses, there), _tell))


def _placed(found: Sequence[Seen]) -> list[Seen]:
    """Return the same with where manifests have it, and with the thresholds and exceptions that hold there."""
    of = configured(config=None)
    places = [None if seen.alone else place_of(seen.container) for seen in found]
    settings = [of(place.file if place else Path()).settings for place in places]
    return [
        replace(seen, place=place, thresholds=known.thresholds, exceptions=about(seen.container, known.exceptions))
        for seen, place, known in zip(found, places, settings, strict=True)
    ]


def _put_fixes(found: Sequence[Seen], color: str) -> None:
    """Print what the fixers propose for the manifests that the containers' labels lead to."""
    manifests = list(dict.fromkeys(path for seen in found for path in _manifests(seen)))
    there = [path for path in manifests if path.is_file()]
    for path in manifests:
        if path not in there:
            tell(f"{path}: not on this host, so that there is no diff for it")
    if not there:
        return
    of, ids = settings_for(config=None), {seen.container.image: seen.container.image_id for seen in found}
    root = engine.project_root(there[0].parent)
    result = engine.run(there, lambda folder: replace(of(folder), image_ids=ids), root=root)
    diff = "".join(unified(change.source, change.edits, change.text) for change in result.changes)
    columns = width(sys.stdout, color)
    put(diff.encode() if columns is None else rendered(terminal.diff(diff), columns, color))
    mention(terminal.beside_diff(result, verbose=False), color)
    mention(terminal.closing(result, written=False, quiet=False), color)


def _manifests(seen: Seen) -> list[Path]:
    folder, files = seen.container.manifests
    if not files:
        tell(f"{seen.container.name}: no label leads to the manifest that made it")
    return [Path(folder) / file for file in files]


def _exit_code(found: Sequence[Seen], *, strict: bool) -> int:
    if not any(seen.processes for seen in found):
        return 2
    judged = {check.status for seen in found for check in checks(seen) if check.strict}
    if strict and Status.FAILED in judged:
        return 1
    return 2 if strict and Status.UNKNOWN in judged else 0


def _tell(text: str) -> None:
    """Say what takes time, where somebody watches."""
    if is_watched():
        tell(f"{text}…")
