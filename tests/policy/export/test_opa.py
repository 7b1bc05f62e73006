"""That files are parsed as conftest parses them: https://github.com/open-policy-agent/conftest/tree/master/parser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.policy.export.opa import inputs


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("a: yes", [{"a": True}]),
        ("a: 'yes'", [{"a": "yes"}]),
        ("a: 22:22", [{"a": "22:22"}]),
        ("a: 0644", [{"a": 420}]),
        ("a: 1.5", [{"a": 1.5}]),
        ("a: 2026-01-01", [{"a": "2026-01-01"}]),
        ("a: !reset null", [{"a": "null"}]),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", [{"a": {"b": 1}, "c": {"b": 1, "d": 2}}]),
        ("a: 1\n---\nb: 2", [{"a": 1}, {"b": 2}]),
    ],
)
def test_yaml(text: str, parsed: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    assert inputs(path) == parsed


def test_a_dockerfile_is_a_list_of_instructions(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("ARG TAG=1\nFROM --platform=linux/amd64 a:$TAG AS build\nFROM build\nUSER 1:1\n")
    [found] = inputs(path)
    assert [(one["Cmd"], one["Value"], one["Stage"]) for one in found] == [
        ("arg", ["TAG=1"], 0),
        ("from", ["a:$TAG", "AS", "build"], 0),
        ("from", ["build"], 1),
        ("user", ["1:1"], 1),
    ]
    assert found[1]["Flags"] == ["--platform=linux/amd64"]
