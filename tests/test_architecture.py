"""The promises that hold for every module: who imports whom, who prints, and what is documented."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardener.policy.frameworks import controls_of
from hardener.rules import LoadedRule, catalog

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "hardener").rglob("*.py"))
PARSERS = {
    "ruamel": "hardener/text/yamltree.py",
    "_ruamel_yaml": "hardener/text/yamltree.py",
    "dockerfile_parse": "hardener/text/dockerfile.py",
}
"""Third-party parsers, and the one module that may import each."""
ENDINGS = {"exit", "_exit", "abort", "quit", "SystemExit"}


def name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text(encoding="utf-8"), name(module)))


def imports(module: Path) -> set[str]:
    """Return the top-level packages that a module imports, wherever in it and also as plain text."""
    found = set()
    for node in nodes(module):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"} and node.args:
            first = node.args[0]
            found |= {str(first.value).partition(".")[0]} if isinstance(first, ast.Constant) else set()
    return found


def called(node: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize(("package", "owner"), PARSERS.items())
def test_a_parser_is_imported_in_one_place(package: str, owner: str) -> None:
    assert [name(module) for module in MODULES if package in imports(module)] == [owner]


def test_lines_end_at_newlines_only() -> None:
    """`str.splitlines` also splits at form feeds, NEL and U+2028, which the formats take for text."""
    users = [
        name(module)
        for module in MODULES
        if any(isinstance(node, ast.Attribute) and node.attr == "splitlines" for node in nodes(module))
    ]
    assert not users


def test_only_the_command_line_prints_or_ends_the_process() -> None:
    def speaks(node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr in {"stdout", "stderr"} and getattr(node.value, "id", "") == "sys"
        if isinstance(node, ast.Raise) and node.exc is not None:
            return any(getattr(part, "id", "") in ENDINGS for part in ast.walk(node.exc))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in {"print", *ENDINGS}
        return isinstance(node, ast.Call) and called(node) in {"echo", "secho", *ENDINGS}

    others = [module for module in MODULES if not name(module).startswith("hardener/cli/")]
    found = [name(module) for module in others if any(speaks(node) for node in nodes(module))]
    assert set(found) <= {"hardener/__main__.py"}
    assert any(speaks(node) for module in set(MODULES) - set(others) for node in nodes(module))


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_every_module_says_what_it_is_about(module: Path) -> None:
    summary = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]
    assert summary.endswith((".", ":", "?"))


@pytest.mark.parametrize("rule", catalog().values(), ids=catalog())
def test_every_rule_describes_itself(rule: LoadedRule) -> None:
    title, documentation = rule.rule.title, rule.documentation.strip()
    assert title[0].islower()
    assert not title.endswith(".")
    assert " " in title
    assert "\n\n" in documentation, "a summary, then why, what may break and how to check"
    assert controls_of(rule.id)
    assert all(reference.startswith("https://") for reference in rule.rule.references)
    assert rule.rule.level in {"baseline", "restricted", "opt-in"}


def test_the_layers_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_layer_is_part_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = {layer for contract in contracts for layer in contract.get("layers", ())}
    packages = {f"hardener.{path.parent.name}" for path in (ROOT / "hardener").glob("*/__init__.py")}
    assert packages <= layers
