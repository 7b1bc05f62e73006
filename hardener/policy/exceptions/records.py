"""Decision records (ADR) of exceptions: numbered files in one folder, made from templates/adr.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from hardener import templates

_NUMBERED = re.compile(r"([0-9]+)[-_. ].*", re.ASCII)
_WIDTH = 4
_LONGEST = 60
"""Characters of a file's name, without its number."""


def next_name(folder: Path, what: str) -> str:
    """Return the name of a new record about something: numbered after the highest in the folder, as wide as that is."""
    there = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir()) if folder.is_dir() else iter(())
    numbers = [found[1] for found in there if found]
    width = max(map(len, numbers), default=_WIDTH)
    number = max(map(int, numbers), default=0) + 1
    words = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")[:_LONGEST].strip("-")
    return f"{number:0{width}}-{words or 'exception'}.md"


def record(name: str, said: Mapping[str, str], place: str) -> str:
    """Return the text of a record by its file's name, for an exception that says this about some place."""
    what = said.get("capability") or said["rule"]
    subject = f"the capability {what}" if "capability" in said else f"what {what} finds"
    number = int(name.partition("-")[0])
    values = {**said, "number": str(number), "what": what, "subject": subject, "place": place}
    text = (templates.folder() / "adr.md").read_text(encoding="utf-8")
    return Template(text).substitute(values)
