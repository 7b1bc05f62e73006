"""The files of an export: policies for the rules that one document decides, what they share, their data, a README."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from hardener import templates
from hardener.model.exceptions import Accepted
from hardener.model.settings import Settings
from hardener.policy.export.imagefacts import image_facts
from hardener.policy.frameworks import controls_of
from hardener.rules import LoadedRule, catalog, selected
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

DATA = Path("data") / "harden.yaml"
_HEADS = ("deny contains", "warn contains")


def files(settings: Settings, profiles: Mapping[str, Mapping[str, Any]]) -> dict[Path, str]:
    """Return the texts of an export by their paths below its folder.

    `profiles` are a project's own image profiles, by image name.
    """
    data = {
        "level": settings.level.value,
        "rules": sorted(selected(settings) & exported().keys()),
        "exceptions": [_exception(accepted) for accepted in settings.exceptions],
        "images": list(image_facts(profiles, settings.images)),
    }
    policies = {path.relative_to(_folder()): _policy(path) for path in sorted(_folder().rglob("*.rego"))}
    return policies | {DATA: _rendered(data), Path("README.md"): _readme()}


def _rendered(data: Mapping[str, Any]) -> str:
    """Return the data as YAML with one line for each entry, as JSON is YAML too."""
    lines = []
    for key, value in data.items():
        entries = [f"      {_quoted(entry)}" for entry in value] if isinstance(value, list) else []
        text = "[\n" + ",\n".join(entries) + "\n    ]" if entries else _quoted(value)
        lines.append(f"    {key}: {text}")
    return "harden:\n  {\n" + ",\n".join(lines) + "\n  }\n"


def _exception(accepted: Accepted) -> dict[str, Any]:
    """Return an exception as policies compare it: with globs for the subjects of findings and for the file."""
    return {
        "rule": accepted.rule,
        "capability": accepted.capability,
        "subjects": accepted.subjects or ["*"],
        "file": accepted.file or "*",
        "until": accepted.until.isoformat(),
        "adr": accepted.adr,
    }


@cache
def exported() -> Mapping[str, Path]:
    """Return by rule where its policy stands."""
    return {rule.id: path for rule in catalog().values() if (path := _path_of(rule)).is_file()}


@cache
def limits() -> Mapping[str, Mapping[str, str]]:
    """Return in words, by rule: under `not_exported` why it has no policy, under `narrower` what that does not see."""
    found = to_python(parse((_folder() / "limits.yaml").read_text(encoding="utf-8")).root(0))
    return cast(Mapping[str, Mapping[str, str]], found)


def _folder() -> Path:
    return templates.folder() / "policies"


def _path_of(rule: LoadedRule) -> Path:
    name = rule.id.removeprefix(f"{rule.dialect}-").replace("-", "_")
    return _folder() / rule.dialect / f"{name}.rego"


def _policy(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    rule = next((rule for rule in catalog().values() if _path_of(rule) == path), None)
    if rule is None:
        return text
    head = next(text.index(f"\n{head}") for head in _HEADS if f"\n{head}" in text)
    return f"{text[: head + 1]}{_metadata(rule)}{text[head + 1 :]}"


def _metadata(rule: LoadedRule) -> str:
    """Return a rule's annotations: https://www.openpolicyagent.org/docs/policy-language#metadata."""
    urls = rule.rule.references
    lines = [
        "METADATA",
        "scope: rule",
        f"title: {_quoted(rule.rule.title[:1].upper() + rule.rule.title[1:])}",
        f"description: {_quoted(_reason(rule))}",
        *(["related_resources:", *(f"- {_quoted(url)}" for url in urls)] if urls else []),
        "custom:",
        f"  rule: {rule.id}",
        f"  level: {rule.rule.level}",
        f"  references: {json.dumps(controls_of(rule.id), ensure_ascii=False)}",
    ]
    return "".join(f"# {line}\n" for line in lines)


def _reason(rule: LoadedRule) -> str:
    """Return why a rule is there: the second paragraph of its documentation, in one line."""
    return " ".join(rule.documentation.strip().split("\n\n")[1].split())


def _quoted(text: object) -> str:
    return json.dumps(text, ensure_ascii=False)


def _readme() -> str:
    text = (_folder() / "README.md").read_text(encoding="utf-8")
    return text.replace("{{ policies }}\n", "".join(_table()))


def _table() -> Iterator[str]:
    yield "| rule | level | result | what it does not see |\n| --- | --- | --- | --- |\n"
    for rule, path in exported().items():
        result = "deny" if "\ndeny contains" in path.read_text(encoding="utf-8") else "warn"
        yield f"| {rule} | {catalog()[rule].rule.level} | {result} | {limits()['narrower'].get(rule, '')} |\n"
    yield "\nNot exported:\n\n"
    yield from (f"- {rule}: {reason}\n" for rule, reason in limits()["not_exported"].items())
