"""`harden rules`, `harden explain`, `harden config show` and the help."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hardener.policy.frameworks import references
from hardener.rules import catalog
from tests.cli.conftest import Harden

OPTIONS = [
    "--diff",
    "--write",
    "--check",
    "--strict",
    "--select",
    "--ignore",
    "--unsafe-fixes",
    "--level",
    "--exclude",
    "--force-exclude",
    "--format",
    "--output",
    "--quiet",
    "--verbose",
    "--color",
    "--config",
    "--stdin-filename",
    "--version",
    "--help",
]


def test_rules_lists_every_rule(fake: Harden) -> None:
    lines = fake("rules").stdout.removesuffix("\n").split("\n")
    assert [line.split()[0] for line in lines] == list(catalog())
    for line, loaded in zip(lines, catalog().values(), strict=True):
        assert line.split(None, 2)[1:] == [loaded.rule.level, loaded.rule.title]


def test_rules_fit_a_terminal_and_keep_their_names(fake: Harden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = re.sub(r"\x1b\[[0-9;]*m", "", fake("rules", "--color", "always").stdout).split("\n")
    assert max(map(len, shown)) <= 60
    assert [line.split()[0] for line in shown if line[:1].strip()] == list(catalog())


def squeezed(text: str) -> str:
    return " ".join(text.split()).lower()


@pytest.mark.parametrize("rule", list(catalog()))
def test_explain_shows_all_that_a_rule_says_of_itself(fake: Harden, rule: str) -> None:
    page = squeezed(fake("explain", rule).stdout)
    loaded = catalog()[rule]
    assert page.startswith(squeezed(f"NAME {rule} - {loaded.rule.title} LEVEL {loaded.rule.level}:"))
    for part in loaded.documentation.split("\n\n"):
        assert squeezed(part.removeprefix("What may break: ")) in page
    assert "what may break" in page or not loaded.rule.caveat
    assert all(squeezed(reference) in page for reference in references(loaded))


def test_explain_of_a_prefix_names_the_rules(fake: Harden) -> None:
    run = fake("explain", "dockerfile")
    assert run.exit_code == 2
    names = ", ".join(name for name in catalog() if name.startswith("dockerfile"))
    assert f'there is no rule "dockerfile": it begins {names}' in run.stderr


def test_config_show_says_where_each_value_comes_from(fake: Harden) -> None:
    Path(".harden.toml").write_text(
        'user = "1:2"\nignore = ["compose"]\n[users]\n"a b/*" = "3:4"\n'
        '[targets]\n"api/Dockerfile" = ["dev", "worker"]\n'
        '[images.nginx]\nuser = "5:6"\ncapabilities = []\nwritable = ["/x"]\n'
        "[thresholds]\nsetuid = 0\n"
        '[[overrides]]\nservices = ["web"]\nignore = ["compose-user"]\n'
    )
    run = fake("config", "show", "--level", "restricted", "--select", "dockerfile,kubernetes")
    shown = [tuple(part.strip() for part in line.split("  # ")) for line in run.stdout.split("\n")[1:-1]]
    assert shown == [
        ('level = "restricted"', "--level"),
        ('user = {uid = 1, gid = 2, name = "app"}', ".harden.toml:1"),
        ('select = ["dockerfile", "kubernetes"]', "--select"),
        ('ignore = ["compose"]', ".harden.toml:2"),
        ("exclude = []", "default"),
        ('adr = "docs/adr"', "default"),
        ('users."a b/*" = {uid = 3, gid = 4, name = "app"}', ".harden.toml:4"),
        ('targets."api/Dockerfile" = ["dev", "worker"]', ".harden.toml:6"),
        ('images.nginx.user = {uid = 5, gid = 6, name = "app"}', ".harden.toml:8"),
        ("images.nginx.capabilities = []", ".harden.toml:9"),
        ('images.nginx.writable = ["/x"]', ".harden.toml:10"),
        ("thresholds.setuid = 0", ".harden.toml:12"),
        ("thresholds.exception-days = 183", "default"),
        ('overrides[0].services = ["web"]', ".harden.toml:14"),
        ('overrides[0].ignore = ["compose-user"]', ".harden.toml:15"),
        ("pr.labels = []", "default"),
        ("pr.reviewers = []", "default"),
        ("pr.assignees = []", "default"),
        ("pr.limit = 5", "default"),
    ]
    assert run.stdout.startswith(f"# {Path.cwd() / '.harden.toml'}\n")


def test_config_show_without_a_file(fake: Harden) -> None:
    run = fake("config", "show")
    assert run.stdout.startswith("# no configuration file\n")
    assert run.stdout.count("# default\n") == run.stdout.count("\n") - 1 == 11


def test_config_show_looks_upwards_from_each_path(fake: Harden) -> None:
    Path("a/b").mkdir(parents=True)
    Path("a/.harden.toml").write_text('level = "restricted"\n')
    assert "# a/.harden.toml:1\n" in fake("config", "show", "a/b").stdout
    first, second = fake("config", "show", ".", "a/b").stdout.split("\n\n")
    assert first.startswith("# .:\n# no configuration file\n")
    assert "restricted" not in first
    assert second.startswith(f'# a/b:\n# {Path.cwd()}/a/.harden.toml\nlevel = "restricted"')
    assert "restricted" in fake("config", "show", "--config", "a/.harden.toml").stdout


def test_config_show_names_the_configurations_below(fake: Harden) -> None:
    for name in ("a/compose.yaml", "a/b/Dockerfile", "c/notes.txt", "d/compose.yaml", ".harden.toml"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    for name in ("a/.harden.toml", "c/.harden.toml", "d/.harden.toml"):
        Path(name).write_text("")
    Path(".harden.toml").write_text('exclude = ["d/"]\n')
    shown = fake("config", "show").stdout
    assert shown.endswith(f"# {Path.cwd()}/a/.harden.toml decides about what is below it\n")
    assert shown.count("decides about") == 1


def test_config_show_of_a_file_lays_its_overrides_over_the_rest(fake: Harden) -> None:
    Path(".harden.toml").write_text(
        'ignore = ["compose-user"]\n[[overrides]]\nfiles = ["legacy/"]\nlevel = "restricted"\nignore = ["dockerfile"]\n'
        '[[overrides]]\nservices = ["web"]\nselect = ["compose"]\n'
    )
    shown = [line.split() for line in fake("config", "show", "legacy/compose.yaml").stdout.split("\n")]
    assert ["level", "=", '"restricted"', "#", ".harden.toml:4"] in shown
    assert ["ignore", "=", '["compose-user",', '"dockerfile"]', "#", ".harden.toml:1,", ".harden.toml:5"] in shown
    assert [line[0] for line in shown if line and line[0].startswith("overrides")] == [
        "overrides[1].services",
        "overrides[1].select",
    ]
    assert "overrides[0].files" in fake("config", "show", ".").stdout
    given = [line.split() for line in fake("config", "show", "--level", "baseline", "legacy/x.yaml").stdout.split("\n")]
    assert ["level", "=", '"baseline"', "#", "--level"] in given


def test_config_show_says_which_of_two_files_does_not_count(fake: Harden) -> None:
    Path("pyproject.toml").write_text('[tool.harden]\nlevel = "restricted"\n')
    shown = fake("config", "show").stdout
    assert shown.startswith(f"# {Path.cwd()}/pyproject.toml\n")
    assert "# pyproject.toml:2\n" in shown
    Path(".harden.toml").write_text("")
    shown = fake("config", "show").stdout
    assert f"# {Path.cwd()}/pyproject.toml has [tool.harden], which does not count: .harden.toml" in shown
    assert "restricted" not in shown


def test_config_schema_is_json(fake: Harden) -> None:
    assert "level" in json.loads(fake("config", "schema").stdout)["properties"]


def test_a_wrong_file_is_refused_by_every_command_that_reads_it(fake: Harden) -> None:
    Path(".harden.toml").write_text('\nlevle = "baseline"\n')
    for args in ([], ["--diff"], ["config", "show"]):
        run = fake(*args)
        assert run.exit_code == 2
        assert run.stderr.endswith('.harden.toml:2: unknown key "levle": did you mean "level"?\n')


@pytest.mark.parametrize("args", [["--help"], ["-h"]])
def test_help_shows_the_options_of_fix_and_the_commands(fake: Harden, args: list[str]) -> None:
    text = fake(*args).stdout
    for option in OPTIONS:
        assert f"{option} " in text
    for command in ("fix*", "rules", "explain", "config"):
        assert f"\n  {command} " in text
    assert "\n    0  done\n    1  --check found something\n" in text


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("explain compose-us", ["compose-user"]),
        ("fix --select compose-user,dockerfile-pin", ["compose-user,dockerfile-pin-base"]),
        ("compliance --framework pci", ["pci-dss-3.2.1", "pci-dss-4.0.1"]),
        ("exp", ["file,exp", "explain"]),
        ("--ver", ["--verbose", "--version"]),
    ],
)
def test_a_shell_completes_names(words: str, completed: list[str]) -> None:
    environment = {
        **os.environ,
        "_HARDEN_COMPLETE": "bash_complete",
        "COMP_WORDS": f"harden {words}",
        "COMP_CWORD": str(len(words.split())),
    }
    program = "from hardener.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert [line.removeprefix("plain,") for line in done.stdout.split()] == completed


@pytest.mark.parametrize("rule", catalog())
def test_explain_is_a_manual_page(fake: Harden, rule: str) -> None:
    text = fake("explain", rule).stdout
    heads = re.findall(r"^[A-Z].*$", text, re.MULTILINE)
    assert heads[:3] == ["NAME", "LEVEL", "DESCRIPTION"]
    assert set(heads) <= {"NAME", "LEVEL", "DESCRIPTION", "WHAT MAY BREAK", "EXCEPTIONS", "REFERENCES"}
    assert max(map(len, text.split("\n"))) <= 130
