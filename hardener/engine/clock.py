"""What day it is, for what holds until one."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day in UTC, which is the same for everybody who runs this and what CI has; tests replace this."""
    return datetime.now(UTC).date()
