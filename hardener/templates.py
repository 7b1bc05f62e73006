"""Where the files are that people may want to change: image profiles, snippets, pages.

They lie in `templates/` beside the package in a checkout (also when that checkout is installed as editable), and in
`hardener/templates/` inside an installed wheel.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """Return the folder of templates.

    Raises:
        FileNotFoundError: neither place exists, so the installation is incomplete.
    """
    return _folder_of(Path(__file__).resolve().parent)


def _folder_of(package: Path) -> Path:
    """Return the templates that belong to the code in `package`.

    A `templates` folder beside an installed package is somebody else's, so that place counts only in a checkout.
    """
    installed = package / "templates"
    if installed.is_dir():
        return installed
    beside = package.parent / "templates"
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise FileNotFoundError(f"no templates folder in {package} nor beside it")
