"""GitHub's own description of its API, as what every request and every answer is held to.

It is OpenAPI 3.0 and too large to keep here: `npm pack @octokit/openapi` brings `generated/api.github.com.json`, and
HARDEN_GITHUB_OPENAPI names that file. Without it the stand-in answers all the same, but nothing is held to anything.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

NAMED = os.environ.get("HARDEN_GITHUB_OPENAPI", "")
FILE = Path(NAMED).resolve()

_UNDECLARED = {401}
"""What GitHub answers to every request without a right token: https://docs.github.com/rest/authentication."""


class BrokenContractError(AssertionError):
    """A request or an answer that GitHub's description does not have."""


class Contract:
    """The description, and which of its operations were held to it."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._description = description
        self._registry: Registry[Any] = Registry().with_resource(
            "github", Resource(contents=description, specification=DRAFT4)
        )
        self._paths = [(re.compile(_pattern(path)), path) for path in sorted(description["paths"], key=_literal)]

    def request(self, method: str, path: str, query: str, body: object) -> str:
        """Return the operation's name. Raises BrokenContractError."""
        operation = self._operation(method, path)
        parameters = [self._resolved(parameter) for parameter in operation.get("parameters", [])]
        known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
        for name, values in parse_qs(query).items():
            if name not in known:
                raise BrokenContractError(f"{method} {path} has no parameter {name}")
            schema = self._resolved(known[name]["schema"])
            value = int(values[0]) if schema.get("type") == "integer" else values[0]
            self._hold(value, schema, f"{method} {path}?{name}")
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None and content is None:
            raise BrokenContractError(f"{method} {path} takes no body")
        if content is not None:
            self._hold({} if body is None else body, content["schema"], f"the body of {method} {path}")
            self._require_known(body, self._resolved(content["schema"]), f"{method} {path}")
        return str(operation["operationId"])

    def answer(self, method: str, path: str, status: int, body: object) -> None:
        """Raises BrokenContractError."""
        answers = self._operation(method, path)["responses"]
        if str(status) not in answers:
            if status not in _UNDECLARED:
                raise BrokenContractError(f"{method} {path} never answers {status}")
            return
        content = self._resolved(answers[str(status)]).get("content", {}).get("application/json")
        if content is not None:
            self._hold(body, content["schema"], f"the answer {status} to {method} {path}")

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        template = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operations = self._description["paths"].get(template, {})
        if method.lower() not in operations:
            raise BrokenContractError(f"there is no {method} {path}")
        return dict(operations[method.lower()])

    def _hold(self, value: object, schema: dict[str, Any], what: str) -> None:
        absolute = json.loads(json.dumps(schema).replace('"$ref": "#/', '"$ref": "github#/'))
        validator = OAS30Validator(absolute, registry=self._registry, format_checker=oas30_format_checker)
        for error in validator.iter_errors(value):
            raise BrokenContractError(f"{what}: {error.json_path}: {error.message[:400]}")

    def _require_known(self, body: object, schema: dict[str, Any], what: str) -> None:
        known = set(schema.get("properties", {}))
        for option in schema.get("oneOf", []) + schema.get("anyOf", []):
            known |= set(self._resolved(option).get("properties", {}))
        unknown = set(body) - known if isinstance(body, dict) else set()
        if unknown and known:
            raise BrokenContractError(f"the body of {what} has no {', '.join(sorted(unknown))}")

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self._description
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part


def _pattern(template: str) -> str:
    return re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template))


def _literal(template: str) -> int:
    return template.count("{")


@cache
def contract() -> Contract | None:
    """Return the description that HARDEN_GITHUB_OPENAPI names; None where it names none."""
    return Contract(json.loads(FILE.read_text(encoding="utf-8"))) if NAMED else None
