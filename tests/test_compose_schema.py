"""What the Compose specification's own schema says of the Compose files that the cases end in.

PyPI's check-jsonschema carries the schema: https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from hardener.engine import State
from hardener.model.settings import Settings
from tests.conftest import harden, write
from tests.test_cases import Case, cases

SCHEMA = json.loads(
    files("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json").read_text(encoding="utf-8")
)
VALIDATOR = validator_for(SCHEMA)(SCHEMA)
ALL = Settings(select=("compose",), unsafe_fixes=True)
CHANGED = [case for case in cases() if case.rule.startswith("compose-") and case.kind == "before"]


class Loader(yaml.SafeLoader):
    """PyYAML with the two tags that Compose adds: what they stand at counts as it is."""


def _untagged(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.ScalarNode)
    return loader.construct_scalar(node)


Loader.add_multi_constructor("!", _untagged)


def violations(file: Path) -> set[str]:
    data = yaml.load(file.read_bytes(), Loader)
    return {f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)}


@pytest.mark.parametrize("case", CHANGED, ids=str)
def test_what_a_case_ends_in_is_a_compose_file(case: Case, isolated: Path) -> None:
    case.copy_to(isolated, case.path)
    before = {file: violations(file) for file in sorted(isolated.rglob("*compose*.y*ml"))}
    assert before
    write(isolated, harden(isolated, case.settings(isolated)))
    for file, known in before.items():
        assert violations(file) <= known


def test_what_all_rules_together_write_is_a_compose_file(isolated: Path) -> None:
    """The rules meet in one file, at every level."""
    file = isolated / "compose.yaml"
    for case in CHANGED:
        if case.path.is_file():
            file.write_bytes(case.path.read_bytes())
            known = violations(file)
            result = harden(isolated, ALL)
            write(isolated, result)
            assert violations(file) <= known, case
            assert [outcome for outcome in result.outcomes if outcome.state is State.FIXED], case


@pytest.mark.parametrize("key", ["cap_dropp", "readonly", "tmpfss"])
def test_the_schema_knows_the_keys_of_a_service(isolated: Path, key: str) -> None:
    (isolated / "compose.yaml").write_text(f"services:\n  a:\n    image: a\n    {key}: []\n")
    assert violations(isolated / "compose.yaml")
