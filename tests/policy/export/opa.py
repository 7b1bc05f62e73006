"""What another policy engine makes of an export: files parsed as conftest parses them, evaluated by rego-cpp.

conftest reads YAML with sigs.k8s.io/yaml, which is YAML 1.1 without numbers to base 60, dates and custom tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

dockerfile = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this platform")
regopy = pytest.importorskip("regopy", reason="rego-cpp has no wheel for this platform")

_MADE_OTHERWISE = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class _Loader(yaml.SafeLoader):
    """YAML as Go's reader has it."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _MADE_OTHERWISE]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(rf"(?:{_INT.pattern})\Z"), list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(rf"(?:{_FLOAT.pattern})\Z"), list("-+.0123456789"))


def _untagged(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    made = loader.construct_mapping if isinstance(node, yaml.MappingNode) else loader.construct_sequence
    return made(node, deep=True)


_Loader.add_multi_constructor("!", _untagged)


def inputs(path: Path) -> list[Any]:
    """Return what conftest makes of a file: one input for each of its documents. Raises yaml.YAMLError."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix in {".yaml", ".yml", ".json"}:
        return [json.loads(json.dumps(one, default=str)) for one in yaml.load_all(text, _Loader)]
    return [_commands(text)]


def _commands(text: str) -> list[dict[str, Any]]:
    stage = -1
    found = []
    for command in dockerfile.parse_string(text):
        stage += command.cmd.lower() == "from"
        found.append(
            {
                "Cmd": command.cmd.lower(),
                "SubCmd": (command.sub_cmd or "").lower(),
                "JSON": command.json,
                "Flags": list(command.flags),
                "Value": list(command.value),
                "Stage": max(stage, 0),
            }
        )
    return found


class Opa:
    """An engine with the files of an export."""

    def __init__(self, policies: Mapping[str, str], data: Mapping[str, Any]) -> None:
        self._engine = regopy.Interpreter()
        for name, text in policies.items():
            self._engine.add_module(name, text)
        self._engine.add_data(dict(data))
        self._compiled = self._engine.build('found := {kind: data.main[kind] | kind := ["deny", "warn"][_]}')

    @classmethod
    def of(cls, folder: Path) -> Opa:
        """Return an engine with what `harden policy export` wrote into a folder."""
        policies = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.rego"))}
        return cls(policies, yaml.safe_load((folder / "data" / "harden.yaml").read_text()))

    def evaluate(self, document: Any) -> Iterator[dict[str, str]]:
        """Yield the results for one input, each with the kind of rule (`deny` or `warn`) under `kind`."""
        self._engine.set_input(document)
        output = str(self._engine.query_bundle(self._compiled))
        if not output.startswith("{"):
            raise ValueError(output)
        for kind, values in json.loads(output)["bindings"]["found"].items():
            yield from ({**value, "kind": kind} for value in values)
