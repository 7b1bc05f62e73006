"""Fixes for other programs: a text or a tree in, what was found and the new texts out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hardener.engine import Result, run
from hardener.model.settings import Settings
from hardener.policy.configured import Configured


def fix_text(text: str, name: str, settings: Settings | None = None) -> Result:
    """Return what is found in `text` and its new text, as if it stood in a file called `name`; writes nothing.

    The name says what the text is, and files that it refers to are looked for beside it. Without `settings` the
    defaults hold: no configuration file is looked for.
    """
    path = Path(name)
    return run([path], settings or Settings(), overlay={path: text.encode()})


def fix_tree(paths: Iterable[Path | str], settings: Settings | None = None) -> Result:
    """Return what is found in files and below folders, and their new texts; writes nothing.

    Without `settings` the configurations that the command line would use hold. Raises ConfigError for a wrong one.
    """
    configured = Configured()
    return run([*map(Path, paths)], settings or (lambda folder: configured.of(folder).settings))
