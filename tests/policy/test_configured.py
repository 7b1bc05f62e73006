"""Which configuration holds where: each file's is the nearest above it, in either of two files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hardener import engine
from hardener.api import fix_tree
from hardener.model.settings import Level
from hardener.policy.config import ConfigError
from hardener.policy.configured import Configured

PYPROJECT = '[project]\nname = "x"\n\n[tool.ruff]\nlevel = 1\n\n[tool.harden]\nlevel = "restricted"\n'
COMPOSE = "services:\n  web:\n    image: acme/web:1\n"


@pytest.fixture
def here(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(isolated)
    return isolated


def lay(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def found(result: engine.Result) -> set[tuple[str, str]]:
    return {(outcome.finding.file, outcome.finding.rule) for outcome in result.outcomes}


def test_pyproject_has_a_table_for_it(here: Path) -> None:
    lay({"pyproject.toml": PYPROJECT + '[tool.harden.users]\n"a/Dockerfile" = "5:5"\n[[tool.harden.overrides]]\n'
         'files = ["x"]\nlevel = "baseline"\n', "a/b.yaml": ""})  # fmt: skip
    loaded = Configured().of(Path("a/b.yaml"))
    assert loaded.settings.level is Level.RESTRICTED
    assert loaded.path == here / "pyproject.toml"
    assert loaded.origins["level"] == "pyproject.toml:8"
    assert loaded.origins['users."a/Dockerfile"'] == "pyproject.toml:10"
    assert loaded.origins["overrides[0].level"] == "pyproject.toml:13"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PYPROJECT + 'ignroe = []\n', '9: unknown key "ignroe": did you mean "ignore"?'),
        ("[tool]\nharden = 1\n", "2: expected a table"),
        ("[tool.harden.thresholds]\nsetuid = 'x'\n", "2: thresholds.setuid: expected a number from 0 up"),
        ("[tool]\nharden = {level = 'x'}\n", "2: level: expected baseline or restricted"),
        ("[tool.harden]\n<<<<<<< HEAD\n", "2: a merge conflict is not resolved"),
        ("[tool.harden\n", "1: Expected ']'"),
    ],
)  # fmt: skip
def test_lines_in_pyproject_are_those_of_the_file(here: Path, text: str, message: str) -> None:
    lay({"pyproject.toml": text})
    with pytest.raises(ConfigError) as caught:
        Configured().of(Path())
    assert str(caught.value).startswith(f"pyproject.toml:{message}")


@pytest.mark.parametrize("text", ["", '[project]\nname = "harden"\n', "[tool.ruff\n", "[tool]\nother = 1 # harden\n"])
def test_a_pyproject_without_it_is_passed_over(here: Path, text: str) -> None:
    lay({"a/pyproject.toml": text, ".harden.toml": 'level = "restricted"\n'})
    assert Configured().of(Path("a")).path == here / ".harden.toml"


def test_the_own_file_goes_before_pyproject_beside_it(here: Path) -> None:
    lay({"pyproject.toml": PYPROJECT, ".harden.toml": 'ignore = ["compose"]\n'})
    loaded = Configured().of(Path())
    assert (loaded.settings.level, loaded.settings.ignore) == (Level.BASELINE, ("compose",))
    assert loaded.passed_over == here / "pyproject.toml"
    lay({"pyproject.toml": PYPROJECT.replace("tool.harden", "tool.x")})
    assert Configured().of(Path()).passed_over is None


def test_the_nearest_folder_decides_alone_whichever_file_it_has(here: Path) -> None:
    lay({".harden.toml": 'level = "restricted"\nignore = ["compose"]\n', "a/pyproject.toml": "[tool.harden]\n"})
    assert Configured().of(Path("a/x.yaml")).settings.ignore == ()
    assert Configured().of(Path("x.yaml")).settings.ignore == ("compose",)


def test_a_pyproject_that_is_named_must_have_it(here: Path) -> None:
    lay({"pyproject.toml": "[project]\n", "a/pyproject.toml": PYPROJECT})
    assert Configured(Path("a/pyproject.toml")).of(Path("x")).settings.level is Level.RESTRICTED
    with pytest.raises(ConfigError, match=r"pyproject\.toml: has no \[tool\.harden\]"):
        Configured(Path("pyproject.toml")).of(Path("x"))


def test_each_file_of_a_run_has_the_configuration_above_it(here: Path) -> None:
    lay(
        {
            "compose.yaml": COMPOSE,
            "a/compose.yaml": COMPOSE,
            "a/b/compose.yaml": COMPOSE,
            "c/compose.yaml": COMPOSE,
            ".harden.toml": 'select = ["compose-user"]\n',
            "a/.harden.toml": 'select = ["compose-read-only"]\n',
            "c/pyproject.toml": '[tool.harden]\nselect = ["compose-no-new"]\nexclude = ["d/"]\n',
            "c/d/compose.yaml": COMPOSE,
        }
    )
    expected = {
        ("compose.yaml", "compose-user"),
        ("a/compose.yaml", "compose-read-only"),
        ("a/b/compose.yaml", "compose-read-only"),
        ("c/compose.yaml", "compose-no-new-privileges"),
    }
    assert found(fix_tree(["."])) == found(fix_tree(["c", "a", "compose.yaml"])) == expected
    inner = found(fix_tree(["a"]))
    assert inner == {pair for pair in expected if pair[0].startswith("a/")}


def test_a_wrong_configuration_further_down_is_refused(here: Path) -> None:
    lay({"compose.yaml": COMPOSE, "a/compose.yaml": COMPOSE, "a/.harden.toml": "levle = 1\n"})
    with pytest.raises(ConfigError, match=r"^a/\.harden\.toml:1: "):
        fix_tree(["."])


def test_what_files_say_of_each_other_goes_beyond_their_configurations(here: Path) -> None:
    """The Dockerfile's own configuration decides who it runs as; the service that builds it follows."""
    lay(
        {
            "compose.yaml": "services:\n  web:\n    build: api\n",
            "api/Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
            "api/app.py": "print()\n",
            "api/.harden.toml": 'user = "4321:4321"\n',
            ".harden.toml": 'user = "1234:1234"\n',
        }
    )
    texts = {change.source.name: change.text for change in fix_tree(["."]).changes}
    assert "USER 4321:4321" in texts["api/Dockerfile"]
    assert 'user: "4321:4321"' in texts["compose.yaml"]
    assert "1234" not in "".join(texts.values())


def test_a_rule_that_is_off_for_the_dockerfile_leaves_the_service_as_the_image_is(here: Path) -> None:
    lay(
        {
            "compose.yaml": "services:\n  web:\n    build: api\n",
            "api/Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
            "api/app.py": "print()\n",
            "api/.harden.toml": 'ignore = ["dockerfile-non-root-user"]\n',
        }
    )
    result = fix_tree(["."])
    assert ("api/Dockerfile", "dockerfile-non-root-user") not in found(result)
    assert not any("user: " in change.text for change in result.changes)


def test_a_service_may_have_its_user_from_the_configuration_of_its_own_file(here: Path) -> None:
    lay(
        {
            "compose.yaml": "services:\n  web:\n    build: api\n",
            "api/Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
            "api/app.py": "print()\n",
            "api/.harden.toml": "",
            ".harden.toml": '[users]\n"service:web" = "77:77"\n',
        }
    )
    texts = {change.source.name: change.text for change in fix_tree(["."]).changes}
    assert "USER 77:77" in texts["api/Dockerfile"]


OVERRIDES = """\
select = ["compose-user", "compose-read-only"]
[[overrides]]
files = ["legacy/", "*.old.yaml"]
ignore = ["compose-user"]
[[overrides]]
services = ["work*"]
select = ["compose-no-new-privileges"]
[[overrides]]
files = ["legacy/"]
services = ["web"]
ignore = ["compose-read-only"]
"""
SERVICES = "services:\n  web:\n    image: a/b:1\n  worker:\n    image: a/b:1\n"


def test_overrides_are_about_files_and_services(here: Path) -> None:
    names = ("compose.yaml", "legacy/deep/compose.yaml", "x/compose.old.yaml")
    lay(dict.fromkeys(names, SERVICES) | {".harden.toml": OVERRIDES})
    said = {(o.finding.file, o.finding.subject, o.finding.rule) for o in fix_tree(["."]).outcomes}
    assert said == {
        ("compose.yaml", "service web", "compose-user"),
        ("compose.yaml", "service web", "compose-read-only"),
        ("compose.yaml", "service worker", "compose-no-new-privileges"),
        ("legacy/deep/compose.yaml", "service worker", "compose-no-new-privileges"),
        ("x/compose.old.yaml", "service web", "compose-read-only"),
        ("x/compose.old.yaml", "service worker", "compose-no-new-privileges"),
    }


def test_options_take_the_place_of_what_overrides_say_too(here: Path) -> None:
    lay({".harden.toml": OVERRIDES + 'level = "restricted"\n'})
    settings = Configured(None, {"level": Level.BASELINE, "select": ("compose",)}).of(Path()).settings
    at = settings.at(here / "legacy" / "compose.yaml", "web")
    assert (at.level, at.select, at.ignore) == (Level.BASELINE, ("compose",), ("compose-user", "compose-read-only"))


def test_a_later_override_goes_before_an_earlier_one(here: Path) -> None:
    lay(
        {
            ".harden.toml": "".join(
                f'[[overrides]]\nfiles = ["a"]\nlevel = "{each}"\n' for each in ("restricted", "baseline")
            )
        }
    )
    assert Configured().of(Path()).settings.at(here / "a").level is Level.BASELINE


def test_nothing_above_the_top_counts(tmp_path: Path) -> None:
    (tmp_path / ".harden.toml").write_text('level = "restricted"\n')
    (tmp_path / "project" / "below").mkdir(parents=True)
    below = tmp_path / "project" / "below"
    assert Configured().of(below).settings.level is Level.RESTRICTED
    assert Configured(top=tmp_path / "project").of(below).settings.level is Level.BASELINE
    (tmp_path / "project" / ".harden.toml").write_text('level = "restricted"\n')
    assert Configured(top=tmp_path / "project").of(below).settings.level is Level.RESTRICTED


@pytest.mark.parametrize("name", [".harden.toml", ".harden/exceptions.yaml", ".harden/accepted.yaml"])
@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")], ids=["folder", "link"])
def test_what_stands_there_and_is_no_file_is_not_passed_over(
    here: Path, name: str, make: Callable[[Path], None]
) -> None:
    (here / name).parent.mkdir(exist_ok=True)
    make(here / name)
    with pytest.raises(ConfigError, match=re.escape(name)):
        Configured().of(here)
