"""`harden exception add`: another exception, with its decision record."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from hardener.cli.exceptionfile import edited, found, last_possible, looked_at, looked_for, made, save
from hardener.cli.exceptionoptions import checked, day_of, value_of
from hardener.cli.failed import FailedError
from hardener.cli.options import settled
from hardener.cli.streams import put, tell
from hardener.engine import clock
from hardener.model.capabilities import plain
from hardener.policy.exceptions.editing import added
from hardener.policy.exceptions.entry import PLACES, SUBJECT, is_there
from hardener.policy.exceptions.reading import NAME, ExceptionsFile
from hardener.policy.exceptions.records import next_name, record
from hardener.text.write import WriteError, create

TEXTS = {
    "reason": "Why it is needed",
    "scope": "What it is for, and what not",
    "alternatives": "What was considered instead, and why it does not do",
    "owner": "Who answers for it",
    "monitoring": "How misuse is noticed, and how it is verified at run time",
}
_ASKED = {"service": "Service of a Compose file (a glob)", "container": "Container of a pod, or workload as Kind/name",
          "file": "File (a glob)"}  # fmt: skip


@click.command(short_help="Add one, and write its decision record.")
@click.option("--rule", callback=value_of, metavar="RULE", help="The rule whose findings are accepted: its id.")
@click.option("--capability", callback=value_of, metavar="NAME", help="Or the Linux capability that is granted.")
@click.option("--service", callback=value_of, metavar="GLOB", help="Where: services of Compose files.")
@click.option("--container", callback=value_of, metavar="GLOB", help="Where: containers, or workloads as Kind/name.")
@click.option("--file", callback=value_of, metavar="GLOB", help="Where: files; * stands for / too.")
@click.option("--reason", callback=value_of, metavar="TEXT", help=f"{TEXTS['reason']}.")
@click.option("--scope", callback=value_of, metavar="TEXT", help=f"{TEXTS['scope']}.")
@click.option("--alternatives", callback=value_of, metavar="TEXT", help=f"{TEXTS['alternatives']}.")
@click.option("--owner", callback=value_of, metavar="NAME", help=f"{TEXTS['owner']}.")
@click.option("--monitoring", callback=value_of, metavar="TEXT", help=f"{TEXTS['monitoring']}.")
@click.option("--expires", callback=day_of, metavar="DATE", help="Its last day, in UTC [in six months].")
@click.option("--adr", callback=value_of, metavar="PATH|URL", help="A decision record that exists [one is written].")
def add(*, expires: date | None, adr: str | None, **given: str | None) -> None:
    """Add an exception, and write its decision record from a template.

    What no option says is asked for, where somebody can answer.
    """
    file = looked_for() or made()
    until = last_possible(file.root, expires)
    said = _said(given)
    said |= {"adr": adr or "", "created": clock.today().isoformat(), "expires": until.isoformat()}
    _refuse_double(file, said)
    if adr is None:
        name = next_name(file.root / (folder := _folder(file)), _what(said))
        said["adr"] = f"{folder}/{name}"
        _put_record(file.root / said["adr"], record(name, said, _where(said)), file, said)
    elif not is_there(adr, file.root):
        raise click.BadParameter(f"there is no file {adr}", param_hint="--adr")
    else:
        save(file, edited(added, file, said))
    number, what = len(file.entries) + 1, _what(said)
    put(f"{NAME}: exception {number} ({what}) is in force until {until}\n{said['adr']}: says why\n")
    if _matches_nothing(found()):
        tell(f"It matches nothing: correct where it counts, or `harden exception remove {number}`")


def _put_record(path: Path, text: str, file: ExceptionsFile, said: dict[str, str]) -> None:
    """Write a new record and the exception that names it; neither without the other. Raises FailedError."""
    new = edited(added, file, said)
    try:
        create(path, text)
    except WriteError as error:
        raise FailedError(f"{said['adr']}: {error.reason}") from None
    try:
        save(file, new)
    except FailedError:
        path.unlink()
        raise


def _matches_nothing(file: ExceptionsFile) -> bool:
    """Return whether the last exception of a file is about nothing in its project, all of which could be read."""
    place, looked = f"{file.source.name}:{file.entries[-1].line}", looked_at(file)
    return not looked.errors and all(one.place != place for one in looked.matched)


def somebody_answers() -> bool:
    """Return whether questions reach a person."""
    return bool(sys.stdin and sys.stdin.isatty())


def _said(given: dict[str, str | None]) -> dict[str, str]:
    """Return what the options and, where they say nothing, the answers of a person say, in the file's order."""
    if given["rule"] and given["capability"]:
        raise click.UsageError("--rule and --capability: an exception is about one of them")
    asks = somebody_answers()
    said = {key: text for key in ("rule", "capability") if (text := given[key])} or _asked_what(asks)
    if "capability" in said:
        said["capability"] = plain(said["capability"])
    said |= {key: text for key in ("service", "container", "file") if (text := given[key])} or _asked_where(asks)
    return said | {key: given[key] or _asked(key, label, asks) for key, label in TEXTS.items()}


def _asked(key: str, label: str, asks: bool) -> str:
    if not asks:
        raise click.UsageError(f"--{key} is missing")
    return str(click.prompt(label, value_proc=lambda text: checked(key, text), err=True))


def _asked_what(asks: bool) -> dict[str, str]:
    if not asks:
        raise click.UsageError("--rule or --capability is missing")
    text = click.prompt("Rule, or capability", value_proc=lambda text: checked(_kind(text), text), err=True)
    return {_kind(text): text}


def _asked_where(asks: bool) -> dict[str, str]:
    if not asks:
        raise click.UsageError("--service, --container or --file is missing: where it is accepted")
    while not any((answers := {key: _maybe(key, label) for key, label in _ASKED.items()}).values()):
        click.echo("Name at least one of them.", err=True)
    return {key: text for key, text in answers.items() if text}


def _maybe(key: str, label: str) -> str:
    return str(
        click.prompt(
            f"{label}; empty for any", default="", show_default=False, err=True,
            value_proc=lambda text: text and checked(key, text),
        )
    )  # fmt: skip


def _kind(text: str) -> str:
    """Return which option a name belongs to: every rule's id has a dash, and no capability."""
    return "rule" if "-" in text else "capability"


def _refuse_double(file: ExceptionsFile, said: dict[str, str]) -> None:
    for entry in file.entries:
        if entry.subject == tuple(said.get(key, "") for key in SUBJECT):
            number = entry.position + 1
            raise FailedError(f"exception {number} is about the same: `harden exception renew {number}`")


def _folder(file: ExceptionsFile) -> str:
    return settled(file.root, config=None).settings.adr.rstrip("/")


def _what(said: dict[str, Any]) -> str:
    return f"{said.get('rule') or said['capability']}, {_where(said)}"


def _where(said: dict[str, Any]) -> str:
    return ", ".join(f"{key} {said[key]}" for key in PLACES if key in said)
