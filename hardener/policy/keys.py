"""Every key of a configuration: the one table that the reader, the JSON Schema and the reference are made from."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hardener.model.settings import Settings, Thresholds
from hardener.policy.exceptions.folder import FOLDER
from hardener.policy.exclusion import PATTERNS
from hardener.policy.identity import USER
from hardener.policy.images import IMAGES
from hardener.policy.kinds import Key, Kind, mapping, names, number, table, tables
from hardener.policy.level import LEVEL
from hardener.policy.overrides import overrides
from hardener.policy.pullrequests import PULL_REQUESTS
from hardener.policy.selection import rules

_DEFAULT = Settings()

THRESHOLDS = table(
    {
        "setuid": Key(number(0), "Setuid and setgid files that a container may have; with it, verify is strict here."),
        "world-writable": Key(
            number(0), "Files and folders that anybody may write to, as many as a container may have; likewise strict."
        ),
        "exception-days": Key(
            number(1, Thresholds().exception_days),
            "Days that a justified exception lasts at most, counted from when it was made.",
            Thresholds().exception_days,
        ),
    },
    Thresholds,
)


@cache
def configuration() -> Kind[dict[str, Any]]:
    """Return the kind of a whole configuration: of `.harden.toml`, and of `[tool.harden]` in pyproject.toml."""
    return table(
        {
            "level": Key(LEVEL, "How much is asked for; restricted includes baseline.", _DEFAULT.level.value),
            "user": Key(
                USER, 'Of a user that a fix makes: "uid:gid", or a table with uid, gid and name.', str(_DEFAULT.user)
            ),
            "select": Key(
                rules(), "Only these rules apply, by name or by the beginning of their names, whatever their level.", []
            ),
            "ignore": Key(rules(), "These rules do not apply.", []),
            "exclude": Key(PATTERNS, "Files that are left out: .gitignore's patterns, relative to this file.", []),
            "adr": Key(
                FOLDER, "Where the decision records of exceptions are, from the folder with .harden.", _DEFAULT.adr
            ),
            "users": Key(
                mapping(USER),
                "Where a fix makes another user: by the path of a Dockerfile (* stands for anything), or service:NAME.",
            ),
            "targets": Key(
                mapping(names()), "Stages that are built by name besides the last one, by the path of a Dockerfile."
            ),
            "images": Key(IMAGES, "What is known of an image, by its name without tag; it counts as proof for a fix."),
            "thresholds": Key(THRESHOLDS, "How much of something is accepted."),
            "overrides": Key(tables(overrides()), "Settings for some files or services; a later one has precedence."),
            "pr": Key(PULL_REQUESTS, "How pull requests are made."),
        },
        dict,
    )


def schema() -> str:
    """Return the JSON Schema of a configuration, and a newline."""
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "harden's configuration",
        "description": "What .harden.toml may say, and [tool.harden] in pyproject.toml.",
    }
    return json.dumps({**head, **configuration().schema}, indent=2, ensure_ascii=False) + "\n"
