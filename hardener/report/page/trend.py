"""The history of audits as a picture: a curve of the findings that were open, and a mark for each audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hardener.report.audit import open_findings

WIDTH, HEIGHT, EDGE = 720, 180, 28
"""In units of the picture, which is as wide as the page lets it be."""


class Point(NamedTuple):
    """One audit in the picture."""

    x: float
    y: float
    met: bool
    label: str


class Trend(NamedTuple):
    """The picture's points, from the oldest to the newest, and its scale."""

    points: tuple[Point, ...]
    most: int

    @property
    def path(self) -> str:
        """The curve, as SVG writes points."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def trend(records: Sequence[Mapping[str, Any]]) -> Trend:
    """Return the picture of records, the oldest first."""
    counted = [open_findings(record) for record in records]
    most = max(counted, default=0) or 1
    step = (WIDTH - 2 * EDGE) / max(len(records) - 1, 1)
    points = (
        Point(
            EDGE + number * step,
            HEIGHT - EDGE - count / most * (HEIGHT - 2 * EDGE),
            record["met"],
            f"{record['date']}: {count} open, {'met' if record['met'] else 'not met'}",
        )
        for number, (count, record) in enumerate(zip(counted, records, strict=True))
    )
    return Trend(tuple(points), most)
