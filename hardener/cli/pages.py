"""Pages about a run: gathered from what the other commands know, and written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.cli.options import WrongConfigError
from hardener.cli.streams import OutputError
from hardener.engine import Result, clock
from hardener.model.settings import Settings
from hardener.policy.compliance import assess
from hardener.policy.config import ConfigError
from hardener.policy.exceptions import reading
from hardener.policy.frameworks import frameworks

if TYPE_CHECKING:
    from hardener.report.page import Page
    from hardener.report.page.parts import Part


def write_page(file: Path, page: Page) -> None:
    """Write a page. Raises OutputError."""
    from hardener.report.page import html  # noqa: PLC0415 - what makes pages takes longer to load than a run

    try:
        file.write_text(html(page), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror})") from None


def policy_parts(start: Path, settings: Settings, result: Result) -> Iterator[Part]:
    """Yield what exceptions and compliance say of a run. Raises WrongConfigError."""
    from hardener.report.page import parts  # noqa: PLC0415 - as above

    try:
        file = reading.find(start)
        if file:
            yield parts.exceptions(reading.read(file), settings.thresholds, clock.today())
    except ConfigError as error:
        raise WrongConfigError(str(error)) from None
    known = frameworks()
    yield parts.compliance(known.values(), {key: assess(each, result) for key, each in known.items()})
