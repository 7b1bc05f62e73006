"""What a shell may complete: names of rules and of frameworks."""

from __future__ import annotations

import click

from hardener.rules import catalog


def rules(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the rules that begin so; of several with commas between them, the last one is completed."""
    before, comma, last = begun.rpartition(",")
    return [before + comma + rule for rule in catalog() if rule.startswith(last)]


def known_frameworks(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the frameworks that begin so."""
    from hardener.policy.frameworks import frameworks  # noqa: PLC0415 - few commands read them

    return [name for name in frameworks() if name.startswith(begun)]
