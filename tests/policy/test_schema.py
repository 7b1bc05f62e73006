"""The JSON Schema of the configuration: what the reader takes and refuses, the schema takes and refuses."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft7Validator

from hardener import templates
from hardener.model.capabilities import NAMES
from hardener.policy.config import ConfigError, parse
from hardener.policy.keys import configuration, schema
from hardener.policy.wrong import WrongError
from hardener.rules import catalog
from tests.policy.test_config_file import ERRORS, FULL

SCHEMA = json.loads(schema())

ONLY_THE_READER = re.compile(
    r"no rule is or begins with|is no gitignore pattern|unknown capability|every image has a user root"
    r"|is no absolute path of a folder|expected a path|neither tag nor digest"
)
"""What is said of values whose form is right; of these the schema knows less."""


def test_the_published_schema_is_this_one() -> None:
    published = templates.folder() / "schemas" / "config.json"
    assert published.read_text(encoding="utf-8") == schema(), "harden config schema > templates/schemas/config.json"


def test_it_is_a_schema_to_old_and_new_readers() -> None:
    Draft7Validator.check_schema(SCHEMA)
    Draft4Validator.check_schema(SCHEMA)


def test_every_key_is_described() -> None:
    def undescribed(part: Any, way: str) -> list[str]:
        if isinstance(part, list):
            return [found for item in part for found in undescribed(item, way)]
        if not isinstance(part, dict):
            return []
        properties = part.get("properties", {})
        missing = [f"{way}.{name}" for name, about in properties.items() if not about.get("description", "").strip()]
        inner = [found for key, item in part.items() if key != "properties" for found in undescribed(item, way)]
        return [*missing, *inner, *(found for name, one in properties.items() for found in undescribed(one, name))]

    assert undescribed(SCHEMA, "") == []
    assert {"level", "user", "overrides", "thresholds"} <= SCHEMA["properties"].keys()


def test_it_takes_all_that_can_be_said() -> None:
    Draft7Validator(SCHEMA).validate(tomllib.loads(FULL))


# Python's `$` takes a newline before the end too, that of ECMA 262, which a schema's patterns are written in, does not.
@pytest.mark.parametrize(
    "text", [text for text, message in ERRORS if not ONLY_THE_READER.search(message) and '\\n"' not in text]
)
def test_it_refuses_what_the_reader_refuses(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text, Path(".harden.toml"))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert not Draft7Validator(SCHEMA).is_valid(data)


def test_defaults_say_what_holds_without_them() -> None:
    defaults = {key: about["default"] for key, about in SCHEMA["properties"].items() if "default" in about}
    said = parse(_toml(defaults), Path(".harden.toml")).settings
    assert parse("", Path(".harden.toml")).settings == replace(said, exclude_from=None)


USERS = st.sampled_from(["1:2", "0:1", "1", "٣:٣", "0010:0010", "1:2147483647"]) | st.fixed_dictionaries(
    {"uid": st.integers(-1, 5) | st.just(2**31)},
    optional={"gid": st.integers(1, 3), "name": st.sampled_from(["app", "App", "", "a b", 1]), "x": st.just(1)},
)
RULES = st.lists(st.sampled_from([*list(catalog())[:4], "compose", "docker", "Compose", "", " ", 1, True]), max_size=2)
LEVELS = st.sampled_from(["baseline", "restricted", "opt-in", 1])
TEXTS = st.lists(st.sampled_from(["a", "legacy/", " ", 1]), max_size=2)
NUMBERS = st.sampled_from([-1, 0, 1, 183, 184, True, "1", 0.5])
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "level": LEVELS,
        "user": USERS,
        "select": RULES,
        "ignore": RULES,
        "exclude": TEXTS,
        "adr": st.sampled_from(["docs", " ", 1]),
        "users": st.dictionaries(st.sampled_from(["a/Dockerfile", "service:x"]), USERS, max_size=2),
        "targets": st.dictionaries(st.just("a"), TEXTS, max_size=1) | st.just(1),
        "images": st.dictionaries(
            st.just("nginx"),
            st.fixed_dictionaries(
                {},
                optional={
                    "user": USERS,
                    "capabilities": st.lists(st.sampled_from([NAMES[0], "cap_chown", "ALL", "x y", 1]), max_size=2),
                    "writable": st.lists(st.sampled_from(["/a", "a", "/", "/a:b"]), max_size=2),
                    "x": st.just(1),
                },
            ),
            max_size=1,
        ),
        "thresholds": st.dictionaries(
            st.sampled_from(["setuid", "world-writable", "exception-days", "world_writable"]), NUMBERS, max_size=3
        ),
        "overrides": st.lists(
            st.fixed_dictionaries(
                {}, optional={"files": TEXTS, "services": TEXTS, "level": LEVELS, "select": RULES, "ignore": RULES}
            )
            | st.just(1),
            max_size=2,
        ),
        "pr": st.fixed_dictionaries({}, optional={"labels": TEXTS, "limit": NUMBERS, "assignees": TEXTS}),
        "levle": st.just(1),
    },
)


@given(DOCUMENTS)
def test_reader_and_schema_agree(data: dict[str, Any]) -> None:
    try:
        configuration().read(data)
        refused = ""
    except WrongError as wrong:
        refused = wrong.message
    if not ONLY_THE_READER.search(refused) and not _names_no_place(data):
        assert Draft7Validator(SCHEMA).is_valid(data) is not bool(refused), refused


def _names_no_place(data: dict[str, Any]) -> bool:
    """Return whether an override has an empty list of files or services, and no other place."""
    return any(
        isinstance(one, dict) and not one.get("files") and not one.get("services") for one in data.get("overrides", ())
    )


def _toml(data: dict[str, Any]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in data.items())
