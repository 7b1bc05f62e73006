"""What the site makes from the code, where MkDocs is installed: `pip install 'harden[docs]'`."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from hardener.rules import LoadedRule, catalog
from tests.docs.console import ROOT

pytest.importorskip("mkdocs", reason="MkDocs is not installed; .ci/run has it")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("rule", catalog().values(), ids=lambda rule: rule.id)
def test_a_rule_s_page_is_complete(generate: ModuleType, rule: LoadedRule) -> None:
    page = generate.rule_page(rule)
    assert page.startswith(f"# {rule.id}\n\n**{rule.documentation.strip().split(chr(10))[0]}")
    assert "## What may break" in page or not rule.rule.caveat
    assert not re.search(r"^## .*\n+(?:#|\Z)", page, re.MULTILINE), "a heading without a text"
    assert "## Changed" in page or "## Held or unsafe" in page
    assert "## Left alone" in page
    assert "## Compliance" in page


def test_every_rule_is_in_the_list(generate: ModuleType) -> None:
    listed = generate.rules_page()
    assert all(listed.count(f"[{rule}]({rule}.md)") == 1 for rule in catalog())
