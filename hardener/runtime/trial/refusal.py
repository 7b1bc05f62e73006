"""Why a service was not started, in words for people: of what the engine and Compose print of it, what matters."""

from __future__ import annotations

import re

_NOISE = "Encountered errors while bringing up the project."
"""How docker-compose 1.x ends, whatever it was."""
_RLIMIT = re.compile(r"error setting rlimit type ([0-9]+): operation not permitted")
_LIMITS = (
    "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile",
    "memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime",
)  # fmt: skip
"""By number: include/uapi/asm-generic/resource.h, with the names that Compose has under `ulimits`."""
_FULL = re.compile(r"no space left on device", re.IGNORECASE)


def last_line(said: str) -> str:
    """Return the last line that says something; empty where nothing is said."""
    return next((line.strip() for line in reversed(said.split("\n")) if line.strip() not in ("", _NOISE)), "")


def worded(said: str) -> str:
    """Return what the engine said last of a service that it did not start, as a sentence where it is a known one."""
    last = last_line(said)
    limit = _RLIMIT.search(last)
    if limit and int(limit[1]) < len(_LIMITS):
        return f"the engine may not raise the limit {_LIMITS[int(limit[1])]} here, as `ulimits` asks"
    return f"the engine's disk is full: {last}" if _FULL.search(last) else last
