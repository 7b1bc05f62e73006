"""`harden rules` and `harden explain`: what there is, and why."""

from __future__ import annotations

import click

from hardener.cli.streams import put
from hardener.policy.frameworks import references
from hardener.policy.wrong import hint
from hardener.rules import LoadedRule, catalog


@click.command
def rules() -> None:
    """List the rules."""
    width = max((len(rule) for rule in catalog()), default=0)
    put("".join(f"{rule.id:{width}}  {rule.rule.level:10}  {rule.rule.title}\n" for rule in catalog().values()))


@click.command
@click.argument("rule")
def explain(rule: str) -> None:
    """Show a rule's documentation."""
    found = catalog().get(rule)
    if found is None:
        raise click.UsageError(f'there is no rule "{rule}"{_suggestion(rule)}')
    put(page(found))


def page(rule: LoadedRule) -> str:
    """Return a rule's documentation as plain text."""
    parts = [f"{rule.id}: {rule.rule.title}", f"Level: {rule.rule.level}", rule.documentation.strip()]
    if rule.rule.caveat:
        parts.append(f"Caveat: {rule.rule.caveat}")
    if named := references(rule):
        parts.append("\n".join(["References:", *(f"- {reference}" for reference in named)]))
    return "\n\n".join(parts) + "\n"


def _suggestion(name: str) -> str:
    begun = [rule for rule in catalog() if rule.startswith(name)]
    return f": it begins {', '.join(begun)}" if begun else hint(name, catalog())
