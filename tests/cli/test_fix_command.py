"""What `harden fix` prints, where it prints it, and its exit codes; over an engine that answers by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hardener.cli.request import Format
from hardener.engine import Notice, Result
from hardener.model.settings import Level
from tests.cli.conftest import Harden
from tests.cli.fakes import COMPOSE, HARDENED, change, fixed, held, result, unsafe

CLEAN = result()
CHANGES = result(fixed(), changes=(change(),))
WITHHELD = result(unsafe(), held())
BROKEN = result(fixed(), changes=(change(),), errors=(Notice("b.yaml", "is no YAML", 3),))

EXIT_CODES = [
    # arguments, clean, changes, withheld, broken
    ((), 0, 0, 0, 2),
    (("--diff",), 0, 0, 0, 2),
    (("--write",), 0, 0, 0, 2),
    (("--check",), 0, 1, 0, 2),
    (("--check", "--diff"), 0, 1, 0, 2),
    (("--check", "--strict"), 0, 1, 1, 2),
    (("--check", "--quiet"), 0, 1, 0, 2),
    (("--check", "--format", "json"), 0, 1, 0, 2),
]


@pytest.mark.parametrize(
    ("args", "returned", "code"),
    [
        (args, returned, code)
        for args, *codes in EXIT_CODES
        for returned, code in zip((CLEAN, CHANGES, WITHHELD, BROKEN), codes, strict=True)
    ],
)
def test_exit_code(fake: Harden, args: tuple[str, ...], returned: Result, code: int) -> None:
    changes = tuple(change() for _ in returned.changes)  # in the folder of this test
    fake.returns = replace(returned, changes=changes)
    for command in ((), ("fix",)):
        Path("compose.yaml").write_text(COMPOSE)
        assert fake(*command, *args).exit_code == code


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--diff", "--write"], "--diff shows the changes instead of writing them: give it or --write"),
        (["--check", "--write"], "--check changes nothing: give it or --write"),
        (["--strict"], "--strict belongs to --check"),
        (["--diff", "--format", "text"], "--format is for the findings: give it or --diff"),
        (["-"], "standard input has no name that says what it is: give --stdin-filename with -"),
        (["-", ".", "--stdin-filename", "Dockerfile"], "standard input goes alone: give - or other paths"),
        (["--stdin-filename", "Dockerfile"], "--stdin-filename names standard input: give - too"),
        (["-", "--stdin-filename", ""], "--stdin-filename is empty"),
        (["--select", "compose-usr"], 'no rule is or begins with "compose-usr": did you mean "compose-user"?'),
        (["--ignore", "kompose"], 'no rule is or begins with "kompose": did you mean "compose"?'),
        (["--select", "compose-user,"], "a name is missing"),
        (["--level", "strict"], "'strict' is not one of 'baseline', 'restricted'"),
        (["--config", "missing.toml"], "File 'missing.toml' does not exist"),
        (["--unsafe"], "No such option '--unsafe'"),
        (["explain", "compose-usr"], 'there is no rule "compose-usr": did you mean "compose-user"?'),
        (["config"], "Commands:\n"),
    ],
)
def test_bad_usage(fake: Harden, args: list[str], message: str) -> None:
    run = fake(*args)
    assert run.exit_code == 2
    assert message in run.stderr
    assert run.stdout == ""


def test_findings_go_to_stdout_and_the_summary_to_stderr(fake: Harden) -> None:
    fake.returns = result(
        fixed(caveat="writes outside /tmp fail"),
        unsafe(line=4, subject="service db"),
        held(line=9, subject="service proxy"),
        changes=(change(),),
    )
    run = fake(".")
    assert run.stdout == (
        "compose.yaml:2:3: compose-read-only service web: its root file system is writable\n"
        f"    fix: {_title()}\n"
        "    caveat: writes outside /tmp fail\n"
        "compose.yaml:4:3: compose-read-only service db: its root file system is writable\n"
        "    unsafe: the image is unknown\n"
        "compose.yaml:9:3: compose-read-only service proxy: its root file system is writable\n"
        "    held: a merge key supplies it\n"
    )
    assert run.stderr == "1 would be fixed · 1 more with --unsafe-fixes · 1 held\n"


def test_quiet_leaves_errors_and_the_summary(fake: Harden) -> None:
    fake.returns = result(
        fixed(),
        changes=(change(),),
        errors=(Notice("b.yaml", "is no YAML", 3),),
        skipped=(Notice("c.yaml", "is not ours"),),
    )
    run = fake("-q")
    assert run.stdout == ""
    assert run.stderr == "b.yaml:3: error: is no YAML\n1 would be fixed · 1 error\n"


def test_notes_on_files_are_on_stderr(fake: Harden) -> None:
    fake.returns = result(skipped=(Notice("a.yaml", "holds no services"), Notice("b.yaml", "is no manifest", 2)))
    notes = "a.yaml: note: holds no services\nb.yaml:2: note: is no manifest\n"
    for args in ((".",), ("--diff",), ("--format", "json")):
        assert fake(*args).stderr == notes + "nothing to fix in 1 file\n"


def test_diff_is_what_git_takes_and_all_else_is_on_stderr(fake: Harden) -> None:
    fake.returns = result(
        fixed(), fixed(rule="compose-user", caveat="files of root"), held(line=3), changes=(change(),), files=2
    )
    run = fake("--diff")
    assert run.stdout == (
        "--- a/compose.yaml\n+++ b/compose.yaml\n@@ -1,3 +1,4 @@\n"
        " services:\n   web:\n     image: web\n+    read_only: true\n"
    )
    lines = run.stderr.split("\n")
    assert [line for line in lines if not line.startswith("    ")] == [
        "compose.yaml:2:3: compose-user service web: its root file system is writable",
        "compose.yaml:3:3: compose-read-only service web: its root file system is writable",
        "2 would be fixed · 1 held",
        "",
    ]
    assert "    caveat: files of root" in lines
    assert "    held: a merge key supplies it" in lines
    assert fake("--diff", "-q").stderr == "2 would be fixed · 1 held\n"
    assert fake("--diff", "-q").stdout == run.stdout


def test_write_writes(fake: Harden) -> None:
    path = Path("compose.yaml")
    path.write_text(COMPOSE)
    fake.returns = result(fixed(), changes=(change(),))
    run = fake("--write")
    assert path.read_text() == HARDENED
    assert f"    fixed: {_title()}\n" in run.stdout
    assert run.stderr == "1 fixed\n"


def test_a_file_that_changed_meanwhile_is_left_alone(fake: Harden) -> None:
    path = Path("compose.yaml")
    path.write_text(COMPOSE)
    fake.returns = result(fixed(), changes=(change(),))
    path.write_text("services: {}\n")
    run = fake("--write")
    assert path.read_text() == "services: {}\n"
    assert run.exit_code == 2
    assert "    held: the file was not written: changed meanwhile\n" in run.stdout
    assert run.stderr == "compose.yaml: error: not written: changed meanwhile\n1 held · 1 error\n"


@pytest.mark.parametrize(("returned", "text"), [(CHANGES, HARDENED), (CLEAN, COMPOSE), (WITHHELD, COMPOSE)])
def test_standard_input_is_rewritten_to_standard_output(fake: Harden, returned: Result, text: str) -> None:
    fake.returns = returned
    run = fake("-", "--stdin-filename", "compose.yaml", "--write", stdin=COMPOSE.encode())
    assert run.stdout_bytes == text.encode()
    assert fake.calls[0]["paths"] == (Path("compose.yaml"),)
    assert fake.calls[0]["overlay"] == {Path("compose.yaml"): COMPOSE.encode()}
    assert not Path("compose.yaml").exists()


def test_standard_input_comes_back_as_it_was_where_it_cannot_be_read(fake: Harden) -> None:
    fake.returns = result(errors=(Notice("compose.yaml", "is no UTF-8"),))
    run = fake("--write", "-", "--stdin-filename", "compose.yaml", stdin=b"\xff\r\n\0")
    assert run.stdout_bytes == b"\xff\r\n\0"
    assert run.exit_code == 2


def test_diff_of_standard_input(fake: Harden) -> None:
    fake.returns = CHANGES
    run = fake("--diff", "-", "--stdin-filename", "compose.yaml", stdin=COMPOSE.encode())
    assert run.stdout.endswith("+    read_only: true\n")


def test_output_takes_what_would_go_to_stdout(fake: Harden) -> None:
    fake.returns = CHANGES
    for args in (["--diff"], ["--format", "json"], ["."], ["--check"]):
        to_stdout = fake(*args)
        to_file = fake(*args, "--output", "out")
        assert to_file.stdout == ""
        assert Path("out").read_bytes() == to_stdout.stdout_bytes != b""
        assert to_file.stderr == to_stdout.stderr
    run = fake("--output", "missing/out")
    assert run.exit_code == 2
    assert "missing/out: cannot be written (No such file or directory)" in run.stderr


def test_json_keeps_stdout_to_itself(fake: Harden) -> None:
    fake.returns = CHANGES
    report = json.loads(fake("--format", "json", "-v").stdout)
    assert report["summary"]["fixed"] == 1


@pytest.mark.parametrize("name", [name.value for name in Format])
def test_every_format_has_what_was_found_and_how_many(fake: Harden, name: str) -> None:
    fake.returns = CHANGES
    run = fake("--format", name)
    assert "compose-read-only" in run.stdout
    assert run.stderr == "1 would be fixed\n"
    for wrong in (["--diff"], ["--write", "-", "--stdin-filename", "compose.yaml"]):
        refused = fake("--format", name, *wrong)
        assert refused.exit_code == 2
        assert "--format is for the findings" in refused.stderr


def test_nothing_found(fake: Harden) -> None:
    fake.returns = result(files=12)
    assert fake(".").stderr == "nothing to fix in 12 files\n"
    fake.returns = result(files=0)
    assert fake(".").stderr == "no Dockerfile, Compose file or Kubernetes manifest found\n"


def test_settings_reach_the_engine(fake: Harden) -> None:
    fake.returns = CLEAN
    Path(".harden.toml").write_text('ignore = ["compose-user"]\nexclude = ["x"]\nlevel = "baseline"\n')
    args = ["--level", "restricted", "--unsafe-fixes", "--select", "compose,dockerfile", "--select", "compose-user"]
    assert fake(*args, "a", "b").exit_code == 0
    assert fake.calls[0]["paths"] == (Path("a"), Path("b"))
    settings = fake.calls[0]["settings"]
    assert settings.level is Level.RESTRICTED
    assert settings.unsafe_fixes is True
    assert settings.select == ("compose", "dockerfile", "compose-user")
    assert settings.ignore == ("compose-user",)
    assert settings.exclude == ("x",)


def test_exclude_starts_at_the_configuration_or_where_it_is_given(fake: Harden) -> None:
    fake.returns = CLEAN
    Path(".harden.toml").write_text('exclude = ["a.yaml"]\n')
    fake()
    fake("--exclude", "b.yaml", "--force-exclude")
    asked = [(c["settings"].exclude, c["settings"].exclude_from, c["force_exclude"]) for c in fake.calls]
    assert asked == [(("a.yaml",), Path.cwd(), False), (("b.yaml",), None, True)]


@pytest.mark.parametrize(
    ("args", "paths"),
    [
        ([], [Path()]),
        (["--", "--config=x"], [Path("--config=x")]),
        (["--check", "--", "-"], None),
        (["./-"], [Path("-")]),
        (["fix", "rules"], [Path("rules")]),
        (["./rules"], [Path("rules")]),
    ],
)
def test_paths(fake: Harden, args: list[str], paths: list[Path] | None) -> None:
    fake.returns = CLEAN
    run = fake(*args)
    if paths is None:
        assert run.exit_code == 2
        return
    assert run.exit_code == 0
    assert list(fake.calls[0]["paths"]) == paths
    assert not fake.calls[0]["overlay"]


def _title() -> str:
    from hardener.rules import catalog  # noqa: PLC0415 - the rules load the parsers

    return catalog()["compose-read-only"].rule.title
