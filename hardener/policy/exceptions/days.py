"""How long an exception lasts: six months at most, days in UTC.

Six months after a day is the day of the same number in the sixth month after it, or that month's last day where it has
none of that number: made on 31 August, an exception lasts to 28 February at most, or to the 29th in a leap year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from hardener.model.settings import Thresholds

MONTHS = 6

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day(text: str) -> date | None:
    """Return the day that is written as `2026-12-31`; None where the calendar has none of that name."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def latest(created: date) -> date:
    """Return the last day that an exception may name which was made on a day."""
    years, month = divmod(created.month - 1 + MONTHS, 12)
    year = min(created.year + years, date.max.year)
    return date(year, month + 1, min(created.day, monthrange(year, month + 1)[1]))


def problem(created: date, expires: date) -> str:
    """Return why an exception that was made on a day cannot name another as its last; empty where it can."""
    if expires < created:
        return f"it expires on {expires}, before it was made on {created}"
    if expires > latest(created):
        return f"it lasts longer than {MONTHS} months: {latest(created)} is the last day that may stand here"
    return ""


def last(created: date, expires: date, limits: Thresholds) -> date:
    """Return the last day on which an exception counts: the one that it names, or an earlier one by configuration."""
    if limits.exception_days >= Thresholds().exception_days:
        return expires
    return min(expires, created + timedelta(days=limits.exception_days))
