"""Real processes: what is loaded, closed pipes, colours, and names that a terminal would obey."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from hardener import __version__

MODULES = ("ruamel", "rich", "dockerfile_parse", "unidiff", "pathspec", "hardener.engine", "hardener.rules")

FAKE = """
import sys
from hardener import engine
from hardener.cli import main
from tests.cli.fakes import *
NAME = "a\\x1b[2Jb\\nc.yaml"
engine.run = lambda paths, settings, **k: settings(paths[0]) and RESULT
RESULT = {result}
main({args})
"""
HOSTILE = """result(
    held("because\\x1b]0;x\\x07", file=NAME, subject="service \\x1b[31m\\u202e", caveat="so\\rso"),
    fixed(file=NAME), changes=(change(NAME, added="    x: \\x1b[5m\\x9b\\n"),),
    errors=(Notice(NAME, "bad \\x1b[0m"),), skipped=(Notice(NAME, "odd \\x00"),))"""
PLAIN = "result(fixed(caveat='c'), held(), changes=(change(),))"


def run(
    result: str, *args: str, cwd: Path, env: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, over an engine that returns `result`."""
    environment = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS"}}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm", **(env or {})}
    program = [sys.executable, "-c", FAKE.format(result=result, args=list(args))]
    return subprocess.run(program, stdout=stdout, stderr=subprocess.PIPE, env=environment, check=False, cwd=cwd)


def loaded(program: str) -> set[str]:
    """Return the modules that a program has loaded when it ends."""
    ending = "import atexit, sys\natexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    done = subprocess.run([sys.executable, "-c", ending + program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_version_loads_no_parser_and_nothing_for_terminals() -> None:
    modules = loaded("from hardener.cli import main; main(['--version'])")
    assert "click" in modules
    assert not modules & set(MODULES)


def test_importing_the_package_loads_nothing_of_it() -> None:
    modules = loaded("import hardener; hardener.__version__")
    assert {name for name in modules if name.startswith("hardener")} == {"hardener"}
    assert not modules & {"click", *MODULES}


@pytest.mark.parametrize(("color", "is_loaded"), [("auto", False), ("always", True)])
def test_rich_is_loaded_for_colours_only(tmp_path: Path, color: str, *, is_loaded: bool) -> None:
    ending = "__import__('atexit').register(lambda: print('rich' in sys.modules, file=sys.stderr)) and result()"
    assert run(ending, "--color", color, cwd=tmp_path).stderr.split()[-1].decode() == str(is_loaded)


def test_version() -> None:
    done = subprocess.run([sys.executable, "-m", "hardener", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"harden, version {__version__}\n"


@pytest.mark.parametrize("color", ["never", "always"])
@pytest.mark.parametrize("args", [(), ("--diff",), ("--check", "-v")])
def test_nothing_that_a_terminal_obeys_gets_out(tmp_path: Path, color: str, args: tuple[str, ...]) -> None:
    done = run(HOSTILE, "--color", color, *args, cwd=tmp_path)
    shown = done.stdout.decode() + done.stderr.decode()
    if color == "never" and "--diff" in args:
        shown = done.stderr.decode()  # the diff itself is for git: its names are quoted, its lines are the file's
    else:
        assert "\\x1b" in shown
    without_styles = re.sub(r"\x1b\[[0-9;]*m", "", shown) if color == "always" else shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", without_styles)
    assert not re.search(r"\x1b\[(5|31)m\\u202e|\x1b\[5m", shown)
    assert done.returncode == 2


def test_a_wrong_argument_is_shown_safely(tmp_path: Path) -> None:
    for args in (["--\x1b[2J\x07"], ["explain", "\x1b[2J\x07"], ["--select", "\x1b[2J\x07"]):
        done = run("result()", *args, cwd=tmp_path)
        assert done.returncode == 2
        assert not re.search(rb"[\x1b\x07]", done.stderr)
        assert b"\\x07" in done.stderr


def test_a_wrong_configuration_is_shown_safely(tmp_path: Path) -> None:
    (tmp_path / ".harden.toml").write_text('"a\\u0007" = 1\n')
    done = run("result()", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().startswith('Error: .harden.toml:1: unknown key "a\\x07"; the keys here are level, ')


@pytest.mark.parametrize(
    ("color", "env", "coloured"),
    [("auto", {}, False), ("always", {}, True), ("always", {"NO_COLOR": "1"}, True), ("never", {}, False)],
)
def test_colour_of_a_pipe(tmp_path: Path, color: str, env: dict[str, str], *, coloured: bool) -> None:
    done = run(PLAIN, "--color", color, ".", cwd=tmp_path, env=env)
    assert (b"\x1b[" in done.stdout) is coloured
    assert (b"\x1b[" in done.stderr) is coloured


@pytest.mark.parametrize(
    ("color", "env", "coloured"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {}, False),
    ],
)
def test_colour_of_a_terminal(tmp_path: Path, color: str, env: dict[str, str], *, coloured: bool) -> None:
    ours, theirs = pty.openpty()
    done = run(PLAIN, "--color", color, "--diff", cwd=tmp_path, env=env, stdout=theirs)
    shown = os.read(ours, 100_000)
    os.close(ours)
    os.close(theirs)
    assert b"+    read_only: true" in shown
    assert (b"\x1b[32m+    read_only: true" in shown) is coloured
    assert (b"\x1b[" in done.stderr) is (color == "always")


@pytest.mark.parametrize(("args", "env"), [((), {"NO_COLOR": "1"}), (("--color", "never"), {})])
def test_without_colours_a_terminal_still_gets_lines_that_fit_it(
    tmp_path: Path, args: tuple[str, ...], env: dict[str, str]
) -> None:
    ours, theirs = pty.openpty()
    run("result(held('word ' * 60))", *args, ".", cwd=tmp_path, env={"COLUMNS": "70", **env}, stdout=theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert shown.count("word ") > 40
    assert max(map(len, shown.replace("\r", "").split("\n"))) <= 70


def test_colours_change_no_word(tmp_path: Path) -> None:
    env = {"COLUMNS": "200"}
    for args, stream in (((), "stdout"), (("--diff",), "stderr")):
        plain = run(PLAIN, *args, cwd=tmp_path, env=env)
        coloured = run(PLAIN, "--color", "always", *args, cwd=tmp_path, env=env)
        left, right = getattr(plain, stream), getattr(coloured, stream)
        assert re.sub(rb"\x1b\[[0-9;]*m", b"", right) == left != right


def test_what_takes_long_is_said_on_a_terminal_alone() -> None:
    program = "import time\nfrom hardener.cli import streams\nstreams.SLOW = 0.01\n"
    program += "with streams.working('looking'):\n    time.sleep(0.3)\n"
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    subprocess.run([sys.executable, "-c", program], stderr=theirs, env=environment, check=True)
    assert os.read(ours, 1000).decode() == f"\rlooking…\r{' ' * 8}\r"
    os.close(ours)
    os.close(theirs)
    piped = subprocess.run([sys.executable, "-c", program], stderr=subprocess.PIPE, env=environment, check=True)
    assert piped.stderr == b""


def test_an_encoding_without_our_characters(tmp_path: Path) -> None:
    done = run(PLAIN, ".", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert done.stderr == b"1 would be fixed \\xb7 1 held\n"


@pytest.mark.parametrize("args", [["."], ["--diff"], ["--check"]])
def test_a_reader_that_goes_away_is_no_complaint(tmp_path: Path, args: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    many = "result(*[fixed()] * 5000, changes=(change(added='#\\n' * 99999),))"
    done = run(many, *args, cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert done.returncode == (1 if args == ["--check"] else 0)
    assert done.stderr.decode().removesuffix("\n").split("\n")[-1] == "5000 would be fixed"
    assert b"Broken" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_output_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(PLAIN, "--diff", cwd=tmp_path, stdout=full.fileno())
    assert done.returncode == 2
    assert done.stderr == b"Error: cannot write the output (No space left on device)\n"


def test_a_fault_of_ours_does_not_look_like_a_finding(tmp_path: Path) -> None:
    done = run("None", "--check", cwd=tmp_path)
    assert done.returncode == 2
    assert b"AttributeError" in done.stderr
    assert b"This is a fault of harden" in done.stderr
