"""`harden rules` and `harden explain`: what there is, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from textwrap import fill, indent

import click

from hardener.cli import completion
from hardener.cli.screen import color_option, show
from hardener.cli.streams import put, width
from hardener.policy.frameworks import references
from hardener.policy.wrong import hint
from hardener.report.lines import Line, Role
from hardener.rules import LoadedRule, catalog

INDENT = 4
WIDEST = 100
"""Characters of a line beyond which a text is hard to read."""
_LEVELS = {
    "baseline": "baseline: applies always",
    "restricted": "restricted: applies with --level restricted",
    "opt-in": "opt-in: applies where it is selected",
}


@click.command
@color_option
def rules(color: str) -> None:
    """List the rules."""
    width = max((len(rule) for rule in catalog()), default=0)
    show((_row(rule, f"{rule.id:{width}}  ", f"{rule.rule.level:10}  ") for rule in catalog().values()), color)


def _row(rule: LoadedRule, name: str, level: str) -> Line:
    return Line(((Role.RULE, name), (Role.ASIDE, level), (Role.PLAIN, rule.rule.title)), hang=len(name + level))


@click.command
@click.argument("rule", shell_complete=completion.rules)
def explain(rule: str) -> None:
    """Show a rule's documentation."""
    found = catalog().get(rule)
    if found is None:
        raise click.UsageError(f'there is no rule "{rule}"{_suggestion(rule)}')
    text = page(found, min(width(sys.stdout, "auto") or WIDEST, WIDEST))
    if sys.stdout.isatty():
        click.echo_via_pager(text)
    else:
        put(text)


def page(rule: LoadedRule, columns: int) -> str:
    """Return a rule's documentation as a manual page, in lines of so many characters at most."""
    first, *rest = rule.documentation.strip().split("\n\n")
    breaks = [part for part in rest if part.startswith("What may break:")]
    parts = {
        "NAME": [f"{rule.id} - {rule.rule.title}"],
        "LEVEL": [_LEVELS[rule.rule.level]],
        "DESCRIPTION": [first, *(part for part in rest if part not in breaks)],
        "WHAT MAY BREAK": [_sentence(part.removeprefix("What may break: ")) for part in breaks] or [rule.rule.caveat],
        "EXCEPTIONS": [
            f"A comment on the line or above it: # harden: ignore[{rule.id}] until=YYYY-MM-DD REASON",
            f"A justified exception: harden exception add --rule {rule.id}",
        ],
        "REFERENCES": references(rule),
    }
    return "\n\n".join(_section(name, texts, columns) for name, texts in parts.items() if any(texts)) + "\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _section(name: str, texts: Iterable[str], columns: int) -> str:
    gap = "\n" if name in {"REFERENCES", "EXCEPTIONS"} else "\n\n"
    hanging = " " * (2 * INDENT if name in {"REFERENCES", "EXCEPTIONS"} else INDENT)
    return f"{name}\n" + gap.join(_filled(text, columns, hanging) for text in texts)


def _filled(text: str, columns: int, hanging: str) -> str:
    """Return a text filled to the width; lines that are indented in it, such as commands and tables, stay."""
    if any(line.startswith((" ", "- ", "|")) for line in text.split("\n")):
        return indent(text, " " * INDENT)
    words = " ".join(text.split())
    return fill(words, columns, initial_indent=" " * INDENT, subsequent_indent=hanging, break_on_hyphens=False)


def _suggestion(name: str) -> str:
    begun = [rule for rule in catalog() if rule.startswith(name)]
    return f": it begins {', '.join(begun)}" if begun else hint(name, catalog())
