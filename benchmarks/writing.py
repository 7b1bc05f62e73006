"""How a person writes a file: words, remarks, and YAML in a style of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import TypeAlias

Yaml: TypeAlias = "str | Sequence[Yaml] | Mapping[str, Yaml]"
"""Scalars are written as they are; those of several lines become block scalars."""

_NOUNS = ("account", "billing", "cart", "catalog", "event", "gateway", "invoice", "mail", "order", "search", "stock")
_ROLES = ("api", "cache", "cron", "feed", "importer", "indexer", "proxy", "scheduler", "web", "worker")
_REMARKS = (
    "the on-call asked for this",
    "keep in step with the chart",
    "raised after the last incident",
    "see the runbook",
)


class Author:
    """Makes one file's choices, always the same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.newline = "\r\n" if self.chance(0.1) else "\n"
        self._step = 4 if self.chance(0.15) else 2
        self._dash = self.random.choice([0, self._step])
        self._talkative = self.random.choice([0.0, 0.05, 0.15])

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of the cases."""
        return self.random.random() < share

    def name(self) -> str:
        """Return a service's name."""
        return f"{self.random.choice(_NOUNS)}-{self.random.choice(_ROLES)}"

    def remark(self) -> str:
        """Return the text of a comment."""
        return f"{self.random.choice(_REMARKS)} (OPS-{self.random.randrange(999)})"

    def image(self, role: str) -> str:
        """Return an image: one that everybody knows, or one of a private registry."""
        known = self.random.choice(["postgres:16-alpine", "redis:7.4", "nginx:1.27", "prom/prometheus:v2.55.0"])
        return known if self.chance(0.4) else f"registry.example.com/shop/{role}:1.{self.random.randrange(40)}.0"

    def variables(self, least: int, most: int) -> dict[str, str]:
        """Return environment variables with plain values."""
        names = (self.name().upper().replace("-", "_") for _ in range(self.random.randint(least, most)))
        return {f"{name}_{number}": f"{self.name()}.internal:{number}" for number, name in enumerate(names)}

    def yaml(self, value: Yaml) -> str:
        """Return a document in this author's style, with remarks in between."""
        return "".join(f"{line}\n" for line in self._block(value, 0))

    def _block(self, value: Yaml, column: int) -> Iterator[str]:
        blanks = " " * column
        if isinstance(value, Mapping):
            for number, (key, inner) in enumerate(value.items()):
                if number and self.chance(self._talkative):
                    yield f"{blanks}# {self.remark()}"
                yield from self._entry(f"{blanks}{key}", inner, column)
        elif not isinstance(value, str):
            for item in value:
                first, *rest = [item] if isinstance(item, str) else self._block(item, column + 2)
                yield f"{blanks}- {first.lstrip()}"
                yield from rest

    def _entry(self, key: str, value: Yaml, column: int) -> Iterator[str]:
        if not isinstance(value, str):
            anchored = ": &" in key
            yield key if anchored else f"{key}:"
            yield from self._block(value, column + (self._step if isinstance(value, Mapping) else self._dash))
        elif "\n" in value:
            yield f"{key}: |"
            yield from (f"{' ' * (column + self._step)}{line}" for line in value.rstrip("\n").split("\n"))
        else:
            yield f"{key}: {value}"
