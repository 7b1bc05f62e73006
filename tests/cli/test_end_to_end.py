"""The command line over the real engine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import hardener
from hardener.cli import harden
from hardener.model.settings import Settings

COMPOSE = """\
# the shop
services:
  db:
    image: postgres:16  # keep
    volumes: [data:/var/lib/postgresql/data]
  odd: {image: example.invalid/unknown}
volumes:
  data:
"""


def run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(harden, list(args), input=stdin, catch_exceptions=False)


@pytest.fixture
def shop(here: Path) -> Path:
    path = here / "shop" / "compose.yaml"
    path.parent.mkdir()
    path.write_text(COMPOSE)
    return path


def test_diff_and_write_agree(shop: Path, here: Path) -> None:
    diff = run("--diff")
    assert shop.read_text() == COMPOSE
    assert run("--check").exit_code == 1
    assert run("--write").exit_code == 0
    written = shop.read_bytes()
    assert written != COMPOSE.encode()
    shop.write_text(COMPOSE)
    subprocess.run(["git", "apply"], input=diff.stdout_bytes, cwd=here, check=True)
    assert shop.read_bytes() == written
    assert run("--check").exit_code == 0
    assert run("--check", "--strict").exit_code == 1
    assert run("--diff").stdout == ""


def test_standard_input_agrees_with_the_file(shop: Path) -> None:
    shown = run("--write", "-", "--stdin-filename", "shop/compose.yaml", stdin=COMPOSE)
    diff = run("--diff", "-", "--stdin-filename", "shop/compose.yaml", stdin=COMPOSE)
    assert shop.read_text() == COMPOSE
    assert diff.stdout == run("--diff").stdout
    run("--write")
    assert shown.stdout == shop.read_text()
    again = run("--write", "-", "--stdin-filename", "shop/compose.yaml", stdin=shown.stdout)
    assert again.stdout == shown.stdout


def test_one_bad_file_does_not_stop_the_others(shop: Path) -> None:
    Path("docker-compose.yml").write_bytes(COMPOSE.encode() + b"# \xff\n")
    done = run("--write")
    assert done.exit_code == 2
    assert "docker-compose.yml: error: is not valid UTF-8" in done.stderr
    assert shop.read_text() != COMPOSE
    assert run("missing.yaml").exit_code == 2
    assert run("--check").exit_code == 2


def test_json_and_text_tell_of_the_same_findings(shop: Path) -> None:
    report = json.loads(run("--format", "json").stdout)
    heads = [line for line in run(".").stdout.split("\n") if line.startswith("shop/compose.yaml:")]
    assert heads == [
        f"{one['file']}:{one['line']}:{one['column']}: {one['rule']} {one['subject']}: {one['message']}"
        for one in report["findings"]
    ]
    assert all(one["reason"] for one in report["findings"] if one["state"] != "fixed")


def test_paths_start_at_the_current_folder_and_exclude_at_the_configuration(
    shop: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".harden.toml").write_text('exclude = ["/shop/old/"]\n')
    for folder in ("shop/old", "other"):
        (here / folder).mkdir()
        (here / folder / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(shop.parent)
    files = {one["file"] for one in json.loads(run("--format", "json").stdout)["findings"]}
    assert files == {"compose.yaml"}
    assert run("compose.yaml").exit_code == 0
    named = json.loads(run("--format", "json", "old/compose.yaml").stdout)["findings"]
    assert named
    assert json.loads(run("--format", "json", "--force-exclude", "old/compose.yaml").stdout)["findings"] == []


def test_what_a_hook_names_need_not_be_ours(shop: Path) -> None:
    Path("notes.yaml").write_text("a: [1\n")
    Path("latin.yaml").write_bytes(b"a: \xe4\n")
    Path("Dockerfile").write_text("no: instruction\n")
    assert run("notes.yaml").exit_code == 2
    hook = run("--check", "--force-exclude", "notes.yaml", "latin.yaml")
    assert (hook.exit_code, hook.stdout) == (0, "")
    assert "notes.yaml" not in hook.stderr
    for ours in ("missing.yaml", "Dockerfile"):
        assert run("--check", "--force-exclude", ours).exit_code == 2
    assert run("--check", "--force-exclude", "shop/compose.yaml").exit_code == 1


def test_hostile_names_are_written_out(here: Path) -> None:
    (here / "a\x1b[2J\nb").mkdir()
    (here / "a\x1b[2J\nb" / "compose.yaml").write_text('services:\n  "w\\e]0;x":\n    image: "x\\e"\n')
    done = run("-v")
    assert "\x1b" not in done.stdout + done.stderr
    assert "a\\x1b[2J\\nb/compose.yaml:" in done.stdout


def test_the_public_functions(shop: Path) -> None:
    (shop.parent / ".harden.toml").write_text('ignore = ["compose-read-only"]\n')
    tree = hardener.fix_tree(["shop"])
    assert "compose-read-only" not in {outcome.finding.rule for outcome in tree.outcomes}
    assert len(hardener.fix_tree([Path("shop")], Settings()).outcomes) > len(tree.outcomes)
    text = hardener.fix_text(COMPOSE, "compose.yaml")
    assert isinstance(text, hardener.Result)
    assert isinstance(text.outcomes[0].finding, hardener.Finding)
    run("--write", "--config", "/dev/null")
    assert text.changes[0].text == shop.read_text()
    with pytest.raises(AttributeError, match="has no attribute 'fix_all'"):
        hardener.fix_all  # noqa: B018 - looking it up is the test
