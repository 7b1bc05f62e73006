"""Where templates are found: in a wheel, in a checkout, in an editable install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hardener import templates

CHECKOUT = Path(templates.__file__).resolve().parent.parent


def unpack(site: Path, *, installed: bool) -> None:
    """Lay out the package in `site` with its templates inside (a wheel) or beside it (a checkout)."""
    shutil.copytree(CHECKOUT / "hardener", site / "hardener", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(templates.folder(), site / ("hardener/templates" if installed else "templates"))


def ask(code: str, path: Path, folder: Path) -> str:
    """Return what `code` prints in a fresh interpreter that finds the package in `path` only."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-c", f"import sys; sys.path.remove('') if '' in sys.path else None\n{code}"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_checkout_has_them_beside_the_package() -> None:
    assert templates.folder() == CHECKOUT / "templates"


@pytest.mark.parametrize("installed", [True, False], ids=["wheel", "checkout"])
def test_a_fresh_interpreter_finds_them(tmp_path: Path, installed: bool) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    unpack(site, installed=installed)
    if not installed:
        (site / "pyproject.toml").touch()
    found = ask("from hardener import templates; print(templates.folder())", site, elsewhere)
    assert Path(found) == (site / "hardener/templates" if installed else site / "templates")
    code = "from hardener.model.images.profiles import profile; print(profile('postgres:17-alpine').runs_as)"
    assert ask(code, site, elsewhere) == "70:70"


def test_an_editable_install_finds_the_checkout(tmp_path: Path) -> None:
    """Editable installs put the checkout on the path, whatever the current folder is."""
    found = ask("from hardener import templates; print(templates.folder())", CHECKOUT, tmp_path)
    assert Path(found) == CHECKOUT / "templates"


def test_the_wheel_wins_over_what_lies_beside(tmp_path: Path) -> None:
    (tmp_path / "hardener/templates").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "pyproject.toml").touch()
    assert templates._folder_of(tmp_path / "hardener") == tmp_path / "hardener/templates"


def test_a_neighbour_of_an_installed_package_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "hardener").mkdir()
    (tmp_path / "templates").mkdir()
    with pytest.raises(FileNotFoundError, match="no templates folder"):
        templates._folder_of(tmp_path / "hardener")
