"""Pages about a run: gathered from what the other commands know, and written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.cli.exceptionfile import looked_for
from hardener.cli.failed import FailedError
from hardener.cli.streams import working
from hardener.engine import Result, clock
from hardener.model.settings import Settings
from hardener.policy.compliance import assess
from hardener.policy.frameworks import frameworks

if TYPE_CHECKING:
    from hardener.report.page import Page
    from hardener.report.page.parts import Part


def write_page(file: Path, page: Page) -> None:
    """Write a page. Raises FailedError."""
    from hardener.report.page import html  # noqa: PLC0415 - what makes pages takes longer to load than a run

    with working("making the page"):
        text = html(page)
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FailedError(f"{file}: cannot be written ({error.strerror})") from None


def policy_parts(start: Path, settings: Settings, result: Result) -> Iterator[Part]:
    """Yield what exceptions and compliance say of a run. Raises FailedError."""
    from hardener.report.page import parts  # noqa: PLC0415 - as above

    accepted = parts.exceptions(looked_for(start), result, settings.thresholds, clock.today())
    if accepted.tables:
        yield accepted
    known = frameworks()
    yield parts.compliance(known.values(), {key: assess(each, result) for key, each in known.items()})
