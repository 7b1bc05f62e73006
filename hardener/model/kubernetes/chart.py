"""Helm charts: which files are templates, and which of a chart's values decide what they say.

A file below a chart's `templates` that has an action (`{{`) anywhere is held: what Helm makes of the rest depends on
it. One without any is what Helm applies, letter by letter, and no value changes it, so its own text is the only place
where its maintainer can harden it: it is fixed like any other manifest.

https://helm.sh/docs/topics/charts/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from hardener.model.document import TEMPLATE, Document
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.text import yamltree
from hardener.text.source import Reader, UnreadableError
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor

_CHART, _VALUES, _TEMPLATES = "Chart.yaml", "values.yaml", "templates"
_SECURITY = ("securitycontext", "automountserviceaccounttoken", "hostnetwork", "hostpid", "hostipc")
"""Ends of the names of keys, in lower case, that stand for fields which rules look at."""
_IMAGE = "image"
_ACTION = "{{"
_MOST = 8
_DEEPEST = 8


class Value(NamedTuple):
    """A key of a chart's values."""

    name: str
    """With the keys above it: `controller.securityContext`."""
    line: int
    """Counted from 1."""


def hold_templates(documents: Iterable[Document], reader: Reader) -> None:
    """Hold every template of a chart, and say which keys of the chart's values exist for it."""
    known: dict[Path, str | list[Value]] = {}
    for document in documents:
        chart = _chart_of(document.source.path, reader)
        if chart is None:
            continue
        if isinstance(document, KubernetesFile) and _ACTION in document.source.text:
            document.hold_pods(TEMPLATE)
        if not any(held.reason == TEMPLATE for held in document.held):
            continue
        if chart not in known:
            known[chart] = _values(chart, reader)
        words = _words(known[chart], reader.name(chart / _VALUES), document.source.text)
        document.held = [
            replace(held, reason=f"{TEMPLATE}; {words}") if held.reason == TEMPLATE else held for held in document.held
        ]


def _chart_of(path: Path, reader: Reader) -> Path | None:
    """Return the folder of the chart that a template is of, however deep below `templates` it stands."""
    above = (folder.parent for folder in path.parents if folder.name == _TEMPLATES)
    return next((folder for folder in above if reader.is_file(folder / _CHART)), None)


def _values(chart: Path, reader: Reader) -> str | list[Value]:
    """Return the keys that exist, or why they are not known."""
    with suppress(UnreadableError, UnparsableError):
        tree = yamltree.parse(reader.read(chart / _VALUES).text)
        root = tree.root(0)
        found = [] if root is None else _keys(root, ())
        return sorted(
            (Value(name, tree.line(value.key_start)) for name, value in found), key=lambda value: _is_image(value.name)
        )
    return f"{reader.name(chart / _VALUES)} cannot be read"


def _keys(mapping: Cursor, above: tuple[str, ...]) -> Iterator[tuple[str, Cursor]]:
    for key, value in mapping.entries() if len(above) < _DEEPEST else ():
        name = ".".join((*above, key))
        if key.lower().endswith(_SECURITY) or _is_image(name):
            yield name, value
        elif value.kind == "mapping":
            yield from _keys(value, (*above, key))


def _is_image(name: str) -> bool:
    return name.rpartition(".")[2].lower() == _IMAGE


def _words(values: str | list[Value], file: str, template: str) -> str:
    if isinstance(values, str):
        return values
    named = [value for value in values if f".Values.{value.name}" in template] or values
    if not named:
        return f"{file} has no key for its security context or its image"
    words = [f"{value.name} ({file}:{value.line})" for value in named[:_MOST]]
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return f"its chart has these values for it: {', '.join(words)}{more}"
