"""A user as the configuration writes it: `"uid:gid"` or `{uid = …, gid = …, name = "…"}`."""

from __future__ import annotations

import re

from hardener.model.settings import User
from hardener.policy.kinds import Key, Kind, table
from hardener.policy.wrong import WrongError

HIGHEST_ID = 2**31 - 1
"""The highest id that Kubernetes takes for `runAsUser` (`IsValidUserID` in its API validation)."""

_PAIR = re.compile(r"([0-9]{1,10}):([0-9]{1,10})", re.ASCII)
_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,31}", re.ASCII)
"""What shadow's `useradd` takes, less its trailing `$`, which a Dockerfile would expand."""


def user_of(value: object) -> User:
    """Return the user that a configuration's value names. Raises WrongError."""
    if isinstance(value, str):
        pair = _PAIR.fullmatch(value)
        if not pair:
            raise WrongError('a user is written "uid:gid", in numbers, such as "10001:10001"')
        return User(_id(int(pair[1])), _id(int(pair[2])))
    if not isinstance(value, dict):
        raise WrongError('expected "uid:gid" or {uid = …, gid = …, name = "…"}')
    return _TABLE.read(value)


def _id(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongError("expected a number")
    if value == 0:
        raise WrongError("0 is root, which no fix may choose")
    if not 0 < value <= HIGHEST_ID:
        raise WrongError(f"expected a number from 1 to {HIGHEST_ID}")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise WrongError("expected a name that useradd takes: a-z, 0-9, _ and -, a letter or _ first, at most 32")
    if value == "root":
        raise WrongError("every image has a user root already")
    return value


_ID = Kind(_id, {"type": "integer", "minimum": 1, "maximum": HIGHEST_ID})
_TABLE = table(
    {
        "uid": Key(_ID, "The number of the user.", needed=True),
        "gid": Key(_ID, "The number of the group.", needed=True),
        "name": Key(
            Kind(_name, {"type": "string", "pattern": f"^{_NAME.pattern}$"}), "The name that it gets.", User(1, 1).name
        ),
    },
    User,
)
USER = Kind(
    user_of, {"anyOf": [{"type": "string", "pattern": "^0*[1-9][0-9]{0,9}:0*[1-9][0-9]{0,9}$"}, dict(_TABLE.schema)]}
)
"""A user by number, which is not root."""
