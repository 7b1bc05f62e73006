"""What reports must look like: the JSON Schema that is published, and the parts of others' formats that are used.

SARIF's own schema is too large to keep here: `npm pack @microsoft/sarif-multitool-linux` brings `sarif-2.1.0.json`, and
HARDEN_SARIF_SCHEMA names that file, which every log must keep to as well. No registry was found to offer a schema of
GitLab's report or of JUnit's (check-jsonschema, jest-junit, junitparser and junit-xml have none): for these there is
only what is written here, from what GitLab and Jenkins say.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from hardener import templates

TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer", "minimum": 1}
INDEX = {"type": "integer", "minimum": 0}


def closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """Return the schema of an object that has these keys and no others."""
    properties = {**required, **optional}
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def some(items: dict[str, Any], least: int = 0, most: int = 10**9) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, "uniqueItems": True}


def findings() -> Validator:
    """Return what checks the JSON report of findings."""
    return published("findings")


def compliance() -> Validator:
    """Return what checks the JSON of `harden compliance`."""
    return published("compliance")


def audit() -> Validator:
    """Return what checks the record of an audit, in the same way."""
    return published("audit")


@cache
def published(name: str) -> Validator:
    """Return what checks a JSON report by its published schema, without a key that this does not name."""
    schema = json.loads((templates.folder() / f"schemas/{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(_without_others(schema))


def _without_others(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_others(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    same = {key: _without_others(value) for key, value in schema.items()}
    return same | {"additionalProperties": False} if "required" in same and "properties" in same else same


MESSAGE = closed({"text": TEXT})
REGION = closed({"startLine": NUMBER}, startColumn=NUMBER, endLine=NUMBER, endColumn=NUMBER)
WHOLE_REGION = closed({"startLine": NUMBER, "startColumn": NUMBER, "endLine": NUMBER, "endColumn": NUMBER})
URI = {"type": "string", "pattern": r"^([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"}
ARTIFACT = {
    "oneOf": [
        closed({"uri": URI, "uriBaseId": {"const": "%SRCROOT%"}}),
        closed({"uri": {"type": "string", "pattern": r"^file:///([A-Za-z0-9._~/-]|%[0-9A-F]{2})*$"}}),
    ]
}
REPLACEMENT = closed({"deletedRegion": WHOLE_REGION, "insertedContent": closed({"text": {"type": "string"}})})
FIX = closed(
    {
        "description": MESSAGE,
        "artifactChanges": some(closed({"artifactLocation": ARTIFACT, "replacements": some(REPLACEMENT, 1)}), 1),
    }
)
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def _standard() -> dict[str, Any]:
    """Return SARIF's own schema, with an identity that its references stay within; none where it is not here."""
    file = os.environ.get("HARDEN_SARIF_SCHEMA")
    return {"$id": "urn:sarif", **json.loads(Path(file).read_text(encoding="utf-8-sig"))} if file else {}


def _log(result: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a log with such results."""
    return {"allOf": [_standard(), _closed_log(result)]}


def _closed_log(result: dict[str, Any]) -> dict[str, Any]:
    return closed(
        {
            "$schema": TEXT,
            "version": {"const": "2.1.0"},
            "runs": some(
                closed(
                    {
                        "tool": closed(
                            {
                                "driver": closed(
                                    {
                                        "name": TEXT,
                                        "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
                                        "rules": some(
                                            closed(
                                                {"id": TEXT},
                                                shortDescription=MESSAGE,
                                                fullDescription=MESSAGE,
                                                help=closed({"text": TEXT, "markdown": TEXT}),
                                                properties=closed({"tags": some(TEXT), "level": TEXT}),
                                            )
                                        ),
                                    }
                                )
                            }
                        ),
                        "invocations": some(
                            closed(
                                {"executionSuccessful": {"type": "boolean"}},
                                toolExecutionNotifications={
                                    "type": "array",
                                    "items": closed(
                                        {
                                            "level": LEVEL,
                                            "message": MESSAGE,
                                            "locations": some(
                                                closed(
                                                    {
                                                        "physicalLocation": closed(
                                                            {"artifactLocation": ARTIFACT}, region=REGION
                                                        )
                                                    }
                                                )
                                            ),
                                        }
                                    ),
                                },
                            ),
                            1,
                        ),
                        "columnKind": {"const": "utf16CodeUnits"},
                        "results": {
                            "type": "array",
                            "items": result,
                        },
                    }
                ),
                1,
                1,
            ),
        }
    )


LOGICAL = some(closed({"fullyQualifiedName": TEXT}), 1, 1)
PHYSICAL = closed({"artifactLocation": ARTIFACT, "region": REGION})


def _result(location: dict[str, Any], fingerprint: str, more: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """Return the schema of a result that stands in one place and must have `more` keys."""
    return closed(
        {
            "ruleId": TEXT,
            "ruleIndex": INDEX,
            "level": LEVEL,
            "message": MESSAGE,
            "locations": some(location, 1, 1),
            "partialFingerprints": closed({fingerprint: TEXT}),
            **more,
        },
        **optional,
    )


_SUPPRESSION = closed(
    {"kind": {"enum": ["inSource", "external"]}, "status": {"const": "accepted"}, "justification": TEXT}
)
_PROPERTIES = closed(
    {"state": {"enum": ["fixed", "unsafe", "held", "suppressed"]}, "safety": {"enum": ["safe", "unsafe", "held"]}},
    fixedWith=INDEX,
)

SARIF = Draft202012Validator(
    _log(
        _result(
            closed({"physicalLocation": PHYSICAL, "logicalLocations": LOGICAL}),
            "ruleFileSubject/v1",
            {"suppressions": some(_SUPPRESSION, 0, 1), "properties": _PROPERTIES},
            fixes=some(FIX, 1, 1),
        )
    )
)

VERIFIED = Draft202012Validator(
    _log(
        _result(
            closed({"logicalLocations": LOGICAL}, physicalLocation=PHYSICAL),
            "ruleContainer/v1",
            {},
            kind={"const": "open"},
        )
    )
)
"""The log of `harden verify`, which is about containers."""

GITLAB = Draft202012Validator(
    {
        "type": "array",
        "items": closed(
            {
                "description": TEXT,
                "check_name": TEXT,
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": closed({"path": TEXT, "lines": closed({"begin": NUMBER})}),
            }
        ),
    }
)
"""What docs.gitlab.com/ci/testing/code_quality/ asks for under "Code Quality report format"."""
