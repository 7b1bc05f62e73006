"""Record what is found today: what `harden config accept-current` does."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from hardener import engine
from hardener.cli.failed import FailedError
from hardener.engine import Result, State, clock
from hardener.model.recorded import Print, print_of
from hardener.policy.accepted import NAME, read, text_of, updated
from hardener.policy.config import Loaded
from hardener.text.find import nearest
from hardener.text.source import Reader
from hardener.text.terminal import printable
from hardener.text.write import WriteError, create, write


def accept(paths: Sequence[Path], of: Callable[[Path], Loaded]) -> str:
    """Record what is found in `paths` and return in words what was done. Raises FailedError."""
    result = engine.run(paths, lambda folder: of(folder).settings)
    if result.errors:
        place = ":".join(map(str, filter(None, (result.errors[0].path, result.errors[0].line))))
        raise FailedError(f"nothing is recorded, for {place} went wrong: {result.errors[0].message}")
    start = Path.cwd() / paths[0]
    root = engine.project_root(start if start.is_dir() else start.parent)
    found = _new(result, root / NAME)
    found |= {record.place: found.get(record.place, []) for record in result.outdated}
    said = [_record(place, prints, result) for place, prints in sorted(found.items())]
    return "".join(said) or "there is nothing new to accept\n"


def _new(result: Result, otherwise: Path) -> dict[Path, list[Print]]:
    """Return what nobody accepts yet, by the file of records that it belongs to: the nearest one, or `otherwise`."""
    found: defaultdict[Path, list[Print]] = defaultdict(list)
    for outcome in result.outcomes:
        if outcome.state is not State.SUPPRESSED:
            path = result.sources[outcome.finding.file].path
            found[nearest(path, NAME) or otherwise].append(print_of(outcome.finding, path))
    return dict(found)


def _record(place: Path, prints: Sequence[Print], result: Result) -> str:
    before = [record for those in read(place).values() for record in those] if place.exists() else []
    kept = [record for record in before if record not in result.outdated]
    records = updated(kept, prints, place, clock.today())
    text = text_of(records, place.parent.parent)
    try:
        if place.exists():
            write(Reader(place.parent).read(place), text)
        else:
            create(place, text)
    except WriteError as error:
        raise FailedError(str(error)) from None
    parts = [f"{len(records) - len(kept)} new", f"{len(kept)} from before", f"{len(before) - len(kept)} dropped"]
    what = "1 finding" if len(records) == 1 else f"{len(records)} findings"
    return f"{printable(os.path.relpath(place))}: {what} accepted ({', '.join(parts)})\n"
